"""Queueing a document in the transaction that makes it due. The job numbers it after that transaction's commit."""

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from billing.documents.due import dispute_ref, refund_ref
from billing.models import Dispute, Transaction


def defer_document(object_ref: str) -> None:
    """Queue the document of a sale; nothing happens where its job is waiting already."""
    from billing.tasks import issue_due_document

    try:
        with transaction.atomic():
            issue_due_document.configure(queueing_lock=f"document:{object_ref}").defer(object_ref=object_ref)
    except AlreadyEnqueued:
        return


def defer_credit_of_refund(booked: Transaction) -> None:
    """Queue the credit note of a refund that the ledger has booked."""
    defer_document(refund_ref(booked))


def defer_credit_of_dispute(lost: Dispute) -> None:
    """Queue the credit note of a dispute that was lost."""
    defer_document(dispute_ref(lost.pk))
