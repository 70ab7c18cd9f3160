"""What Stripe Tax computed: of a checkout's lines, of an invoice's lines, of a charge to a saved card; and the buyers'
tax ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import LINE_KEY, LineTax, id_of
from marketplace.core.money import Money

REVERSE_CHARGE = "reverse_charge"


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax of one line. All amounts in minor units of its currency.

    ``reference``: ours, where we gave the line one. ``asked``: the line's price as we said it; ``paid``: what the buyer
    pays for it with tax; ``tax``: in ``paid``. ``place``: whose tax it is, ``DE`` or ``US-CA``; empty where the buyer's
    place is not known. ``basis_points``: all rates of the line together. ``reason``: Stripe's word, such as
    standard_rated, reverse_charge or not_collecting.
    """

    reference: str
    asked: Money
    paid: Money
    tax: Money
    place: str
    basis_points: int
    reason: str


@dataclass(frozen=True, slots=True)
class CheckoutTaxes:
    """The tax of a completed checkout, line by line, and the tax id by which it was decided (empty: none)."""

    lines: tuple[Taxed, ...]
    buyer_tax_id: str


def checkout_taxes(session_id: str) -> CheckoutTaxes:
    """What Stripe computed for a checkout that computes tax."""
    params: Any = {"limit": 100, "expand": ["data.price.product", "data.taxes"]}
    with translated():
        session = client().v1.checkout.sessions.retrieve(session_id).to_dict()
        items = client().v1.checkout.sessions.line_items.list(session_id, params)
        found = tuple(_of_item(item.to_dict()) for item in items.auto_paging_iter())
    ids = (session.get("customer_details") or {}).get("tax_ids") or []
    return CheckoutTaxes(lines=found, buyer_tax_id=next((one["value"] or "" for one in ids), ""))


def _of_item(item: Mapping[str, Any]) -> Taxed:
    product = (item.get("price") or {}).get("product")
    metadata = (product.get("metadata") or {}) if isinstance(product, Mapping) else {}
    currency = item["currency"].upper()
    place, basis_points, reason = _rate_of((part["rate"], part) for part in item.get("taxes") or [])
    return Taxed(
        reference=str(metadata.get(LINE_KEY, "")),
        asked=Money(item["amount_subtotal"], currency),
        paid=Money(item["amount_total"], currency),
        tax=Money(item["amount_tax"], currency),
        place=place,
        basis_points=basis_points,
        reason=reason,
    )


def invoice_taxes(invoice_id: str) -> tuple[Taxed, ...]:
    """The tax of each line of an invoice, in its lines' order; one without tax where none was computed."""
    rates: dict[str, Mapping[str, Any]] = {}

    def rate(part: Mapping[str, Any]) -> Mapping[str, Any]:
        rate_id = id_of((part.get("tax_rate_details") or {}).get("tax_rate")) or ""
        if rate_id not in rates:
            rates[rate_id] = client().v1.tax_rates.retrieve(rate_id).to_dict()
        return rates[rate_id]

    def taxed(line: Mapping[str, Any]) -> Taxed:
        currency = line["currency"].upper()
        parts = line.get("taxes") or []
        tax = sum(part["amount"] for part in parts)
        added = sum(part["amount"] for part in parts if part.get("tax_behavior") != "inclusive")
        place, basis_points, reason = _rate_of((rate(part), part) for part in parts)
        return Taxed(
            reference="",
            asked=Money(line["amount"], currency),
            paid=Money(line["amount"] + added, currency),
            tax=Money(tax, currency),
            place=place,
            basis_points=basis_points,
            reason=reason,
        )

    with translated():
        lines = client().v1.invoices.line_items.list(invoice_id, {"limit": 100})
        return tuple(taxed(line.to_dict()) for line in lines.auto_paging_iter())


def _rate_of(parts: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> tuple[str, int, str]:
    """Place, rate and reason of a line's parts: a state's, a county's and a city's tax are one line of ours."""
    place, basis_points, reason = "", 0, ""
    for rate, part in parts:
        country, state = rate.get("country") or "", rate.get("state") or ""
        place = place or (f"{country}-{state}" if country and state else country)
        exact = rate.get("effective_percentage")
        percent = rate.get("percentage") if exact is None else exact
        if part["amount"]:
            basis_points += round(Decimal(str(percent or 0)) * 100)
        if not reason or part["amount"]:
            reason = part.get("taxability_reason") or ""
    return place, basis_points, reason


@dataclass(frozen=True, slots=True)
class TaxCalculation:
    """The tax of one amount before it is charged; ``id`` is handed to the charge."""

    id: str
    line: Taxed
    buyer_tax_id: str


def calculate_tax(*, customer_id: str, amount: Money, tax: LineTax) -> TaxCalculation:
    """What a customer would pay for ``amount``. Raises StripeRefused with ``stripe_code``
    customer_tax_location_invalid where Stripe does not know where she is.
    """
    params: Any = {
        "currency": amount.currency.lower(),
        "customer": customer_id,
        "line_items": [
            {
                "amount": amount.amount_minor,
                "reference": tax.reference,
                "tax_behavior": tax.behaviour,
                "tax_code": tax.code,
            }
        ],
    }
    with translated():
        found = client().v1.tax.calculations.create(params).to_dict()
    parts = found.get("tax_breakdown") or []
    place, basis_points, reason = _rate_of((_calculated_rate(part), part) for part in parts)
    inside, on_top = found["tax_amount_inclusive"], found["tax_amount_exclusive"]
    line = Taxed(
        reference=tax.reference,
        asked=amount,
        paid=Money(found["amount_total"], amount.currency),
        tax=Money(inside + on_top, amount.currency),
        place=place,
        basis_points=basis_points,
        reason=reason,
    )
    ids = (found.get("customer_details") or {}).get("tax_ids") or []
    return TaxCalculation(found["id"], line, next((one["value"] or "" for one in ids), ""))


def _calculated_rate(part: Mapping[str, Any]) -> dict[str, Any]:
    details = part.get("tax_rate_details") or {}
    return {**details, "percentage": details.get("percentage_decimal")}


@dataclass(frozen=True, slots=True)
class TaxAddress:
    """Where a buyer is, for the tax. ``country``: ISO 3166."""

    line1: str
    line2: str
    postcode: str
    city: str
    country: str


def keep_customer_for_tax(*, customer_id: str, name: str, address: TaxAddress) -> None:
    """Let a customer's later invoices be taxed by ``address``."""
    params: Any = {
        "name": name,
        "address": {
            "line1": address.line1,
            "line2": address.line2,
            "postal_code": address.postcode,
            "city": address.city,
            "country": address.country,
        },
    }
    with translated():
        client().v1.customers.update(customer_id, params)


def keep_tax_id(*, customer_id: str, kind: str, value: str) -> None:
    """Let ``value``, of a ``kind`` in Stripe's words, be the customer's only tax id; none where it is empty.

    Raises StripeRefused where Stripe finds its form wrong: then none is left.
    """
    with translated():
        known = list(client().v1.customers.tax_ids.list(customer_id, {"limit": 100}).auto_paging_iter())
        for one in known:
            if (one.type, one.value) != (kind, value):
                client().v1.customers.tax_ids.delete(customer_id, one.id)
        if value and (kind, value) not in {(one.type, one.value) for one in known}:
            params: Any = {"type": kind, "value": value}
            client().v1.customers.tax_ids.create(customer_id, params)
