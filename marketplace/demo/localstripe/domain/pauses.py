"""Collection paused: the invoices of the periods that begin meanwhile are void, or wait as drafts."""

from __future__ import annotations

from ..clocks import clock_of_customer, customer_now, schedule, unschedule
from ..errors import parameter_invalid
from ..events import emit, snapshot, update_and_emit
from ..transaction import Json, Transaction

RESUME = "resume_collection"


def set_pause(tx: Transaction, subscription: Json, *, behavior: str, resumes_at: int | None) -> None:
    """Pause from the next invoice on; the caller saves and tells the change."""
    if resumes_at is not None and resumes_at <= customer_now(tx, subscription["customer"]):
        raise parameter_invalid("pause_collection[resumes_at]", "resumes_at must lie in the future.")
    subscription["pause_collection"] = {"behavior": behavior, "resumes_at": resumes_at}
    if resumes_at is None:
        unschedule(tx, object_id=subscription["id"], task=RESUME)
    else:
        clock = clock_of_customer(tx, subscription["customer"])
        schedule(tx, object_id=subscription["id"], task=RESUME, clock=clock, due_at=resumes_at)


def clear_pause(tx: Transaction, subscription: Json) -> None:
    """Collect again; the caller saves and tells the change."""
    subscription["pause_collection"] = None
    unschedule(tx, object_id=subscription["id"], task=RESUME)


def resume(tx: Transaction, subscription: Json) -> None:
    """The date has come."""
    before = snapshot(subscription)
    clear_pause(tx, subscription)
    update_and_emit(tx, subscription, before, "customer.subscription.updated")


def skip(tx: Transaction, subscription: Json, invoice: Json) -> None:
    """Put aside an invoice that was made while collection is paused: it is void, or stays a draft."""
    invoice["auto_advance"] = False
    if subscription["pause_collection"]["behavior"] == "void":
        invoice["status"] = "void"
        invoice["status_transitions"]["voided_at"] = customer_now(tx, invoice["customer"])
    tx.save(invoice)
    if invoice["status"] == "void":
        emit(tx, "invoice.voided", invoice)
