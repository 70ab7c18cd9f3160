"""The one call by which documents come to be: the invoice of a sale, the credit note of a refund or lost dispute."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings

from billing.documents.credits import (
    DISPUTE,
    REFUND,
    Credited,
    credited_by_dispute,
    credited_by_refund,
    draft_of_credit,
)
from billing.documents.issuing import issue_credit_note, issue_invoice
from billing.documents.sources import draft_of
from billing.models import Document


def issue_document(object_ref: str) -> Document | None:
    """The document of a sale (``order:…``, ``purchase:…``, ``invoice:…``), of a refund (``refund:<transaction>``) or
    of a dispute that was lost (``dispute:<id>``); the same one however often it is asked for, and by how many at once.

    None where there is nothing to write: nothing was paid, or the refund is of no sale. An invoice that a credit note
    is about is written first. Raises the gateway's errors where Stripe must be asked.
    """
    present = Document.objects.filter(object_ref=object_ref).first()
    if present is not None:
        return present
    kind, _colon, key = object_ref.partition(":")
    if kind == REFUND:
        return _credit(object_ref, credited_by_refund(UUID(key)))
    if kind == DISPUTE:
        return _credit(object_ref, credited_by_dispute(key))
    draft = draft_of(object_ref)
    if draft is None:
        return None
    if not draft.tax.amount_minor and not draft.notes and settings.CONFIGURATION.invoice_note:
        draft = replace(draft, notes=(settings.CONFIGURATION.invoice_note,))
    return issue_invoice(object_ref=object_ref, draft=draft)


def _credit(object_ref: str, credited: Credited | None) -> Document | None:
    invoice = issue_document(credited.invoice_ref) if credited is not None else None
    if credited is None or invoice is None:
        return None
    draft = draft_of_credit(invoice, credited)
    return issue_credit_note(object_ref=object_ref, draft=draft, about=invoice)
