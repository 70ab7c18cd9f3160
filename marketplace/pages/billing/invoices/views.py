"""The list of invoices, and each as a file."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.documents.pdf import document_pdf
from billing.selectors import document_for, documents_of, sale_of_document
from marketplace.accounts.models import User
from marketplace.orders.selectors import order_id_in
from marketplace.pages.orders.reading import SignInFirst, by_its_reader, proved_reader_of

PER_PAGE = 25


@require_safe
@login_required
def invoices(request: HttpRequest) -> HttpResponse:
    """All of mine, the newest first."""
    assert isinstance(request.user, User)
    page = Paginator(documents_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/invoices.html", {"page": page})


@require_safe
@by_its_reader
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One as PDF, for its buyer; a guest gets it in the browser that may show her order."""
    document = document_for(_reader(request, document_id), document_id)
    return HttpResponse(
        document_pdf(document),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="atelier-{document.full_number}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


def _reader(request: HttpRequest, document_id: UUID) -> User:
    if isinstance(request.user, User):
        return request.user
    order_id = order_id_in(sale_of_document(document_id))
    if order_id is None:
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return proved_reader_of(request, order_id)
