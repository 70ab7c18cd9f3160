"""One page, two questions: what is this file, and what is this licence. Nothing that is sent is kept."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.errors import AtelierError, InvalidInput, NotFound
from marketplace.transparency.selectors import published_keys, signed_log_head
from marketplace.verification.answers import CertificateAnswer, FileAnswer
from marketplace.verification.errors import FileTooLarge, NothingToCheck
from marketplace.verification.files import MOST_BYTES
from marketplace.verification.selectors import verify_anything, verify_number


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """`?number=` asks about a certificate (its QR code leads here); a POST with `file` about a file."""
    number = request.GET.get("number", "").strip()[:60]
    answer: FileAnswer | CertificateAnswer | None = None
    refusal: AtelierError | None = None
    try:
        if request.method == "POST":
            answer = verify_anything(_sent_file(request))
        elif number or "number" in request.GET:
            answer = verify_number(number)
    except (InvalidInput, NotFound) as error:
        refusal = error
    return render(
        request,
        "verification/verify.html",
        {
            "number": number,
            "file_answer": answer if isinstance(answer, FileAnswer) else None,
            "certificate": answer if isinstance(answer, CertificateAnswer) else None,
            "refusal": gettext(refusal.message) if refusal else "",
            "way_out": refusal.way_out if refusal else "",
        },
        status=refusal.http_status if refusal else 200,
    )


def _sent_file(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise NothingToCheck(way_out=gettext("Choose a file, or type a certificate's number."))
    if (file.size or 0) > MOST_BYTES:
        raise FileTooLarge(way_out=gettext("Files up to %(most)d MB can be checked.") % {"most": MOST_BYTES >> 20})
    return file.read()


@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys of our statements and the root of our Content Credentials."""
    return JsonResponse(published_keys())


@require_safe
@cache_control(no_store=True)
def log_head(request: HttpRequest) -> JsonResponse:
    """The newest entry of the public log, signed."""
    return JsonResponse(signed_log_head())
