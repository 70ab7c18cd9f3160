"""Following a referral link, and what one's own has brought.

The cookie is set by nothing but a click on such a link, holds the link's code and the moment, signed, and is gone with
the window. A later click on another link takes its place.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.models import User
from marketplace.catalog.selectors import title_in
from marketplace.orders.selectors import referral_totals, rewards_of
from marketplace.orders.services import note_click, referral_link_of
from marketplace.pages.viewing import is_looked_at

COOKIE, SALT = "referral", "marketplace.referrals"
PER_PAGE = 25


def referral_code_of(request: HttpRequest) -> str:
    """The code of the link that the visitor followed last, within the window; else empty."""
    code = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=_window())
    return str(code or "")


def _window() -> timedelta:
    return timedelta(days=settings.CONFIGURATION.referral_window_days)


@require_safe
@never_cache
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """To where the link leads (``?to=/works/…``; else the front page), with the cookie."""
    wanted = request.GET.get("to", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    answer = redirect(wanted if is_ours else "/")
    if not is_looked_at(request):
        return answer
    if referral_code_of(request) != code:
        note_click(code=code)
    answer.set_signed_cookie(
        COOKIE,
        code,
        salt=SALT,
        max_age=_window(),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@require_safe
@login_required
def my_referrals(request: HttpRequest) -> HttpResponse:
    """My link, its clicks and orders, and what each licence brought."""
    assert isinstance(request.user, User)
    link = referral_link_of(user=request.user)
    page = Paginator(rewards_of(link), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "address": f"{settings.BASE_URL}{reverse('referral', args=[link.code])}",
        "totals": referral_totals(link),
        "page": page,
        "rewards": [(reward, title_in(reward.line.work, get_language() or "en")) for reward in page],
        "share": f"{settings.CONFIGURATION.referral_share_basis_points / 100:g}%",
        "days": settings.CONFIGURATION.referral_window_days,
    }
    return render(request, "orders/referrals.html", context)
