"""What a buyer can do: ask, take it back, and object to an artist's refusal."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Sale
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.errors import (
    RefundAskedAlready,
    RefundDecidedAlready,
    RefundNotPossible,
    RefundRequestNotFound,
)
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.orders.selectors import may_ask_refund
from marketplace.orders.signals import refund_requested

State = RefundRequest.State


def left_to_refund(line: OrderLine) -> Money:
    """What of ``line``'s price has neither gone back nor been granted yet; nothing for a line that was never sold."""
    sale = Sale.objects.filter(line_ref=line.reference).first()
    if sale is None:
        return Money(0, line.currency)
    # What was granted is in the ledger as soon as Stripe has given it an id.
    waiting = RefundRequest.objects.filter(line=line, payback__in=RefundRequest.WAITING_PAYBACKS, refund_id="")
    granted = waiting.aggregate(total=Sum("granted_minor"))["total"] or 0
    # Of what was granted and is disputed meanwhile both count: that is less than nothing, and nothing is left.
    return Money(max(0, sale.left.amount_minor - int(granted)), line.currency)


def left_to_refund_in(order: Order) -> dict[UUID, int]:
    """`left_to_refund` of all lines of an order at once, in minor units, by the line's id."""
    lines = {line.reference: line.pk for line in order.lines.all()}
    left = {lines[sale.line_ref]: sale.left.amount_minor for sale in Sale.objects.filter(line_ref__in=list(lines))}
    waiting = RefundRequest.objects.filter(line__order=order, payback__in=RefundRequest.WAITING_PAYBACKS, refund_id="")
    for line_id, granted in waiting.values_list("line_id", "granted_minor"):
        left[line_id] = max(0, left[line_id] - (granted or 0))
    return left


def ask_refund(
    *, buyer: User, line_id: UUID, reason: str, words: str = "", amount: Money | None = None
) -> RefundRequest:
    """Ask for ``amount`` of a line's price, by default all that is left of it.

    Raises RefundRequestNotFound for another's line, RefundNotPossible (not paid, too late, nothing left, more than is
    left), RefundAskedAlready while an earlier request is undecided.
    """
    line = (
        OrderLine.objects.select_related("order", "work__artist__user").filter(pk=line_id, order__buyer=buyer).first()
    )
    if line is None:
        raise RefundRequestNotFound(_("There is no such purchase."), way_out=_("Look at your collection."))
    asked = _possible(line, amount)
    try:
        with transaction.atomic():
            made = RefundRequest.objects.create(
                line=line,
                reason=RefundRequest.Reason(reason),
                words=words.strip(),
                asked_minor=asked.amount_minor,
                decide_by=now() + timedelta(days=settings.CONFIGURATION.refund_deciding_days),
            )
            _tell("tell_artist_of_request", made)
            refund_requested.send(sender=RefundRequest, request=made)
    except IntegrityError as error:
        raise RefundAskedAlready(way_out=_("You find the request on the order's page.")) from error
    return made


def _possible(line: OrderLine, amount: Money | None) -> Money:
    if line.order.state != Order.State.PAID or line.order.paid_at is None:
        raise RefundNotPossible(_("This order has no payment that could be returned."))
    if not may_ask_refund(line.order):
        raise RefundNotPossible(
            _("A refund can be asked for within %(days)d days after the purchase.")
            % {"days": settings.CONFIGURATION.refund_asking_days},
            way_out=_("Write to us if something is wrong with the work."),
        )
    left = left_to_refund(line)
    asked = left if amount is None else amount
    if left.amount_minor == 0:
        raise RefundNotPossible(_("All of the price has been returned already."))
    if asked.currency != left.currency or not 0 < asked.amount_minor <= left.amount_minor:
        raise RefundNotPossible(
            _("At most %(left)s can be returned.") % {"left": left}, way_out=_("Ask for that or less.")
        )
    return asked


def withdraw(*, buyer: User, request_id: UUID) -> RefundRequest:
    """Take a request back that is undecided. Raises RefundRequestNotFound, RefundDecidedAlready."""
    request = _own(buyer, request_id)
    claimed = RefundRequest.objects.filter(pk=request.pk, state__in=RefundRequest.UNDECIDED).update(
        state=State.WITHDRAWN, decided_at=now()
    )
    request.refresh_from_db()
    if not claimed:
        raise RefundDecidedAlready(state=request.state)
    return request


def object_to_refusal(*, buyer: User, request_id: UUID) -> RefundRequest:
    """Ask the platform to decide after the artist refused, once, and as long as a refund could be asked for after her
    decision. Raises RefundRequestNotFound, RefundDecidedAlready where it was not the artist who refused,
    RefundAskedAlready where another request is undecided, RefundNotPossible when it is too late.
    """
    request = _own(buyer, request_id)
    days = settings.CONFIGURATION.refund_asking_days
    if request.decided_at is not None and request.decided_at < now() - timedelta(days=days):
        raise RefundNotPossible(
            _("You could ask us to decide within %(days)d days after the refusal.") % {"days": days},
            way_out=_("Write to us if something is wrong with the work."),
        )
    artist = request.line.work.artist.user_id
    try:
        with transaction.atomic():
            claimed = RefundRequest.objects.filter(pk=request.pk, state=State.REFUSED, decided_by_id=artist).update(
                state=State.WITH_PLATFORM, decided_at=None, decided_by=None
            )
    except IntegrityError as error:
        raise RefundAskedAlready(way_out=_("You find the request on the order's page.")) from error
    request.refresh_from_db()
    if not claimed:
        raise RefundDecidedAlready(_("The platform has decided on this request."), state=request.state)
    return request


def _own(buyer: User, request_id: UUID) -> RefundRequest:
    found = (
        RefundRequest.objects.select_related("line__order", "line__work__artist")
        .filter(pk=request_id, line__order__buyer=buyer)
        .first()
    )
    if found is None:
        raise RefundRequestNotFound(way_out=_("Look at your orders."))
    return found


def _tell(task: str, request: RefundRequest) -> None:
    from marketplace.orders import tasks

    getattr(tasks, task).defer(request_id=str(request.pk))
