"""A browser's cookie that lasts: to see that many accounts are used in one browser. Only its digest is kept."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "device"
YEAR_S = 365 * 24 * 3600
_LENGTH = 32


class DeviceCookie:
    """Gives a browser its cookie with the first form that it sends; reading pages sets nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.COOKIES.get(COOKIE, "")
        is_ours = len(known) == _LENGTH and known.isalnum()
        mark = known if is_ours else secrets.token_hex(_LENGTH // 2) if request.method == "POST" else ""
        request.device = _digest(mark)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if mark and not is_ours and not request.path.startswith(("/api/", "/webhooks/")):
            response.set_cookie(
                COOKIE, mark, max_age=YEAR_S, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
            )
        return response


def device_of(request: HttpRequest) -> str:
    """A digest that names the browser; empty where it has no cookie yet."""
    return str(getattr(request, "device", ""))


def _digest(mark: str) -> str:
    return salted_hmac("accounts.device", mark, algorithm="sha256").hexdigest() if mark else ""
