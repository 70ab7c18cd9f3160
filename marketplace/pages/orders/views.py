"""From Buy to the file."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.addresses import visit_of
from marketplace.accounts.models import User
from marketplace.licensing.errors import OfferNotFound
from marketplace.licensing.selectors import active_offer, grant_by_number, licences_of
from marketplace.orders.models import Order
from marketplace.orders.selectors import may_ask_refund, order_of, orders_of, refund_requests_in
from marketplace.orders.services import cancel_order, download_url, left_to_refund, start_checkout
from marketplace.pages.orders.pictures import picture_address
from marketplace.pages.orders.presenting import bought, shown_order

PER_PAGE = 24
MOST_WAITING = 50
WAITING = (Order.State.OPEN, Order.State.REFUND_DUE, Order.State.REFUND_FAILED)
ENDED = (Order.State.REFUNDED, Order.State.DECLINED, Order.State.EXPIRED, Order.State.CANCELLED)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Buy was pressed on a work's page: to Stripe; a guest signs in first and is asked once more."""
    try:
        offer_id = UUID(request.POST.get("offer", ""))
    except ValueError as error:
        raise OfferNotFound(_("Choose a licence first."), way_out=_("Go back to the work's page.")) from error
    if not isinstance(request.user, User):
        return redirect_to_login(reverse("buy", args=[offer_id]))
    order = start_checkout(buyer=request.user, offer=active_offer(offer_id))
    return HttpResponseRedirect(order.checkout_url)


@require_safe
@login_required
def buy(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Where signing in brings a guest back to: what she is about to buy, and the button."""
    offer = active_offer(offer_id)
    return render(request, "orders/buy.html", {"offer": offer, "picture": picture_address(offer.work)})


@require_safe
@login_required
def collection(request: HttpRequest) -> HttpResponse:
    """Orders that wait for me, my licences with their pictures, and orders that ended without one."""
    assert isinstance(request.user, User)
    page = Paginator(licences_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    orders = orders_of(request.user)
    return render(
        request,
        "orders/collection.html",
        {
            "page": page,
            "log_days": settings.CONFIGURATION.download_log_days,
            "licences": [bought(grant) for grant in page],
            "waiting": [shown_order(order) for order in orders.filter(state__in=WAITING)[:MOST_WAITING]],
            "ended": [shown_order(order) for order in orders.filter(state__in=ENDED)[:20]],
        },
    )


@require_safe
@login_required
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order; while it is open the page asks again every two seconds."""
    return render(request, "orders/order.html", _facts(request, order_id))


@require_safe
@login_required
def order_state(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The part of the order's page that changes."""
    return render(request, "orders/_order.html", _facts(request, order_id))


def _facts(request: HttpRequest, order_id: UUID) -> dict[str, object]:
    assert isinstance(request.user, User)
    shown = shown_order(order_of(request.user, order_id))
    is_paid = shown.order.state == Order.State.PAID
    requests = list(refund_requests_in(shown.order)) if is_paid else []
    return {
        "shown": shown,
        "returned": request.GET.get("returned", ""),
        "refund_requests": requests,
        "may_ask_refund": (
            is_paid
            and may_ask_refund(shown.order)
            and not any(one.is_undecided for one in requests)
            and left_to_refund(shown.line).amount_minor > 0
        ),
    }


@require_POST
@login_required
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Give up an open order; an exclusive licence is free for others at once."""
    assert isinstance(request.user, User)
    cancel_order(order=order_of(request.user, order_id))
    messages.success(request, _("Cancelled. Nothing was charged."))
    return redirect("order", order_id=order_id)


@require_safe
@login_required
def download(request: HttpRequest, number: str) -> HttpResponse:
    """To the file, by an address that works for five minutes."""
    url = download_url(user=request.user, grant=grant_by_number(number), visit=visit_of(request))
    answer = HttpResponseRedirect(url)
    answer["Cache-Control"] = "private, no-store"
    return answer
