"""From Buy to the file."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.selectors import documents_about
from marketplace.accounts.addresses import visit_of
from marketplace.accounts.models import User
from marketplace.licensing.selectors import grant_by_number, licences_of
from marketplace.orders.models import Order
from marketplace.orders.selectors import decided_by, gift_for, may_ask_refund, order_of, orders_of, refund_requests_in
from marketplace.orders.services import (
    cancel_order,
    download_url,
    left_to_refund_in,
    note_opened,
)
from marketplace.pages.cards import cards_in_order
from marketplace.pages.feeds.why import why_after_purchase
from marketplace.pages.orders.carts import take_out_of_cart
from marketplace.pages.orders.presenting import ShownLine, ShownOrder, bought, shown_order
from marketplace.pages.orders.reading import by_its_reader, came_by_letter, holder_behind, is_proved, reader_of
from marketplace.pages.viewing import access_behind, noticing_of, steering_behind, viewer_behind
from recommendations.selectors import after_purchase

PER_PAGE = 24
ON_A_SHELF = 6
MOST_WAITING = 50
WAITING = (
    Order.State.OPEN,
    Order.State.PROCESSING,
    Order.State.HELD,
    Order.State.REFUND_DUE,
    Order.State.REFUND_FAILED,
)
ENDED = (Order.State.REFUNDED, Order.State.DECLINED, Order.State.EXPIRED, Order.State.CANCELLED)


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
@by_its_reader
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order; while it is open the page asks again every two seconds."""
    return came_by_letter(request, order_id) or render(request, "orders/order.html", _facts(request, order_id))


@require_safe
@by_its_reader
def gift(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What was given to the reader, with the giver's words."""
    if (answer := came_by_letter(request, order_id)) is not None:
        return answer
    shown = shown_order(gift_for(reader_of(request, order_id), order_id))
    assert shown.gift is not None
    note_opened(gift=shown.gift)
    return render(request, "orders/gift.html", {"shown": shown})


@require_safe
@by_its_reader
def order_state(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The part of the order's page that changes."""
    return render(request, "orders/_order.html", _facts(request, order_id))


def _facts(request: HttpRequest, order_id: UUID) -> dict[str, object]:
    reader = reader_of(request, order_id)
    has_account = isinstance(request.user, User)
    shown = shown_order(order_of(reader, order_id), is_known=has_account)
    is_paid = shown.order.state == Order.State.PAID
    if is_paid:
        take_out_of_cart(request, shown.order)
    requests = list(refund_requests_in(shown.order)) if is_paid else []
    undecided = {one.line_id for one in requests if one.is_undecided}
    refundable: list[ShownLine] = []
    if is_paid and may_ask_refund(shown.order):
        left = left_to_refund_in(shown.order)
        refundable = [one for one in shown.lines if left.get(one.line.pk, 0) > 0 and one.line.pk not in undecided]
    return {
        "shown": shown,
        "returned": request.GET.get("returned", ""),
        "refund_requests": requests,
        "documents": documents_about(shown.order.reference) if is_paid and is_proved(request, reader) else [],
        "documents_come": is_paid and shown.order.total_minor > 0,
        "sign_in_for_papers": not is_proved(request, reader),
        "refundable": refundable,
        "has_account": has_account,
        "decide_by": decided_by(shown.order),
        **_goes_with(request, shown),
        **noticing_of(request),
    }


def _goes_with(request: HttpRequest, shown: ShownOrder) -> dict[str, object]:
    """What to show beside licences that were given; nothing beside a gift, which is somebody else's taste."""
    works = [one.line.work for one in shown.lines if one.line.grant is not None]
    if not works or shown.gift or shown.order.state != Order.State.PAID:
        return {}
    viewer, access, wishes = viewer_behind(request), access_behind(request), steering_behind(request)
    found = after_purchase(works=works, limit=ON_A_SHELF, viewer=viewer, access=access, steering=wishes)
    return {"after_purchase": cards_in_order(found, access), "why_after_purchase": why_after_purchase()}


@require_POST
@by_its_reader
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Give up an open order; an exclusive licence is free for others at once."""
    cancel_order(order=order_of(reader_of(request, order_id), order_id))
    messages.success(request, _("Cancelled. Nothing was charged."))
    return redirect("order", order_id=order_id)


@require_safe
@by_its_reader
def download(request: HttpRequest, number: str) -> HttpResponse:
    """To the file, by an address that works for five minutes."""
    grant = grant_by_number(number)
    url = download_url(user=holder_behind(request, grant), grant=grant, visit=visit_of(request))
    answer = HttpResponseRedirect(url)
    answer["Cache-Control"] = "private, no-store"
    return answer
