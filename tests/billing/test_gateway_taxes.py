"""What Stripe says of a line's tax, as one rate in one place."""

import pytest

from billing.gateway.taxes import _of_item
from marketplace.core.money import Money


def part(amount: int, percent: float, *, country="US", state: str | None = "CA", reason="standard_rated", **rate):
    return {
        "amount": amount,
        "rate": {"country": country, "state": state, "percentage": percent, "effective_percentage": percent, **rate},
        "taxability_reason": reason,
        "taxable_amount": 1000,
    }


def item(*taxes: dict, tax: int, total: int) -> dict:
    return {
        "currency": "usd",
        "amount_subtotal": 1000,
        "amount_tax": tax,
        "amount_total": total,
        "price": {"product": {"metadata": {"line": "order_line:1"}}},
        "taxes": list(taxes),
    }


def test_the_taxes_of_a_state_and_a_county_are_one_line_of_ours():
    found = _of_item(item(part(60, 6.0), part(13, 1.25), part(0, 0.0, reason="not_subject_to_tax"), tax=73, total=1073))
    assert (found.reference, found.place, found.basis_points, found.reason) == (
        "order_line:1",
        "US-CA",
        725,
        "standard_rated",
    )
    assert (found.asked, found.paid, found.tax) == (Money(1000, "USD"), Money(1073, "USD"), Money(73, "USD"))


@pytest.mark.parametrize(("percent", "basis_points"), [(8.1, 810), (25.5, 2550), (19, 1900)])
def test_rates_are_exact(percent, basis_points):
    found = _of_item(item(part(10, percent, country="CH", state=None), tax=10, total=1010))
    assert (found.place, found.basis_points) == ("CH", basis_points)


def test_a_reversed_charge_and_a_tax_that_was_not_computed():
    reversed_one = _of_item(item(part(0, 0, country="FR", state=None, reason="reverse_charge"), tax=0, total=1000))
    assert (reversed_one.place, reversed_one.reason, reversed_one.tax) == ("FR", "reverse_charge", Money(0, "USD"))
    unknown = _of_item(item(tax=0, total=1000))
    assert (unknown.place, unknown.basis_points, unknown.reason) == ("", 0, "")
