"""A person's invoices and credit notes, for programs."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from billing import selectors
from billing.documents.pdf import document_pdf
from billing.models import Document
from marketplace.api.billing.serializers import MoneySerializer
from marketplace.api.billing.views import person_of


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """An invoice, or a credit note about one; `pdf` is where it is downloaded with the same key."""

    number = serializers.CharField(source="full_number")
    about = serializers.CharField(
        source="about.full_number", allow_null=True, default=None, help_text="of a credit note: its invoice's number"
    )
    net = MoneySerializer(help_text="without tax")
    tax = MoneySerializer()
    total = MoneySerializer(help_text="what was paid, or goes back")
    pdf = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ["id", "kind", "number", "about", "net", "tax", "total", "issued_at", "pdf"]

    def get_pdf(self, document: Document) -> str:
        """Below the shop's address."""
        return reverse("api-invoice-pdf", args=[document.pk])


class MyInvoices(ListAPIView[Document]):
    """My invoices and credit notes, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = DocumentSerializer
    queryset = Document.objects.none()

    def get_queryset(self) -> QuerySet[Document]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.documents_of(person_of(self.request))


class _AnyAccepted(DefaultContentNegotiation):
    """A client that accepts only PDF is not turned away: it gets one, or an error as JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, Any]:
        first = next(iter(renderers))
        return first, first.media_type


class InvoiceFile(APIView):
    """One of my invoices or credit notes on paper."""

    permission_classes = [IsAuthenticated]
    content_negotiation_class = _AnyAccepted

    @extend_schema(operation_id="invoices_pdf_retrieve", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        """The PDF; the same document is the same file, byte for byte."""
        document = selectors.document_for(person_of(request), document_id)
        return HttpResponse(
            document_pdf(document),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="atelier-{document.full_number}.pdf"'},
        )
