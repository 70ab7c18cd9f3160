"""Customers."""

from __future__ import annotations

from ..errors import StripeError
from ..events import emit
from ..identifiers import new_id, random_text
from ..shapes.catalog import customer as customer_shape
from ..transaction import Json, Transaction


def create_customer(tx: Transaction, fields: Json) -> Json:
    """``fields`` overrides fields of the object (``email``, ``name``, ``metadata`` …)."""
    customer = customer_shape(id=new_id("cus", 14), created=tx.real_now_s, invoice_prefix=random_text(8).upper())
    customer.update(fields)
    tx.insert("customer", customer)
    emit(tx, "customer.created", customer)
    return customer


def refuse_second_currency(tx: Transaction, customer: str, currency: str) -> None:
    """A customer's subscriptions that run are all in one currency, as at Stripe."""
    for subscription in tx.select("subscription", where={"customer": customer}):
        ended = subscription["status"] in ("canceled", "incomplete_expired")
        if not ended and subscription["currency"] != currency:
            raise StripeError(
                "You cannot combine currencies on a single customer. This customer has an active subscription, "
                "subscription schedule, discount, quote, or invoice item with currency "
                f"{subscription['currency']}.",
            )
