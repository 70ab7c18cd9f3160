"""An artist's earnings: balances, sales with fee and share, payouts, and setting payouts up."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing import selectors
from billing.errors import NoStorefront
from billing.models import Sale
from billing.services import copy_payout_account, onboard_artist
from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_of
from marketplace.orders.evidence.selectors import open_disputes_about
from marketplace.orders.selectors import refund_requests_waiting
from marketplace.pages.billing.payout_forms import ScheduleForm
from marketplace.pages.billing.titles import titles_of

SALES_PER_PAGE = 25


def artist_or_told(request: HttpRequest) -> Artist:
    """The person's storefront. Raises NoStorefront."""
    artist = artist_of(request.user)
    if artist is None:
        raise NoStorefront(way_out=_("Open a storefront first; it is free."))
    return artist


@login_required
@require_GET
def my_earnings(request: HttpRequest) -> HttpResponse:
    """What the artist has earned and where it is."""
    artist = artist_or_told(request)
    sales = Paginator(selectors.sales_of(artist), SALES_PER_PAGE).get_page(request.GET.get("page"))
    account, declaration = selectors.payout_account_of(artist), selectors.declaration_of(artist)
    schedule = selectors.schedule_of(artist)
    refusal = selectors.newest_bank_refusal(artist)
    return render(
        request,
        "billing/earnings.html",
        {
            "balances": [_in_currency(artist, currency) for currency in selectors.currencies_of(artist)],
            "account": account,
            "wanted": selectors.requirements_in_words(account.requirements_due) if account else [],
            "stop": selectors.open_stop_of(artist),
            "declaration": declaration,
            "is_trader": selectors.is_trader(account, declaration),
            "schedule": schedule,
            "schedule_form": ScheduleForm.showing(schedule),
            "sales": sales,
            "lines": _with_titles(sales),
            "payouts": selectors.payouts_of(artist)[:20],
            "disputes": open_disputes_about(artist),
            "bank_refusal": refusal,
            "bank_refusal_why": selectors.refusal_in_words(refusal) if refusal is not None else "",
            "refunds_waiting": refund_requests_waiting(artist),
            "holding_days": settings.CONFIGURATION.payout_holding_days,
        },
    )


def _in_currency(artist: Artist, currency: str) -> dict[str, Any]:
    """Where her money in one currency is, why, and when it comes."""
    balance = selectors.artist_balance(artist, currency)
    holds = selectors.payout_holds(artist, currency)
    return {
        "currency": currency,
        "balance": balance,
        "holds": holds,
        "next": selectors.next_payout(artist, currency),
        "obstacles": selectors.obstacles(artist, balance.available),
        # What waits for its date alone can be asked for now.
        "can_ask": any(hold.cause == "schedule" for hold in holds),
        "debt_lines": selectors.debt_lines(artist, currency) if balance.debt.amount_minor else [],
    }


def _with_titles(sales: Iterable[Sale]) -> list[tuple[Sale, str]]:
    shown = list(sales)
    # What is part of a sale is of the same thing.
    titles = titles_of((sale.line_ref, sale.work) for sale in shown)
    return [(sale, titles[sale.line_ref]) for sale in shown]


@login_required
@require_POST
def set_up_payouts(request: HttpRequest) -> HttpResponse:
    """To Stripe's page where the artist says where her money goes."""
    return _to_onboarding(request)


@login_required
@require_GET
def continue_set_up(request: HttpRequest) -> HttpResponse:
    """Stripe sends the artist here where its link was used or is too old: she gets a fresh one."""
    return _to_onboarding(request)


def _to_onboarding(request: HttpRequest) -> HttpResponse:
    return redirect(
        onboard_artist(
            artist=artist_or_told(request),
            return_url=f"{settings.BASE_URL}{reverse('back_from_payout_set_up')}",
            refresh_url=f"{settings.BASE_URL}{reverse('continue_payout_set_up')}",
        )
    )


@login_required
@require_GET
def back_from_set_up(request: HttpRequest) -> HttpResponse:
    """Back from Stripe: ask how the account stands now, without waiting for its event."""
    account = selectors.payout_account_of(artist_or_told(request))
    if account is None:
        return redirect("my_earnings")
    account = copy_payout_account(account.stripe_account_id)
    if account.is_ready:
        messages.success(request, _("Payouts are set up. Your available money goes out with the next payout."))
    elif account.details_submitted:
        messages.info(request, _("Thank you. The payment service is checking your details."))
    else:
        messages.warning(request, _("Your details are not complete yet. You can go on at any time."))
    return redirect("my_earnings")
