"""Every rule alone: what it lets pass, from where on it speaks, and what it says; no database."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.money import Money
from marketplace.risk.facts import OrderFacts, WarningFacts, WelcomeFacts
from marketplace.risk.rules import (
    ORDER_RULES,
    early_warning,
    fired_by_order,
    fired_by_welcome,
    outcome_of,
)
from marketplace.risk.thresholds import Thresholds
from marketplace.risk.wording import fired_in_words

LIMITS = Thresholds()
QUIET = OrderFacts(amount=Money(1200, "USD"), account_age_hours=500)


def names(facts: OrderFacts, limits: Thresholds = LIMITS) -> list[str]:
    return [one.rule for one in fired_by_order(facts, limits)]


def test_an_ordinary_order_passes():
    assert fired_by_order(QUIET, LIMITS) == []
    assert outcome_of([]) == "allow"


COUNTED = [
    ("orders_last_hour", 10, 11, "many_orders", "orders_per_hour"),
    ("orders_last_hour_on_network", 30, 31, "many_orders_on_network", "orders_per_hour_on_network"),
    ("orders_last_hour_on_card", 6, 7, "many_orders_on_card", "orders_per_hour_on_card"),
    ("people_on_card", 2, 3, "many_people_on_card", "people_per_card"),
    ("people_on_device", 3, 4, "many_people_on_device", "people_per_device"),
    ("people_on_network_today", 20, 21, "many_people_on_network", "people_per_network"),
    ("declined_codes", ("generic_decline",) * 2, ("generic_decline",) * 3, "many_declined_cards", "declined_cards"),
]


@pytest.mark.parametrize(("fact", "passes", "held", "rule", "limit"), COUNTED)
def test_what_is_counted_is_held_beyond_its_limit_and_0_switches_the_rule_off(fact, passes, held, rule, limit):
    assert names(replace(QUIET, **{fact: passes})) == []
    facts = replace(QUIET, **{fact: held})
    (fired,) = fired_by_order(facts, LIMITS)
    assert (fired.rule, fired.outcome) == (rule, "hold")
    assert fired.limit == str(getattr(LIMITS, limit))
    assert fired.limit in fired_in_words({"rule": rule, "seen": fired.seen, "limit": fired.limit})
    assert names(facts, replace(LIMITS, **{limit: 0})) == []


@pytest.mark.parametrize(
    ("age", "amount", "is_held"),
    [
        (23.9, Money(501_00, "USD"), True),
        (23.9, Money(500_99, "USD"), False),
        (24.0, Money(9_000_00, "USD"), False),
        (1, Money(80_000, "JPY"), True),
        (1, Money(50_000, "JPY"), False),
        (1, Money(3_600_00, "CNY"), True),
    ],
)
def test_a_large_order_of_a_new_account(age, amount, is_held):
    held = names(replace(QUIET, account_age_hours=age, amount=amount))
    assert held == (["large_order_of_a_new_account"] if is_held else [])


@pytest.mark.parametrize("code", ["stolen_card", "lost_card", "pickup_card", "fraudulent"])
def test_a_stolen_card_before(code):
    assert names(replace(QUIET, declined_codes=(code,))) == ["stolen_card_before"]


def test_other_declines_say_nothing_of_theft():
    assert names(replace(QUIET, declined_codes=("insufficient_funds", "expired_card"))) == []


@pytest.mark.parametrize(
    ("shared", "age", "is_held"),
    [
        ({"card"}, 500, True),
        ({"device"}, 500, True),
        ({"payout"}, 500, True),
        ({"identity"}, 500, True),
        ({"network"}, 500, False),
        ({"network"}, 2, True),
        (set(), 2, False),
    ],
)
def test_own_work(shared, age, is_held):
    held = names(replace(QUIET, shared_with_artist=frozenset(shared), account_age_hours=age))
    assert held == (["own_work"] if is_held else [])


@pytest.mark.parametrize(
    ("level", "outcome"), [("", "allow"), ("normal", "allow"), ("elevated", "hold"), ("highest", "refuse")]
)
def test_radar(level, outcome):
    assert outcome_of(fired_by_order(replace(QUIET, risk_level=level), LIMITS)) == outcome


def test_the_strictest_wins_and_every_rule_is_told():
    facts = replace(QUIET, risk_level="highest", orders_last_hour=99, declined_codes=("stolen_card",) * 5)
    fired = fired_by_order(facts, LIMITS)
    assert outcome_of(fired) == "refuse"
    assert {one.rule for one in fired} == {"many_orders", "many_declined_cards", "stolen_card_before", "radar"}


def test_welcome_credits():
    assert fired_by_welcome(WelcomeFacts(2, 0), LIMITS) == []
    assert [one.rule for one in fired_by_welcome(WelcomeFacts(3, 0), LIMITS)] == ["many_welcomes_on_network"]
    assert [one.rule for one in fired_by_welcome(WelcomeFacts(0, 1), LIMITS)] == ["many_welcomes_on_device"]
    off = replace(LIMITS, welcomes_per_network=0, welcomes_per_device=0)
    assert fired_by_welcome(WelcomeFacts(50, 50), off) == []


def test_a_banks_warning_is_always_looked_at():
    fired = early_warning(WarningFacts("unauthorized_use_of_card", Money(100, "USD")), LIMITS)
    assert fired is not None
    assert (fired.outcome, fired.seen) == ("hold", "unauthorized_use_of_card")


@settings(deadline=None, max_examples=200)
@given(
    counts=st.tuples(*[st.integers(0, 60)] * 6),
    age=st.floats(0, 1000),
    amount=st.integers(1, 10_000_000),
    level=st.sampled_from(["", "normal", "elevated", "highest"]),
)
def test_more_of_anything_is_never_judged_more_mildly(counts, age, amount, level):
    fields = [row[0] for row in COUNTED[:6]]
    facts = replace(
        QUIET,
        **dict(zip(fields, counts, strict=True)),
        account_age_hours=age,
        amount=Money(amount, "USD"),
        risk_level=level,
    )
    strictness = ["allow", "hold", "refuse"]
    before = strictness.index(outcome_of(fired_by_order(facts, LIMITS)))
    for field in fields:
        more = replace(facts, **{field: getattr(facts, field) + 50})
        assert strictness.index(outcome_of(fired_by_order(more, LIMITS))) >= before
    assert len(fired_by_order(facts, LIMITS)) <= len(ORDER_RULES)
