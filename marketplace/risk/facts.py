"""What the rules look at: plain values, so that every rule can be tried without a database."""

from dataclasses import dataclass, field

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """A payment that has arrived. Counts include this order; ``declined_codes``: Stripe's words of the last day.

    ``shared_with_artist``: what the buyer and an artist in the order were both seen with (network, device, card,
    payout, identity).
    ``risk_level``: Radar's (normal, elevated, highest); empty where it said nothing.
    """

    amount: Money
    account_age_hours: float
    orders_last_hour: int = 1
    orders_last_hour_on_network: int = 1
    orders_last_hour_on_card: int = 1
    declined_codes: tuple[str, ...] = ()
    people_on_card: int = 1
    people_on_device: int = 1
    people_on_network_today: int = 1
    shared_with_artist: frozenset[str] = field(default_factory=frozenset)
    risk_level: str = ""


@dataclass(frozen=True, slots=True)
class WelcomeFacts:
    """A storefront that would bring welcome credits. Counts: other people who had theirs within a day."""

    others_on_network: int = 0
    others_on_device: int = 0


@dataclass(frozen=True, slots=True)
class WarningFacts:
    """A bank says early that a payment was fraud. ``type``: Stripe's word."""

    type: str
    amount: Money
