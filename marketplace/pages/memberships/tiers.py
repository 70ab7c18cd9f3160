"""An artist's own tiers: offered, changed, closed; who is a member, and what it has brought."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import Artist
from marketplace.core.errors import AtelierError
from marketplace.memberships.errors import LevelTaken, TierInvalid
from marketplace.memberships.models.tiers import MOST_TIERS
from marketplace.memberships.selectors import member_count, members_of, membership_income, tier_of, tiers_of
from marketplace.memberships.services import close_tier, create_tier, edit_tier, reopen_tier
from marketplace.pages.memberships.tier_forms import TierForm
from marketplace.pages.publishing.views import for_artists

MEMBERS_PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@for_artists
def my_tiers(request: HttpRequest, artist: Artist) -> HttpResponse:
    """My tiers, a form for another, my members, and what memberships have brought me."""
    tiers = list(tiers_of(artist))
    open_ones = [tier for tier in tiers if tier.is_open]
    currency = open_ones[0].currency if open_ones else "USD"
    form = TierForm(request.POST if request.method == "POST" else None, currency=currency)
    if request.method == "POST" and form.is_valid():
        monthly = form.money("monthly")
        assert monthly is not None, "the form asks for it"
        try:
            made = create_tier(
                artist=artist,
                level=form.cleaned_data["level"],
                words=form.words(),
                monthly=monthly,
                annual=form.money("annual"),
            )
        except (TierInvalid, LevelTaken) as error:
            form.add_error(None, _told(error))
        else:
            messages.success(request, _("“%(tier)s” takes members now.") % {"tier": made.name})
            return redirect("my_tiers")
    context = {
        "artist": artist,
        "tiers": tiers,
        "form": form,
        "may_add": len(open_ones) < MOST_TIERS,
        "members": Paginator(members_of(artist), MEMBERS_PER_PAGE).get_page(request.GET.get("page")),
        "member_count": member_count(artist),
        "income": membership_income(artist),
    }
    return render(request, "memberships/tiers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_artists
def edit(request: HttpRequest, artist: Artist, tier_id: UUID) -> HttpResponse:
    """Other words or prices; members keep the price at which they joined."""
    tier = tier_of(artist, tier_id)
    form = TierForm(request.POST if request.method == "POST" else None, tier=tier)
    if request.method == "POST" and form.is_valid():
        monthly = form.money("monthly")
        assert monthly is not None, "the form asks for it"
        try:
            edit_tier(artist=artist, tier_id=tier.pk, words=form.words(), monthly=monthly, annual=form.money("annual"))
        except TierInvalid as error:
            form.add_error(None, _told(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("my_tiers")
    context = {"tier": tier, "form": form}
    return render(request, "memberships/edit_tier.html", context, status=422 if form.errors else 200)


@require_POST
@for_artists
def switch(request: HttpRequest, artist: Artist, tier_id: UUID) -> HttpResponse:
    """Close a tier to new members, or open it again."""
    if request.POST.get("to") == "open":
        tier = reopen_tier(artist=artist, tier_id=tier_id)
        messages.success(request, _("“%(tier)s” takes members now.") % {"tier": tier.name})
    else:
        tier = close_tier(artist=artist, tier_id=tier_id)
        messages.success(request, _("“%(tier)s” takes no new members. Present ones stay.") % {"tier": tier.name})
    return redirect("my_tiers")


def _told(error: AtelierError) -> str:
    return f"{error.message} {error.way_out}".strip()
