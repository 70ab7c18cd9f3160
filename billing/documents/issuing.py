"""Giving a document its number: the last thing in its transaction, so that the counter is locked for a moment only.

Nothing is numbered before it is written: number and row come in one transaction, and a rollback or a crash takes both
back. The database refuses a counter that moves without its document, and a document with another number.
"""

from django.conf import settings
from django.db import transaction

from billing.documents.credits import within_what_is_left
from billing.documents.facts import Draft, Party, frozen_from
from billing.models import Document, DocumentCounter, DocumentKind
from marketplace.core.clock import now


@transaction.atomic(durable=True)
def issue_invoice(*, object_ref: str, draft: Draft) -> Document:
    """Write the invoice of ``object_ref``, once: a repetition, or a second process, gets the first.

    Not within another transaction: the counter would stay locked until that one ends.
    """
    counter = _locked_counter(DocumentKind.INVOICE)
    present = Document.objects.filter(object_ref=object_ref).first()
    return present or _write(counter, object_ref=object_ref, draft=draft, about=None)


@transaction.atomic(durable=True)
def issue_credit_note(*, object_ref: str, draft: Draft, about: Document) -> Document | None:
    """The same for a credit note ``about`` an invoice. Of no line more is taken back than it has left after the credit
    notes before this one, whose number the lock orders; None where nothing is left.
    """
    counter = _locked_counter(DocumentKind.CREDIT_NOTE)
    present = Document.objects.filter(object_ref=object_ref).first()
    if present is not None:
        return present
    possible = within_what_is_left(draft, about=about)
    return _write(counter, object_ref=object_ref, draft=possible, about=about) if possible is not None else None


def _write(counter: DocumentCounter, *, object_ref: str, draft: Draft, about: Document | None) -> Document:
    counter.last += 1
    counter.save(update_fields=["last"])
    return Document.objects.create(
        kind=counter.kind,
        year=counter.year,
        number=counter.last,
        object_ref=object_ref,
        about=about,
        user_id=draft.user_id,
        language=draft.language,
        net_minor=draft.net.amount_minor,
        tax_minor=draft.tax.amount_minor,
        currency=draft.currency,
        frozen=frozen_from(draft, seller=seller()),
        # Read with the lock held, so that days go up with numbers.
        issued_at=now(),
    )


def seller() -> Party:
    """Who sells, as the configuration says now."""
    configuration = settings.CONFIGURATION
    return Party(
        name=configuration.seller_name,
        address=tuple(filter(None, (line.strip() for line in configuration.seller_address.split("|")))),
        country=configuration.seller_country,
        vat_id=configuration.seller_vat_id,
    )


def _locked_counter(kind: DocumentKind) -> DocumentCounter:
    """The counter of this year; where the year ends while another process holds it, the next year's."""
    while True:
        year = now().year
        wanted = DocumentCounter.objects.select_for_update(no_key=True).filter(kind=kind, year=year)
        counter = wanted.first()
        if counter is None:
            DocumentCounter.objects.bulk_create([DocumentCounter(kind=kind, year=year)], ignore_conflicts=True)
            counter = wanted.get()
        if now().year == year:
            return counter
