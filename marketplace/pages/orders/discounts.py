"""An artist's discount codes: made, looked at, switched off and on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import Artist
from marketplace.catalog.selectors import title_in
from marketplace.core.clock import now
from marketplace.orders.errors import DiscountCodeInvalid, DiscountCodeTaken
from marketplace.orders.models import DiscountCode
from marketplace.orders.selectors import codes_of
from marketplace.orders.services import create_code, switch_code
from marketplace.pages.orders.discount_forms import DiscountForm
from marketplace.pages.publishing.views import for_artists


@require_http_methods(["GET", "HEAD", "POST"])
@for_artists
def my_discounts(request: HttpRequest, artist: Artist) -> HttpResponse:
    """All codes of mine with what came of them, and a form for another."""
    form = DiscountForm(request.POST if request.method == "POST" else None, artist=artist)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_code(
                artist=artist,
                text=form.cleaned_data["code"],
                takes=form.takes(),
                works=form.cleaned_data.get("works", ()),
                limits=form.limits(),
            )
        except (DiscountCodeInvalid, DiscountCodeTaken) as error:
            form.add_error("code", f"{error.message} {error.way_out}".strip())
        else:
            messages.success(request, _("%(code)s can be used from now on.") % {"code": made.code})
            return redirect("my_discounts")
    shown = [(use, _state(use.code), _titles(use.code)) for use in codes_of(artist)]
    return render(request, "orders/discounts.html", {"form": form, "codes": shown}, status=422 if form.errors else 200)


@require_POST
@for_artists
def switch_discount(request: HttpRequest, artist: Artist, code_id: UUID) -> HttpResponse:
    """Off, or on again (``to=on``)."""
    code = switch_code(artist=artist, code_id=code_id, is_active=request.POST.get("to") == "on")
    told = _("%(code)s can be used again.") if code.is_active else _("%(code)s cannot be used any more.")
    messages.success(request, told % {"code": code.code})
    return redirect("my_discounts")


def _state(code: DiscountCode) -> str:
    """How it stands now, apart from its uses."""
    moment = now()
    if not code.is_active:
        return _("Switched off")
    if code.starts_at is not None and moment < code.starts_at:
        return _("Not begun")
    return _("In use") if code.is_current(moment) else _("Over")


def _titles(code: DiscountCode) -> list[str]:
    return [title_in(work, get_language() or "en") for work in code.works.all()]
