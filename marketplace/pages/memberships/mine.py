"""A member's own memberships: how they stand, another tier with a look at what it charges, end, keep, card."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.memberships.errors import MembershipAmountDiffers
from marketplace.memberships.models import Membership
from marketplace.memberships.selectors import membership_of, memberships_of
from marketplace.memberships.services import (
    change_membership,
    keep_membership,
    leave_membership,
    offer_change,
    withdraw_change,
)
from marketplace.memberships.services.cards import card_url
from marketplace.pages.billing.wallet import address_of

PER_PAGE = 20


@require_safe
@login_required
def my_memberships(request: HttpRequest) -> HttpResponse:
    """All of mine, the newest first."""
    assert isinstance(request.user, User)
    page = Paginator(memberships_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state_url": _awaited(request)}
    return render(request, "memberships/mine.html", context)


def _awaited(request: HttpRequest) -> str:
    """Where to ask after the payment that the person comes back from; empty where there is none of hers."""
    try:
        paid = UUID(request.GET.get("paid", ""))
    except ValueError:
        return ""
    assert isinstance(request.user, User)
    waits = Membership.objects.filter(pk=paid, user=request.user, state=Membership.State.STARTING).exists()
    return reverse("membership_state", args=[paid]) if waits else ""


@require_safe
@login_required
def membership_state(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """What became of a membership that was started; asked again until its first payment is there."""
    assert isinstance(request.user, User)
    membership = membership_of(request.user, membership_id)
    if membership.state == Membership.State.STARTING:
        return render(request, "memberships/_waiting.html", {"state_url": request.path})
    if membership.is_running:
        messages.success(request, _("You are a member of %(artist)s.") % {"artist": membership.artist.name})
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("my_memberships")})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, membership_id: UUID, price_id: UUID) -> HttpResponse:
    """What a change would charge and when it would begin; pressed, it is made as it was looked at."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        offer = offer_change(user=request.user, membership_id=membership_id, price_id=price_id)
        context = {"offer": offer, "at": int(offer.at.timestamp())}
        return render(request, "memberships/change.html", context)
    try:
        at = datetime.fromtimestamp(int(request.POST.get("at", "")), UTC)
        expected = Money(int(request.POST.get("due", "")), request.POST.get("currency", ""))
    except (ValueError, OverflowError):
        raise MembershipAmountDiffers(_("This offer cannot be read."), way_out=_("Look at the change again.")) from None
    made = change_membership(
        user=request.user, membership_id=membership_id, price_id=price_id, at=at, expected=expected
    )
    names = {"tier": made.to_price.tier.name, "day": date_format(made.effective_at)}
    if made.is_at_once:
        messages.success(request, _("You have %(tier)s now.") % names)
    else:
        messages.success(request, _("%(tier)s begins on %(day)s; until then nothing changes.") % names)
    return redirect("my_memberships")


@require_POST
@login_required
def withdraw(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Take back a change that waits."""
    assert isinstance(request.user, User)
    withdraw_change(user=request.user, membership_id=membership_id)
    messages.success(request, _("Your membership stays as it is."))
    return redirect("my_memberships")


@require_POST
@login_required
def leave(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Let it end with what is paid."""
    assert isinstance(request.user, User)
    ends = leave_membership(user=request.user, membership_id=membership_id).current_period_end
    day = date_format(ends) if ends else ""
    messages.success(request, _("Your membership ends on %(day)s and will not be charged again.") % {"day": day})
    return redirect("my_memberships")


@require_POST
@login_required
def keep(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Take the end back."""
    assert isinstance(request.user, User)
    keep_membership(user=request.user, membership_id=membership_id)
    messages.success(request, _("Your membership goes on."))
    return redirect("my_memberships")


@require_safe
@login_required
def card(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """To Stripe's page of the card; letters lead here too."""
    assert isinstance(request.user, User)
    membership = membership_of(request.user, membership_id)
    back = address_of("my_memberships")
    return redirect(card_url(membership=membership, return_url=back, locale=get_language() or "auto"))
