"""Ends of an order without a sale. The session ends at Stripe first, then the licence is free for others."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from billing import gateway
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.errors import Final
from marketplace.licensing.models import LicenceEnding, LicenceHold
from marketplace.licensing.services import end_licence, release_hold
from marketplace.orders.errors import OrderClosed
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.services.discounts import give_use_back
from marketplace.orders.services.payment import settle_session
from marketplace.provenance.selectors import look_alikes_of

State = Order.State


@transaction.atomic
def close_order(*, order_id: UUID, to: str) -> bool:
    """Write that an open order ended in ``to`` and release what it held. False where it was not open any more.

    Stripe is not asked: this is for sessions that cannot be paid any more, or do not exist.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state != State.OPEN:
        return False
    Order.objects.filter(pk=order_id).update(state=to, closed_at=now(), checkout_url="")
    for line in order.lines.select_related("work").order_by("work_id"):
        release_hold(work=line.work, holder_ref=order.reference)
    give_use_back(order=order)
    return True


def _end(order: Order, *, to: str) -> None:
    """End the order at Stripe and then here; where the buyer was faster, settle her payment instead."""
    if order.state != State.OPEN:
        return
    if order.checkout_session_id:
        session = gateway.retrieve_checkout(order.checkout_session_id)
        if session.status == "open":
            try:
                session = gateway.expire_checkout(session.id)
            except Final:
                # It was open a moment ago: either it is paid now, or this raises again.
                session = gateway.retrieve_checkout(session.id)
                if session.status == "open":
                    raise
        if session.status == "complete":
            # Paid, or a payment that is still on its way and whose event will end the order.
            settle_session(session)
            return
    close_order(order_id=order.pk, to=to)


def expire_order(*, order_id: UUID) -> None:
    """End an order whose time is over. Does nothing for one that ended, or has time left. May run twice at once."""
    order = Order.objects.get(pk=order_id)
    over = order.held_until or order.pay_until
    if over <= now():
        _end(order, to=State.EXPIRED)


def cancel_order(*, order: Order) -> Order:
    """The buyer gives up an open order. Raises OrderClosed where it was paid or closed already."""
    present = Order.objects.get(pk=order.pk)
    _end(present, to=State.CANCELLED)
    present.refresh_from_db()
    if present.state != State.CANCELLED:
        raise OrderClosed(
            _("This order cannot be cancelled any more: %(state)s.") % {"state": present.get_state_display()},
            way_out=_("Open the order to see it."),
            state=present.state,
        )
    return present


def close_others(*, work_id: UUID) -> None:
    """After an exclusive sale: end every open checkout of the picture, so that nobody pays for nothing."""
    work = Work.objects.get(pk=work_id)
    if not work.sold_exclusively:
        return
    works = [work, *(other for other in look_alikes_of(work) if other.sold_exclusively)]
    for order in Order.objects.filter(state=State.OPEN, lines__work__in=works).distinct():
        _end_because(order, Order.Refusal.SOLD_EXCLUSIVELY)


def close_for_hold(*, work_id: UUID) -> None:
    """While somebody buys the work exclusively: end the ordinary checkouts of it that others had opened before.

    They would stay payable for hours, and new ones are refused meanwhile. Whoever paid already keeps her licence.
    """
    hold = LicenceHold.objects.filter(work_id=work_id, released_at=None, until__gt=now()).first()
    if hold is None:
        return
    for order in Order.objects.filter(state=State.OPEN, held_until=None, lines__work_id=work_id).distinct():
        _end_because(order, Order.Refusal.HELD_EXCLUSIVELY)


def _end_because(order: Order, refusal: str) -> None:
    """The reason is written first: Stripe's own event may close the order before we do. A payment takes it away."""
    Order.objects.filter(pk=order.pk, state=State.OPEN).update(refusal=refusal)
    _end(order, to=State.EXPIRED)


def sweep_orders() -> int:
    """End what the scheduled jobs missed (a worker that was down), and ask after refunds that are still due.

    Answers how many orders were looked at.
    """
    from marketplace.orders import tasks

    overdue = Order.objects.filter(state=State.OPEN).filter(Q(held_until__lte=now()) | Q(pay_until__lte=now()))
    due = Order.objects.filter(state=State.REFUND_DUE)
    looked_at = 0
    for task, orders in ((tasks.expire, overdue), (tasks.refund, due)):
        for order_id in orders.values_list("pk", flat=True):
            tasks.defer_once(task, order_id)
            looked_at += 1
    return looked_at


def end_disputed_licence(*, line_id: UUID, dispute_id: str) -> None:
    """End the licence of a line whose price a buyer's bank has kept, once."""
    line = OrderLine.objects.select_related("grant").get(pk=line_id)
    if line.grant is not None:
        end_licence(grant=line.grant, reason=LicenceEnding.Reason.DISPUTED, note=dispute_id)
