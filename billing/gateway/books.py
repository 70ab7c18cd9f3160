"""Stripe's books of the shop's own account: every movement of its balance, and what the balance is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import id_of, moment


@dataclass(frozen=True, slots=True)
class Movement:
    """One balance transaction. ``amount_minor`` is signed, before ``fee_minor``; ``currency`` may be one that we do not
    trade in; ``ref`` is the id under which our ledger knows it: a charge's payment intent, or the source's own id.
    """

    id: str
    type: str
    ref: str
    amount_minor: int
    fee_minor: int
    currency: str
    created: datetime
    available_on: datetime
    description: str

    @classmethod
    def from_stripe(cls, entry: Mapping[str, Any]) -> "Movement":
        """From Stripe's balance_transaction with its source expanded."""
        source = entry.get("source")
        payment = source.get("payment_intent") if isinstance(source, Mapping) and source["object"] == "charge" else None
        created, available_on = moment(entry["created"]), moment(entry["available_on"])
        assert created is not None, "a balance transaction has a moment"
        assert available_on is not None, "money becomes available at a moment"
        return cls(
            id=entry["id"],
            type=entry["type"],
            ref=id_of(payment) or id_of(source) or entry["id"],
            amount_minor=entry["amount"],
            fee_minor=entry["fee"],
            currency=entry["currency"].upper(),
            created=created,
            available_on=available_on,
            description=entry.get("description") or "",
        )


def movements(*, since: datetime) -> Iterator[Movement]:
    """Every movement since a moment, the newest first, in every currency."""
    params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.source"]}
    with translated():
        for entry in client().v1.balance_transactions.list(params).auto_paging_iter():
            yield Movement.from_stripe(entry.to_dict())


def payment_of_invoice(invoice_id: str) -> str:
    """The payment intent by which an invoice was paid; empty where none was needed."""
    params: Any = {"invoice": invoice_id, "status": "paid", "limit": 1}
    with translated():
        found = client().v1.invoice_payments.list(params).data
    return id_of(found[0].to_dict()["payment"].get("payment_intent")) or "" if found else ""


def invoice_of_payment(payment_intent_id: str) -> str:
    """The invoice that a payment intent pays; empty where it pays none."""
    params: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_intent_id}, "limit": 1}
    with translated():
        found = client().v1.invoice_payments.list(params).data
    return id_of(found[0].to_dict()["invoice"]) or "" if found else ""
