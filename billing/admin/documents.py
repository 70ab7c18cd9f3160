"""All invoices and credit notes, and whether their numbers have a gap."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.admin.ledger import LookOnly
from billing.models import Document
from billing.selectors import series_of_numbers


@admin.register(Document)
class DocumentAdmin(LookOnly):
    """The list begins with every series and what is missing in it."""

    change_list_template = "billing/documents_admin.html"
    list_display = ["full_number", "issued_at", "user", "total", "tax", "about", "pdf"]
    list_filter = ["kind", "year", "currency"]
    list_select_related = ["user", "about"]
    search_fields = ["user__email", "object_ref"]
    ordering = ["-issued_at", "-number"]
    exclude = ["frozen"]

    @admin.display(description=_("Number"))
    def full_number(self, document: Document) -> str:
        return document.full_number

    @admin.display(description="PDF")
    def pdf(self, document: Document) -> SafeString:
        return format_html('<a href="{}">PDF</a>', document.get_absolute_url())

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Also by number, as it is printed: ``INV-2026-000123``."""
        parts = search_term.strip().split("-")
        if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():
            kind = "credit_note" if parts[0].upper() == "CN" else "invoice"
            return queryset.filter(kind=kind, year=int(parts[1][:4]), number=int(parts[2][:9])), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the check of the numbers."""
        return super().changelist_view(request, {**(extra_context or {}), "series": series_of_numbers()})
