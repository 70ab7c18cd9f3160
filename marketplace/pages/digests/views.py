"""Letters of news: choosing them, seeing what one looks like, and ending them from a letter."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.models import User
from marketplace.blobs import media_url
from marketplace.digests import services
from marketplace.digests.letters import weekly_preview
from marketplace.digests.models import MailWishes
from marketplace.digests.selectors import mail_wishes_of
from marketplace.digests.unsubscribing import unsubscription_of


class WishesForm(forms.Form):
    """Which letters."""

    weekly = forms.BooleanField(required=False, label=MailWishes._meta.get_field("weekly").verbose_name)
    releases = forms.BooleanField(required=False, label=MailWishes._meta.get_field("releases").verbose_name)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required has seen to it
    return request.user


@login_required
@require_http_methods(["GET", "POST"])
def mail_wishes(request: HttpRequest) -> HttpResponse:
    """See and change which letters I get."""
    known = mail_wishes_of(_person(request))
    form = WishesForm(
        request.POST if request.method == "POST" else None,
        initial={"weekly": known.weekly, "releases": known.releases},
    )
    if request.method == "POST" and form.is_valid():
        services.choose_letters(reader=_person(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("mail_wishes")
    return render(request, "digests/mail_wishes.html", {"form": form})


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What the weekly letter would say if it were sent now."""
    return render(request, "digests/preview.html", {"letter": weekly_preview(_person(request))})


@login_required
@require_safe
@never_cache
@xframe_options_sameorigin
def preview_html(request: HttpRequest) -> HttpResponse:
    """The same letter's HTML alone, for the frame of its page."""
    letter = weekly_preview(_person(request))
    if letter is None:
        return HttpResponse(status=404)
    # A letter's styles stand in its tags, as mail programs want them: a policy of its own, without any script.
    pictures = " ".join(filter(None, ["'self'", settings.BASE_URL, _origin_of_pictures()]))
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
    # Its links open in the window, not in the frame.
    html = letter.html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": policy})


def _origin_of_pictures() -> str:
    url = media_url("")
    return "" if url.startswith("/") else "/".join(url.split("/")[:3])


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End letters by the link in one, without signing in. Opening it only asks: programs that look for bad links open
    it too. The POST is the page's button, or a mail program's own (RFC 8058), which has no cookie of ours."""
    from_what = unsubscription_of(token)
    is_done = request.method == "POST"
    if is_done:
        services.unsubscribe(from_what=from_what)
    context: dict[str, Any] = {"is_done": is_done, "kind": from_what.kind, "of_one": bool(from_what.search_id)}
    return render(request, "digests/unsubscribe.html", context)
