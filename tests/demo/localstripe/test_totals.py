"""Amounts of lines: shares that sum up, discounts, tax inside and on top."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.demo.localstripe.domain.tax import behaviour_of, tax_on, taxation
from marketplace.demo.localstripe.domain.totals import discount_on, price_lines, shares
from marketplace.demo.localstripe.money import typed_amount

AMOUNTS = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=8)


@settings(deadline=None)
@given(weights=AMOUNTS, part=st.integers(0, 100))
def test_shares_sum_to_the_whole_and_none_is_above_its_weight(weights: list[int], part: int) -> None:
    amount = sum(weights) * part // 100
    parts = shares(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= share <= weight for share, weight in zip(parts, weights, strict=True))


@settings(deadline=None)
@given(subtotals=AMOUNTS, part=st.integers(0, 100), rate_bp=st.integers(0, 3000), inside=st.booleans())
def test_lines_sum_to_the_order(subtotals: list[int], part: int, rate_bp: int, inside: bool) -> None:
    off = sum(subtotals) * part // 100
    lines = price_lines(subtotals, discount=off, rate_bp=rate_bp, inclusive=[inside] * len(subtotals))
    tax = sum(line.tax for line in lines)
    assert sum(line.total for line in lines) == sum(subtotals) - off + (0 if inside else tax)
    assert all(line.taxable + (line.tax if inside else 0) == line.subtotal - line.discount for line in lines)


def test_tax_is_rounded_half_up_and_the_other_way_round_agrees() -> None:
    assert tax_on(10_000, rate_bp=1900, is_inclusive=False) == 1900
    assert tax_on(11_900, rate_bp=1900, is_inclusive=True) == 1900
    assert tax_on(50, rate_bp=1900, is_inclusive=False) == 10  # 9.5
    assert tax_on(999, rate_bp=2550, is_inclusive=False) == 255  # 254.745
    assert tax_on(0, rate_bp=1900, is_inclusive=True) == 0


def test_discounts() -> None:
    assert discount_on(999, amount_off=None, percent_off="25.5") == 255  # 254.745
    assert discount_on(10, amount_off=None, percent_off="25") == 3  # 2.5
    assert discount_on(999, amount_off=2000, percent_off=None) == 999
    assert discount_on(999, amount_off=None, percent_off="100") == 999


def test_who_owes_the_tax() -> None:
    german, british = {"type": "eu_vat", "value": "DE123456789"}, {"type": "gb_vat", "value": "GB123456789"}

    def found(country: str | None, *ids: dict[str, str], exempt: str = "none", home: str = "US") -> tuple[int, str]:
        applied = taxation(country=country, tax_ids=ids, exempt=exempt, home=home)
        return applied.rate_bp, applied.reason

    assert found("DE") == (1900, "standard_rated")
    assert found("DE", german) == (0, "reverse_charge")
    assert found("DE", german, home="DE") == (1900, "standard_rated")
    assert found("DE", british) == (1900, "standard_rated")
    assert found("GB", british) == (0, "reverse_charge")
    assert found("FR", exempt="exempt") == (0, "customer_exempt")
    assert found("FR", exempt="reverse") == (0, "reverse_charge")
    assert found("US") == found("CN") == (0, "not_collecting")


def test_prices_that_leave_it_open_follow_their_currency() -> None:
    assert behaviour_of("unspecified", "usd") == "exclusive"
    assert behaviour_of("unspecified", "eur") == "inclusive"
    assert behaviour_of("exclusive", "eur") == "exclusive"


def test_amounts_as_people_type_them() -> None:
    assert typed_amount("12", "usd") == 1200
    assert typed_amount("12,5", "eur") == 1250
    assert typed_amount("1 200", "jpy") == 1200
    for text, currency in (("12.5", "jpy"), ("", "usd"), ("-3", "usd"), ("1.234", "usd"), ("ten", "usd")):
        assert typed_amount(text, currency) is None
