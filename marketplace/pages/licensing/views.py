"""The licences in words, and the certificates of those that one holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.licensing.certificate import certificate_json, certificate_pdf
from marketplace.licensing.errors import LicenceNotFound
from marketplace.licensing.selectors import current_terms, grant_by_number
from marketplace.orders.services import check_holder
from marketplace.pages.orders.reading import by_its_reader, proved_holder_behind


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """The three licences side by side."""
    return render(request, "licensing/licences.html", {"all_terms": current_terms()})


@require_safe
def wording(request: HttpRequest, code: str) -> HttpResponse:
    """One licence's full text."""
    terms = next((terms for terms in current_terms() if terms.code == code), None)
    if terms is None:
        raise LicenceNotFound(_("There is no such licence."), way_out=_("Choose among the three that there are."))
    return render(request, "licensing/wording.html", {"terms": terms})


@require_safe
@by_its_reader
def certificate_as_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate to frame."""
    grant = grant_by_number(number)
    check_holder(user=proved_holder_behind(request, grant), grant=grant)
    return _file(certificate_pdf(grant), "application/pdf", f"{grant.number}.pdf")


@require_safe
@by_its_reader
def certificate_as_json(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate for machines, signed."""
    grant = grant_by_number(number)
    check_holder(user=proved_holder_behind(request, grant), grant=grant)
    return _file(certificate_json(grant), "application/json", f"{grant.number}.json")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)
