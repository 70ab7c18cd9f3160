"""The invoice of a one-time payment, where a session asks for one (``invoice_creation``)."""

from __future__ import annotations

from ..events import emit
from ..identifiers import new_id
from ..shapes import billing as shapes
from ..transaction import Json, Transaction
from . import invoices


def write_invoice(tx: Transaction, session: Json, *, intent: Json | None) -> None:
    """Make the paid invoice of a session whose money is there, with the session's lines, discount and tax."""
    wanted = session["invoice_creation"]
    if session["mode"] != "payment" or not wanted or not wanted["enabled"]:
        return
    data = wanted["invoice_data"]
    invoice = invoices.create_invoice(
        tx,
        customer=tx.load("customer", session["customer"]),
        currency=session["currency"],
        billing_reason="manual",
        fields={
            "custom_fields": data["custom_fields"],
            "description": data["description"],
            "footer": data["footer"],
            "metadata": data["metadata"] or {},
        },
    )
    private = tx.private(session["id"])
    for item in private["line_items"]:
        parts = private["parts"]["items"][item["id"]]
        line = shapes.invoice_line(
            id=new_id("il"),
            invoice=invoice["id"],
            amount=item["amount_subtotal"],
            currency=item["currency"],
            description=item["description"],
            quantity=item["quantity"],
            period_start=invoice["created"],
            period_end=invoice["created"],
            parent=shapes.item_parent(invoice_item=new_id("ii"), subscription=None),
            subscription=None,
            price=item["price"],
        )
        line["discount_amounts"] = [_discount(part) for part in parts["discounts"]]
        line["taxes"] = [_tax(part) for part in parts["taxes"]]
        invoices.add_line(invoice, line)
    _put_totals(invoice, session, private["parts"]["breakdown"])
    tx.save(invoice)
    emit(tx, "invoice.created", invoice)
    invoices.finalize(tx, invoice)
    if invoice["status"] == "open":
        invoices.mark_paid(tx, invoice, intent=intent)
    session["invoice"] = invoice["id"]


def _put_totals(invoice: Json, session: Json, breakdown: Json) -> None:
    total, tax = session["amount_total"], session["total_details"]["amount_tax"]
    inside = sum(part["amount"] for part in breakdown["taxes"] if part["rate"]["inclusive"])
    invoice.update(
        amount_due=total,
        amount_remaining=total,
        discounts=[part["discount"]["id"] for part in breakdown["discounts"]],
        subtotal=session["amount_subtotal"],
        subtotal_excluding_tax=session["amount_subtotal"] - inside,
        total=total,
        total_discount_amounts=[_discount(part) for part in breakdown["discounts"]],
        total_excluding_tax=total - tax,
        total_taxes=[_tax(part) for part in breakdown["taxes"]],
    )
    details = session["customer_details"]
    invoice.update(
        automatic_tax={**invoice["automatic_tax"], **session["automatic_tax"]},
        customer_address=details["address"],
        customer_email=details["email"],
        customer_name=details["business_name"] or details["name"],
        customer_tax_exempt=details["tax_exempt"],
        customer_tax_ids=details["tax_ids"],
    )


def _discount(part: Json) -> Json:
    return {"amount": part["amount"], "discount": part["discount"]["id"]}


def _tax(part: Json) -> Json:
    return {
        "amount": part["amount"],
        "tax_behavior": "inclusive" if part["rate"]["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": part["rate"]["id"]},
        "taxability_reason": part["taxability_reason"],
        "taxable_amount": part["taxable_amount"],
        "type": "tax_rate_details",
    }
