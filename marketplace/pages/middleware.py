"""Two habits of every page: a content security policy, and errors that a person can read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from marketplace.core.errors import AtelierError

GetResponse = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Scripts and styles come from our own files only; pictures also from the public bucket and signed addresses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        configuration = settings.CONFIGURATION
        pictures = " ".join(filter(None, [configuration.s3_public_base_url, configuration.s3_endpoint_url]))
        self.policy = "; ".join(
            [
                "default-src 'self'",
                f"img-src 'self' data: blob: {pictures}",
                "style-src 'self'",
                "script-src 'self'",
                "object-src 'none'",
                "base-uri 'self'",
                "frame-ancestors 'none'",
                f"form-action 'self' https://checkout.stripe.com https://connect.stripe.com "
                f"https://billing.stripe.com {configuration.stripe_api_base}",
            ]
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The admin and the API's documentation bring their own inline pieces.
        if not request.path.startswith(("/admin/", "/api/")):
            response.setdefault("Content-Security-Policy", self.policy)
        return response


class ErrorsPeopleCanRead:
    """An AtelierError that a view did not answer itself becomes a page, or a notice where htmx asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an AtelierError; everything else stays an error of ours."""
        if not isinstance(exception, AtelierError):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(
                {
                    "error": exception.code,
                    "message": gettext(exception.message),
                    "way_out": exception.way_out,
                },
                status=exception.http_status,
            )
        htmx = bool(getattr(request, "htmx", False))
        response = render(
            request,
            "pages/_notice.html" if htmx else "pages/error.html",
            {"error": exception, "level": "error"},
            status=200 if htmx else exception.http_status,
        )
        if htmx:
            # The notice goes to the page's notice area, whatever the request wanted to swap.
            response["HX-Retarget"] = "#notices"
            response["HX-Reswap"] = "innerHTML"
        return response
