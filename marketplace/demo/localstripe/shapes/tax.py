"""Tax ids, tax rates and tax calculations."""

from __future__ import annotations

from .parts import Json


def tax_id(*, id: str, created: int, customer: str, type: str, value: str, country: str | None, status: str) -> Json:
    return {
        "id": id,
        "object": "tax_id",
        "country": country,
        "created": created,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "owner": {"customer": customer, "customer_account": None, "type": "customer"},
        "type": type,
        "value": value,
        "verification": {"status": status, "verified_address": None, "verified_name": None},
    }


def tax_rate(*, id: str, created: int, country: str | None, percentage: float, type: str, inclusive: bool) -> Json:
    name = {"vat": "VAT", "gst": "GST", "jct": "JCT"}.get(type, "Tax")
    return {
        "id": id,
        "object": "tax_rate",
        "active": False,
        "country": country,
        "created": created,
        "description": None,
        "display_name": name,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": inclusive,
        "jurisdiction": country,
        "jurisdiction_level": "country",
        "livemode": False,
        "metadata": {},
        "percentage": percentage,
        "rate_type": "percentage",
        "state": None,
        "tax_type": type,
    }


def calculation(*, id: str, created: int, currency: str, customer: str | None, customer_details: Json) -> Json:
    return {
        "id": id,
        "object": "tax.calculation",
        "amount_total": 0,
        "currency": currency,
        "customer": customer,
        "customer_details": customer_details,
        "expires_at": created + 90 * 24 * 3600,
        "livemode": False,
        "ship_from_details": None,
        "shipping_cost": None,
        "tax_amount_exclusive": 0,
        "tax_amount_inclusive": 0,
        "tax_breakdown": [],
        "tax_date": created,
    }


def calculation_line(*, id: str, amount: int, amount_tax: int, quantity: int, reference: str, behaviour: str) -> Json:
    return {
        "id": id,
        "object": "tax.calculation_line_item",
        "amount": amount,
        "amount_tax": amount_tax,
        "livemode": False,
        "metadata": None,
        "product": None,
        "quantity": quantity,
        "reference": reference,
        "tax_behavior": behaviour,
        "tax_code": "txcd_10000000",
    }
