"""An artist's tiers as visitors see them, and joining."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from billing.models import Interval
from marketplace.accounts.models import User
from marketplace.accounts.selectors import artist_by_handle
from marketplace.core.money import Money
from marketplace.memberships.consent import WORDS, given_consent
from marketplace.memberships.models import Membership, Tier, TierPrice
from marketplace.memberships.selectors import membership_in, open_tiers_of
from marketplace.memberships.services import join
from marketplace.pages.billing.countries import chosen_country
from marketplace.pages.billing.pricing import interval_of


@dataclass(frozen=True, slots=True)
class TierCard:
    """A tier as it is offered to this visitor, at the price of the interval that the page shows.

    ``action``: sign_up, join, current, change, manage or nothing. ``saved``: by the year against twelve months.
    """

    tier: Tier
    price: TierPrice
    saved: Money | None
    action: str


def tier_cards(
    tiers: list[Tier], *, interval: str, viewer: User | None, membership: Membership | None
) -> list[TierCard]:
    """Those of ``tiers`` (from `open_tiers_of`) that are sold by this interval."""
    cards = []
    for tier in tiers:
        by_interval = {price.interval: price for price in tier.current_prices}  # type: ignore[attr-defined]
        price = by_interval.get(interval)
        if price is not None:
            monthly = by_interval.get(Interval.MONTH)
            saved = monthly.amount_minor * 12 - price.amount_minor if monthly and price.is_annual else 0
            action = _action(price, tier, viewer, membership)
            cards.append(TierCard(tier, price, Money(saved, price.currency) if saved > 0 else None, action))
    return cards


def _action(price: TierPrice, tier: Tier, viewer: User | None, membership: Membership | None) -> str:
    if viewer is None:
        return "sign_up"
    if tier.artist.user_id == viewer.pk:
        return "nothing"
    if membership is None:
        return "join"
    if (membership.price.tier_id, membership.price.interval) == (tier.pk, price.interval):
        return "current"
    is_free_to_change = membership.state == Membership.State.ACTIVE and not membership.cancel_at_period_end
    return "change" if is_free_to_change and membership.price.currency == price.currency else "manage"


@require_safe
def artist_membership(request: HttpRequest, handle: str) -> HttpResponse:
    """What an artist offers to members, and how the visitor's own membership stands."""
    artist = artist_by_handle(handle)
    if artist is None or not artist.user.is_active:
        raise Http404
    viewer = request.user if isinstance(request.user, User) else None
    membership = membership_in(artist, viewer) if viewer is not None else None
    tiers = list(open_tiers_of(artist).select_related("artist"))
    interval = interval_of(request)
    context = {
        "artist": artist,
        "interval": interval,
        "has_annual": any(len(tier.current_prices) > 1 for tier in tiers),  # type: ignore[attr-defined]
        "cards": tier_cards(tiers, interval=interval, viewer=viewer, membership=membership),
        "membership": membership,
        "is_mine": viewer is not None and artist.user_id == viewer.pk,
        "consent": WORDS,
    }
    return render(request, "memberships/artist.html", context)


@require_POST
@login_required
def join_artist(request: HttpRequest, price_id: UUID) -> HttpResponse:
    """Open a checkout for a tier and go there."""
    assert isinstance(request.user, User)
    started = join(
        user=request.user,
        price_id=price_id,
        consent=given_consent(is_given=bool(request.POST.get("consent"))),
        locale=get_language() or "en",
        country=chosen_country(request),
    )
    return redirect(started.checkout_url)
