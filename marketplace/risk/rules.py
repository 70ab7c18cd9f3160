"""The rules: each a small function over facts and thresholds that answers what is odd, or nothing.

A rule holds for a person to look; only Radar's highest risk refuses by itself. None of them proves anything: families
share cards, schools share networks, and people buy a lot when they like something.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marketplace.core.money import EXPONENTS, PER_DOLLAR, Money
from marketplace.risk.facts import OrderFacts, WarningFacts, WelcomeFacts
from marketplace.risk.models import Verdict
from marketplace.risk.thresholds import Thresholds

Outcome = Verdict.Outcome
# Stripe's words for cards whose holder does not have them any more (https://docs.stripe.com/declines/codes).
STOLEN = frozenset({"stolen_card", "lost_card", "pickup_card", "restricted_card", "fraudulent", "merchant_blacklist"})


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that did not allow something: its name, what it wants, and the figure that it saw beside its limit."""

    rule: str
    outcome: str
    seen: str
    limit: str = ""


def many_orders(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """One person orders faster than people choose pictures."""
    return _over("many_orders", facts.orders_last_hour, limits.orders_per_hour)


def many_orders_on_network(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """So many orders from one network within an hour."""
    return _over("many_orders_on_network", facts.orders_last_hour_on_network, limits.orders_per_hour_on_network)


def many_orders_on_card(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """So many orders on one card within an hour, whoever made them."""
    return _over("many_orders_on_card", facts.orders_last_hour_on_card, limits.orders_per_hour_on_card)


def large_order_of_a_new_account(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """The account is young and the amount is not."""
    if facts.account_age_hours >= limits.new_account_hours:
        return None
    return _over("large_order_of_a_new_account", _dollars(facts.amount), limits.new_account_dollars)


def many_declined_cards(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """Banks refused several cards, then one took it: how stolen numbers are tried."""
    if limits.declined_cards and len(facts.declined_codes) >= limits.declined_cards:
        return Fired("many_declined_cards", Outcome.HOLD, str(len(facts.declined_codes)), str(limits.declined_cards))
    return None


def stolen_card_before(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """A bank said today that a card of this person's was stolen or lost, and another card paid."""
    found = sorted(STOLEN.intersection(facts.declined_codes))
    return Fired("stolen_card_before", Outcome.HOLD, ", ".join(found)) if found else None


def many_people_on_card(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """Many accounts pay with one card."""
    return _over("many_people_on_card", facts.people_on_card, limits.people_per_card)


def many_people_on_device(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """Many accounts use one browser."""
    return _over("many_people_on_device", facts.people_on_device, limits.people_per_device)


def many_people_on_network(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """Many accounts came from one network today."""
    return _over("many_people_on_network", facts.people_on_network_today, limits.people_per_network)


def own_work(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """The buyer looks like an artist in the order: the same card or browser, the same bank account for payouts or legal
    identity, or a new account on the same network.
    """
    telling = facts.shared_with_artist & {"card", "device", "payout", "identity"}
    if facts.account_age_hours < limits.new_account_hours:
        telling |= facts.shared_with_artist & {"network"}
    return Fired("own_work", Outcome.HOLD, ", ".join(sorted(telling))) if telling else None


def radar(facts: OrderFacts, limits: Thresholds) -> Fired | None:
    """Stripe's own verdict: elevated is held, the highest refused."""
    outcome = {"elevated": Outcome.HOLD, "highest": Outcome.REFUSE}.get(facts.risk_level)
    return Fired("radar", outcome, facts.risk_level) if outcome else None


def many_welcomes_on_network(facts: WelcomeFacts, limits: Thresholds) -> Fired | None:
    """Several new storefronts of one network had their welcome credits within a day."""
    return _over("many_welcomes_on_network", facts.others_on_network + 1, limits.welcomes_per_network)


def many_welcomes_on_device(facts: WelcomeFacts, limits: Thresholds) -> Fired | None:
    """Several new storefronts of one browser had their welcome credits within a day."""
    return _over("many_welcomes_on_device", facts.others_on_device + 1, limits.welcomes_per_device)


def early_warning(facts: WarningFacts, limits: Thresholds) -> Fired | None:
    """A bank has said that a payment was fraud."""
    return Fired("early_warning", Outcome.HOLD, facts.type)


ORDER_RULES: tuple[Callable[[OrderFacts, Thresholds], Fired | None], ...] = (
    many_orders,
    many_orders_on_network,
    many_orders_on_card,
    large_order_of_a_new_account,
    many_declined_cards,
    stolen_card_before,
    many_people_on_card,
    many_people_on_device,
    many_people_on_network,
    own_work,
    radar,
)
WELCOME_RULES: tuple[Callable[[WelcomeFacts, Thresholds], Fired | None], ...] = (
    many_welcomes_on_network,
    many_welcomes_on_device,
)


def fired_by_order(facts: OrderFacts, limits: Thresholds) -> list[Fired]:
    """Every rule that an order does not pass."""
    return [found for rule in ORDER_RULES if (found := rule(facts, limits)) is not None]


def fired_by_welcome(facts: WelcomeFacts, limits: Thresholds) -> list[Fired]:
    """Every rule that welcome credits do not pass."""
    return [found for rule in WELCOME_RULES if (found := rule(facts, limits)) is not None]


def outcome_of(fired: Iterable[Fired]) -> str:
    """The strictest of what the rules want; allowed where none of them spoke."""
    wanted = {one.outcome for one in fired}
    for outcome in (Outcome.REFUSE, Outcome.HOLD):
        if outcome in wanted:
            return str(outcome)
    return str(Outcome.ALLOW)


def _over(rule: str, seen: int, limit: int) -> Fired | None:
    return Fired(rule, Outcome.HOLD, str(seen), str(limit)) if limit and seen > limit else None


def _dollars(amount: Money) -> int:
    unit = 10 ** EXPONENTS[amount.currency]
    return amount.amount_minor // (unit * PER_DOLLAR.get(amount.currency, 1))
