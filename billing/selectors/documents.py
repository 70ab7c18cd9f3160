"""Reads on invoices and credit notes."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from billing.errors import DocumentNotFound
from billing.models import Document, DocumentKind
from billing.models.documents import SERIES
from marketplace.accounts.models import User


def documents_of(user: User) -> QuerySet[Document]:
    """All invoices and credit notes of a person, the newest first."""
    return Document.objects.filter(user=user).select_related("about").order_by("-issued_at", "-number")


def documents_about(object_ref: str) -> QuerySet[Document]:
    """The invoice of a sale (``order:…``) and the credit notes about it, in the order of time."""
    found = Document.objects.filter(Q(object_ref=object_ref) | Q(about__object_ref=object_ref))
    return found.select_related("about").order_by("issued_at", "number")


def document_for(reader: User, document_id: UUID) -> Document:
    """For its buyer, and for who may look at all of them; to others it does not exist. Raises DocumentNotFound."""
    document = Document.objects.select_related("about").filter(pk=document_id).first()
    if document is None or (document.user_id != reader.pk and not reader.has_perm("billing.view_document")):
        raise DocumentNotFound
    return document


def sale_of_document(document_id: UUID) -> str:
    """The reference of the sale that a document is about. Raises DocumentNotFound."""
    document = Document.objects.select_related("about").filter(pk=document_id).first()
    if document is None:
        raise DocumentNotFound
    return (document.about or document).object_ref


@dataclass(frozen=True, slots=True)
class SeriesOfNumbers:
    """The documents of a kind and year: how many numbers were given, and which of them have no document."""

    kind: DocumentKind
    year: int
    given: int
    missing: tuple[str, ...]


_SERIES = """
    SELECT c.kind, c.year, c.last, ARRAY(
        SELECT n FROM generate_series(1, c.last) AS n
        WHERE NOT EXISTS (SELECT 1 FROM billing_document d WHERE d.kind = c.kind AND d.year = c.year AND d.number = n)
        ORDER BY n LIMIT 100)
    FROM billing_documentcounter c ORDER BY c.year DESC, c.kind DESC
"""


def series_of_numbers() -> list[SeriesOfNumbers]:
    """Every series with the numbers that are missing in it (100 at most); there should be none."""
    with connection.cursor() as cursor:
        cursor.execute(_SERIES)
        rows = cursor.fetchall()
    return [
        SeriesOfNumbers(
            DocumentKind(kind),
            year,
            last,
            tuple(f"{SERIES[DocumentKind(kind)]}-{year}-{number:06}" for number in missing),
        )
        for kind, year, last, missing in rows
    ]
