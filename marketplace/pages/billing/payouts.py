"""An artist's choices about her payouts: when, now, and what she declares before the first."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing import selectors
from billing.errors import PayoutNotPossible
from billing.services import choose_payout_schedule, declare_seller, pay_out_now
from marketplace.accounts.models import User
from marketplace.pages.billing.earnings import artist_or_told
from marketplace.pages.billing.payout_forms import ScheduleForm, SellerForm


@login_required
@require_POST
def choose_schedule(request: HttpRequest) -> HttpResponse:
    """When she wants to be paid."""
    artist = artist_or_told(request)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such payout day. Choose one of the list."))
        return redirect("my_earnings")
    choose_payout_schedule(artist=artist, **form.choice)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))
    return redirect("my_earnings")


@login_required
@require_POST
def ask_for_payout(request: HttpRequest) -> HttpResponse:
    """All that is available, now."""
    artist = artist_or_told(request)
    currency = request.POST.get("currency", "")
    if currency not in selectors.currencies_of(artist):
        messages.error(request, _("You have sold nothing in this currency."))
        return redirect("my_earnings")
    try:
        pay_out_now(artist=artist, currency=currency)
    except PayoutNotPossible as told:
        messages.error(request, f"{told.message} {told.way_out}".strip())
    else:
        messages.success(request, _("Your payout is on its way."))
    return redirect("my_earnings")


@login_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """What she declares as a seller, and why it is asked."""
    artist = artist_or_told(request)
    assert isinstance(request.user, User)
    declared = selectors.declaration_of(artist)
    form = SellerForm(request.POST) if request.method == "POST" else SellerForm.showing(declared)
    if request.method == "POST" and form.is_valid():
        declare_seller(
            declarer=request.user,
            artist=artist,
            is_trader=form.cleaned_data["sells_as"] == "trader",
            trade_register=form.cleaned_data["trade_register"],
            certifies=form.cleaned_data["certifies"],
        )
        messages.success(request, _("Thank you. Your declaration is recorded with today's date."))
        return redirect("my_earnings")
    context = {"form": form, "declared": declared, "account": selectors.payout_account_of(artist)}
    return render(request, "billing/seller.html", context, status=200 if request.method == "GET" else 422)
