"""Customers."""

from __future__ import annotations

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
