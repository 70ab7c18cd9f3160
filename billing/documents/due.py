"""Which documents the ledger calls for, and those that no job has written."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from billing.documents.credits import DISPUTE, REFUND
from billing.models import AccountKind, Document, Entry, Reason, Sale, Transaction

# A sale, a refund and a lost dispute each have an entry in one of these accounts, which are read by time.
_ACCOUNTS = (AccountKind.CASH_AT_STRIPE, AccountKind.DISPUTES_OPEN)
_REASONS = (Reason.SALE, Reason.REVENUE, Reason.REFUND, Reason.DISPUTE_LOST)
_AT_ONCE = 500


def documents_missing(*, since: datetime, until: datetime) -> Iterator[str]:
    """References of documents that what was booked in this time calls for, and that are not written.

    Among them may be some for which there is nothing to write (a sale of a room that tells of none).
    """
    entries = Entry.objects.filter(
        account__kind__in=_ACCOUNTS, recorded_at__gte=since, recorded_at__lt=until, transaction__reason__in=_REASONS
    )
    booked = Transaction.objects.filter(pk__in=entries.values("transaction_id")).order_by("created_at")
    rows = booked.iterator()
    while some := list(islice(rows, _AT_ONCE)):
        refs = _document_refs(some)
        written = set(Document.objects.filter(object_ref__in=refs).values_list("object_ref", flat=True))
        yield from (ref for ref in refs if ref not in written)


def _document_refs(booked: Sequence[Transaction]) -> list[str]:
    """Each once, in the order of the transactions."""
    sold = [one.object_ref for one in booked if one.reason == Reason.SALE]
    orders = dict(Sale.objects.filter(line_ref__in=sold).values_list("line_ref", "order_ref"))
    return list(dict.fromkeys(filter(None, (_document_ref(one, orders) for one in booked))))


def _document_ref(one: Transaction, orders: dict[str, str]) -> str:
    match one.reason:
        case Reason.SALE:
            return orders.get(one.object_ref, "")
        case Reason.REVENUE:
            return one.object_ref
        case Reason.REFUND:
            return refund_ref(one) if one.effect.startswith("refunded") else ""
        case _:
            about, _colon, named = one.effect.partition(":")
            return dispute_ref(named) if about == "dispute_lost" else one.object_ref


def refund_ref(booked: Transaction) -> str:
    """How the credit note of a refund is asked for."""
    return f"{REFUND}:{booked.pk}"


def dispute_ref(dispute_id: str) -> str:
    """How the credit note of a lost dispute is asked for."""
    return f"{DISPUTE}:{dispute_id}"
