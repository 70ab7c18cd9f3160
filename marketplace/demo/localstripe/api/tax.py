"""/v1/customers/…/tax_ids and /v1/tax/calculations."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint

from ..domain import cards_on_file, tax, tax_ids, totals
from ..errors import StripeError, parameter_missing, resource_missing
from ..events import emit
from ..identifiers import new_id
from ..params import Params
from ..shapes import tax as shapes
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of, page_of

blueprint = Blueprint("tax", __name__)
OF_CUSTOMER = "/v1/customers/<id>/tax_ids"
CALCULATIONS = "/v1/tax/calculations"


def read_tax_id(params: Params) -> tuple[str, str]:
    """``type`` and ``value``, checked."""
    type = params.choice("type", tax_ids.TYPES, required=True)
    assert type is not None
    return type, tax_ids.checked_value(type, params.need("value"), param=params.full("value"))


@endpoint(blueprint, "POST", OF_CUSTOMER)
def create_tax_id(tx: Transaction, params: Params, id: str) -> Json:
    customer = tx.load("customer", id)
    type, value = read_tax_id(params)
    return tax_ids.create_tax_id(tx, customer, type=type, value=value)


@endpoint(blueprint, "GET", OF_CUSTOMER)
def list_tax_ids(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("customer", id)
    return list_of(tx, params, "tax_id", url=f"/v1/customers/{id}/tax_ids", where={"customer": id})


@endpoint(blueprint, "GET", f"{OF_CUSTOMER}/<tax_id>")
def get_tax_id(tx: Transaction, params: Params, id: str, tax_id: str) -> Json:
    return _of_customer(tx, id, tax_id)


@endpoint(blueprint, "DELETE", f"{OF_CUSTOMER}/<tax_id>")
def delete_tax_id(tx: Transaction, params: Params, id: str, tax_id: str) -> Json:
    emit(tx, "customer.tax_id.deleted", _of_customer(tx, id, tax_id))
    tx.delete(tax_id)
    return {"id": tax_id, "object": "tax_id", "deleted": True}


def _of_customer(tx: Transaction, customer: str, tax_id: str) -> Json:
    body = tx.load("tax_id", tax_id)
    if body["customer"] != customer:
        raise resource_missing("tax_id", tax_id)
    return body


@endpoint(blueprint, "GET", "/v1/tax_rates/<id>")
def get_tax_rate(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("tax_rate", id, any_account=True)


@endpoint(blueprint, "POST", CALCULATIONS)
def calculate(tx: Transaction, params: Params) -> Json:
    currency = params.currency(required=True)
    assert currency is not None
    details, exempt = _customer_details(tx, params)
    country = (details["address"] or {}).get("country")
    applied = tax.taxation(
        country=country, tax_ids=details["tax_ids"], exempt=exempt, home=tx.setting("country") or "US"
    )
    body = shapes.calculation(
        id=new_id("taxcalc"),
        created=tx.real_now_s,
        currency=currency,
        customer=params.text("customer"),
        customer_details=details,
    )
    lines = []
    breakdown: dict[bool, list[int]] = defaultdict(lambda: [0, 0])
    for index, item in enumerate(params.sections("line_items", required=True)):
        amount = item.amount("amount", required=True, minimum=0)
        assert amount is not None
        wanted = item.choice("tax_behavior", ["inclusive", "exclusive"]) or "exclusive"
        is_inclusive = wanted == "inclusive"
        item.ignore("tax_code")  # all products are taxed alike here
        (priced,) = totals.price_lines([amount], discount=0, rate_bp=applied.rate_bp, inclusive=[is_inclusive])
        lines.append(
            shapes.calculation_line(
                id=new_id("tax_li"),
                amount=amount,
                amount_tax=priced.tax,
                quantity=item.whole("quantity", minimum=1) or 1,
                reference=item.text("reference") or f"L{index + 1}",
                behaviour=wanted,
            )
        )
        breakdown[is_inclusive][0] += priced.tax
        breakdown[is_inclusive][1] += priced.taxable
        body["amount_total"] += priced.total
        body["tax_amount_inclusive" if is_inclusive else "tax_amount_exclusive"] += priced.tax
    body["tax_breakdown"] = [
        {
            "amount": amount,
            "inclusive": is_inclusive,
            "tax_rate_details": {
                "country": country,
                "flat_amount": None,
                "percentage_decimal": str(applied.rate_bp / 100),
                "rate_type": "percentage",
                "state": None,
                "tax_type": applied.type,
            },
            "taxability_reason": applied.reason,
            "taxable_amount": taxable if applied.rate_bp else 0,
        }
        for is_inclusive, (amount, taxable) in sorted(breakdown.items())
    ]
    tx.insert("tax.calculation", body, {"line_items": lines})
    return body


def _customer_details(tx: Transaction, params: Params) -> tuple[Json, str]:
    """Who is taxed, from a customer or from what is said inline; and whether she is exempt."""
    found: Json = {"address": None, "address_source": None, "ip_address": None, "tax_ids": []}
    found["taxability_override"] = "none"
    customer_id = params.text("customer")
    given = params.section("customer_details")
    if customer_id:
        customer = tx.load("customer", customer_id, param="customer")
        if not (customer["address"] or {}).get("country"):
            raise StripeError(
                "The customer's location isn't recognized. Set a valid customer address in order to automatically "
                "calculate tax.",
                code="customer_tax_location_invalid",
                param="customer",
            )
        found["address"] = customer["address"]
        found["tax_ids"] = [
            {"type": body["type"], "value": body["value"]} for body in tax_ids.tax_ids_of(tx, customer_id)
        ]
        return {**found, "address_source": "billing"}, customer["tax_exempt"]
    if given is None:
        raise parameter_missing("customer_details")
    address = given.section("address")
    if address is None or not address.text("country"):
        raise parameter_missing("customer_details[address][country]")
    found["address"] = cards_on_file.read_address(address)
    found["address_source"] = given.choice("address_source", ["billing", "shipping"], required=True)
    for item in given.sections("tax_ids"):
        type, value = read_tax_id(item)
        found["tax_ids"].append({"type": type, "value": value})
    override = given.choice("taxability_override", ["customer_exempt", "none", "reverse_charge"]) or "none"
    found["taxability_override"] = override
    return found, {"customer_exempt": "exempt", "reverse_charge": "reverse"}.get(override, "none")


@endpoint(blueprint, "GET", f"{CALCULATIONS}/<id>")
def get_calculation(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("tax.calculation", id)


@endpoint(blueprint, "GET", f"{CALCULATIONS}/<id>/line_items")
def calculation_lines(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("tax.calculation", id)
    return page_of(tx.private(id)["line_items"], params, url=f"{CALCULATIONS}/{id}/line_items")
