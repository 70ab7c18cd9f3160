"""Asking for money back and deciding on it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.catalog.selectors import title_in
from marketplace.core.errors import AtelierError
from marketplace.orders.errors import RefundNotPossible, RefundRequestNotFound
from marketplace.orders.models import RefundRequest
from marketplace.orders.selectors import order_of, refund_requests_to
from marketplace.orders.services import ask_refund, decide_refund, left_to_refund, object_to_refusal, withdraw
from marketplace.pages.billing.earnings import artist_or_told
from marketplace.pages.orders.presenting import shown_order
from marketplace.pages.orders.reading import by_its_reader, reader_of
from marketplace.pages.orders.refund_forms import AskForm, DecideForm

PER_PAGE = 20


@by_its_reader
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, order_id: UUID, line_id: UUID | None = None) -> HttpResponse:
    """The form of a refund request for a licence (the first, where none is named) of an order of one's own."""
    buyer = reader_of(request, order_id)
    order = order_of(buyer, order_id)
    shown = next((one for one in shown_order(order).lines if line_id in {None, one.line.pk}), None)
    if shown is None:
        raise RefundNotPossible(_("There is no such licence in this order."), way_out=_("Look at your orders."))
    left = left_to_refund(shown.line)
    if left.amount_minor == 0:
        raise RefundNotPossible(_("Nothing of this order is left to return."), way_out=_("Look at your orders."))
    form = AskForm(request.POST if request.method == "POST" else None, most=left)
    error: AtelierError | None = None
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            ask_refund(
                buyer=buyer,
                line_id=shown.line.pk,
                reason=chosen["reason"],
                words=chosen["words"],
                amount=form.money(),
            )
        except AtelierError as told:
            error = told
        else:
            messages.success(request, _("You have asked for a refund. The artist decides first."))
            return redirect("order", order_id=order_id)
    status = 200 if request.method == "GET" else error.http_status if error else 422
    context = {
        "shown": shown,
        "order": order,
        "left": left,
        "form": form,
        "error": error,
        "deciding_days": settings.CONFIGURATION.refund_deciding_days,
        "platform_days": settings.CONFIGURATION.refund_platform_days,
    }
    return render(request, "orders/refund.html", context, status=status)


@by_its_reader
@require_POST
def take_back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The buyer does not want the money any more."""
    found = withdraw(buyer=_asker(request, request_id), request_id=request_id)
    messages.success(request, _("Your request is withdrawn."))
    return redirect("order", order_id=found.line.order_id)


@by_its_reader
@require_POST
def object_to(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The buyer does not agree with the artist's refusal."""
    found = object_to_refusal(buyer=_asker(request, request_id), request_id=request_id)
    messages.success(request, _("We look at it ourselves now, and write to you."))
    return redirect("order", order_id=found.line.order_id)


@login_required
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """An artist's refund requests: what waits for her first."""
    return _list(request)


@login_required
@require_POST
def decide(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Her decision."""
    artist = artist_or_told(request)
    asked = refund_requests_to(artist).filter(pk=request_id).first()
    if asked is None:
        raise RefundRequestNotFound()
    form = DecideForm(request.POST, most=asked.asked)
    decision = request.POST.get("decision")
    if not form.is_valid() or decision not in {"grant", "refuse"}:
        return _list(request, broken=(asked, form), status=422)
    try:
        decided = decide_refund(
            decider=_person(request),
            request_id=request_id,
            grants=decision == "grant",
            amount=form.money() if decision == "grant" else None,
            answer=form.cleaned_data["answer"],
        )
    except AtelierError as told:
        return _list(request, broken=(asked, form), error=told, status=told.http_status)
    said = _("The money goes back.") if decided.state == RefundRequest.State.GRANTED else _("You have refused.")
    messages.success(request, said)
    return redirect("refund_requests")


def _list(
    request: HttpRequest,
    *,
    broken: tuple[RefundRequest, DecideForm] | None = None,
    error: AtelierError | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(refund_requests_to(artist_or_told(request)), PER_PAGE).get_page(request.GET.get("page"))
    shown = []
    for one in page:
        form = None
        if one.state == RefundRequest.State.WITH_ARTIST:
            form = broken[1] if broken and broken[0].pk == one.pk else DecideForm(most=one.asked)
        told = error if broken and broken[0].pk == one.pk else None
        shown.append((one, title_in(one.line.work, get_language() or "en"), form, told))
    return render(request, "orders/refund_requests.html", {"page": page, "shown": shown}, status=status)


def _asker(request: HttpRequest, request_id: UUID) -> User:
    asked = RefundRequest.objects.filter(pk=request_id).select_related("line").first()
    if asked is None:
        raise RefundRequestNotFound(way_out=_("Look at your orders."))
    return reader_of(request, asked.line.order_id)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
