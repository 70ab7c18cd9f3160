"""Invoices and credit notes, issued by the service, of sales that no room tells of."""

from datetime import date
from uuid import uuid4

from billing.documents.facts import DocumentLine, Draft, Party
from billing.documents.issuing import issue_credit_note, issue_invoice
from billing.models import Document
from marketplace.accounts.models import User
from tests.factories.accounts import UserFactory


def draft(user: User | None = None, *, lines: tuple[DocumentLine, ...] = (), **more: object) -> Draft:
    """Of one line of 12 dollars, or of ``lines``."""
    buyer = user or UserFactory()
    known = {
        "user_id": buyer.pk,
        "buyer": Party(name=buyer.display_name, email=buyer.email),
        "language": buyer.language,
        "currency": "USD",
        "lines": lines or (DocumentLine("line:1", "Evening tide · Personal licence", 1200),),
        "sold_on": date(2026, 11, 27),
        "order": "0199-order",
    }
    return Draft(**{**known, **more})


def invoice(user: User | None = None, *, object_ref: str = "", **more: object) -> Document:
    """A new invoice."""
    return issue_invoice(object_ref=object_ref or f"test:{uuid4()}", draft=draft(user, **more))


def credit_note(about: Document) -> Document:
    """A credit note of all of an invoice."""
    of_all = draft(about.user, lines=about.facts.lines, language=about.language, currency=about.currency)
    made = issue_credit_note(object_ref=f"test:{uuid4()}", draft=of_all, about=about)
    assert made is not None
    return made
