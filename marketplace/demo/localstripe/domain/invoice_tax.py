"""The tax of a subscription's invoices: by the customer's address and tax ids as they are when the invoice is made."""

from __future__ import annotations

from ..transaction import Json, Transaction
from . import tax, tax_rates
from .tax_ids import tax_ids_of


def tax_invoice(tx: Transaction, invoice: Json, subscription: Json) -> Json:
    """Compute it for every line of a draft, prorations too, where the subscription's tax is automatic."""
    if not subscription["automatic_tax"]["enabled"]:
        return invoice
    customer = tx.load("customer", invoice["customer"])
    country = (customer["address"] or {}).get("country")
    ids = tax_ids_of(tx, customer["id"])
    applied = tax.taxation(
        country=country, tax_ids=ids, exempt=customer["tax_exempt"], home=tx.setting("country") or "US"
    )
    sums: dict[bool, list[int]] = {}
    for line in invoice["lines"]["data"]:
        is_inclusive = _is_inclusive(tx, line)
        amount = tax.tax_on(line["amount"], rate_bp=applied.rate_bp, is_inclusive=is_inclusive)
        taxable = line["amount"] - amount if is_inclusive else line["amount"]
        line["taxes"] = [_part(tx, applied, amount, taxable, is_inclusive)] if country else []
        found = sums.setdefault(is_inclusive, [0, 0])
        found[0] += amount
        found[1] += taxable
    inside, on_top = sums.get(True, [0, 0])[0], sums.get(False, [0, 0])[0]
    total = invoice["subtotal"] + on_top
    invoice.update(
        automatic_tax={
            "disabled_reason": None,
            "enabled": True,
            "liability": {"type": "self"},
            "provider": "stripe",
            "status": "complete" if country else "requires_location_inputs",
        },
        customer_tax_exempt=customer["tax_exempt"],
        customer_tax_ids=[{"type": one["type"], "value": one["value"]} for one in ids],
        subtotal_excluding_tax=invoice["subtotal"] - inside,
        total=total,
        total_excluding_tax=total - inside - on_top,
        total_taxes=[
            _part(tx, applied, amount, taxable, is_inclusive)
            for is_inclusive, (amount, taxable) in sorted(sums.items())
            if country
        ],
        amount_due=max(0, total),
        amount_remaining=max(0, total),
    )
    return tx.save(invoice)


def _is_inclusive(tx: Transaction, line: Json) -> bool:
    price_id = ((line["pricing"] or {}).get("price_details") or {}).get("price")
    price = tx.find(price_id or "", kind="price")
    return tax.behaviour_of(price["tax_behavior"] if price else None, line["currency"]) == "inclusive"


def _part(tx: Transaction, applied: tax.Taxation, amount: int, taxable: int, is_inclusive: bool) -> Json:
    rate = tax_rates.rate_of(tx, applied, is_inclusive=is_inclusive)
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if is_inclusive else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": applied.reason,
        "taxable_amount": taxable if applied.rate_bp else 0,
        "type": "tax_rate_details",
    }
