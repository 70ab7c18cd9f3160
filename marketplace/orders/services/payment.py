"""A payment arrived: grant, book, tell, each once, whatever came first or twice; or give the money back."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.services import record_sale, record_unused_payment
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceTerms
from marketplace.licensing.selectors import valid_licence_of
from marketplace.licensing.services import grant_licence, lock_rights, release_hold, withdraw_from_sale
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services.holding import hold_order, note_card_of, verdict_of
from marketplace.orders.signals import order_paid
from marketplace.provenance.selectors import look_alikes_of
from marketplace.provenance.services import wait_for_other_pictures
from marketplace.risk.models import Verdict
from recommendations.services import record_event
from recommendations.viewers import viewer_of

State, Refusal = Order.State, Order.Refusal
_SETTLED = (State.HELD, State.PAID, State.REFUND_DUE, State.REFUNDED, State.REFUND_FAILED)


class _Refused(Exception):
    """Carries the reason out of the savepoint in which the sale was tried."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal


def settle_session(session: gateway.CheckoutSession) -> None:
    """Settle the order of a session that is paid; nothing where it is not. Raises ObjectNotKnownYet."""
    order_id = order_id_in(session.reference)
    if order_id is None or not session.is_paid or session.total is None:
        return
    note_card_of(session)
    settle_payment(
        order_id=order_id,
        session_id=session.id,
        payment_intent_id=session.payment_intent_id or "",
        paid=session.total,
    )


@transaction.atomic
def settle_payment(*, order_id: UUID, session_id: str, payment_intent_id: str, paid: Money) -> Order:
    """Turn a payment into licences, the ledger's sale and messages; or into a refund that is due.

    Holds for an open order, and for one that ended before the money came: if the work is still free the buyer gets
    it, if not her money goes back. Raises ObjectNotKnownYet for an order that is not here (the event is tried again).
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise ObjectNotKnownYet(f"order {order_id} is not here")
    if order.state in _SETTLED:
        return order
    order.payment_intent_id = payment_intent_id
    order.checkout_session_id = order.checkout_session_id or session_id
    order.checkout_url = ""
    order.closed_at = now()
    order.refusal = ""
    verdict = verdict_of(order, paid)
    if verdict == Verdict.Outcome.HOLD:
        return hold_order(order)
    try:
        with transaction.atomic():
            if verdict == Verdict.Outcome.REFUSE:
                raise _Refused(Refusal.NOT_ACCEPTED)
            _grant_all(order, paid)
    except _Refused as refused:
        order.state = State.REFUND_DUE
        order.refusal = refused.refusal
        record_unused_payment(object_ref=order.reference, paid=paid, payment_ref=payment_intent_id)
        for line in order.lines.select_related("work"):
            release_hold(work=line.work, holder_ref=order.reference)
        _defer_refund(order)
    else:
        order.state = State.PAID
        order.paid_at = order.closed_at
        _after_sale(order)
    order.save()
    if order.state == State.PAID:
        order_paid.send(sender=Order, order=order)
    return order


def _grant_all(order: Order, paid: Money) -> None:
    if paid != order.total:
        raise _Refused(Refusal.AMOUNT_DIFFERS)
    for line in order.lines.select_related("offer__terms", "work__artist", "version").order_by("pk"):
        _grant(order, line)


def _lock(line: OrderLine) -> list[Work]:
    """Lock what the licence touches; answers the works that show the same picture where it is an exclusive one.

    Two sales of works that look alike lock in the order of their ids, so neither waits for the other in a circle.
    """
    look_alikes: list[Work] = []
    if line.offer.terms.is_exclusive:
        wait_for_other_pictures()
        look_alikes = look_alikes_of(line.work)
    for work_id in sorted([line.work_id, *(work.pk for work in look_alikes)]):
        lock_rights(work_id=work_id)
    return look_alikes


def _grant(order: Order, line: OrderLine) -> None:
    look_alikes = _lock(line)
    if Work.objects.filter(pk=line.work_id, status=Work.Status.HIDDEN).exists():
        raise _Refused(Refusal.NOT_ON_SALE)
    codes = [line.offer.terms.code, LicenceTerms.Code.EXCLUSIVE.value]
    if valid_licence_of(holder=order.buyer, work=line.work, terms_codes=codes) is not None:
        raise _Refused(Refusal.LICENSED_ALREADY)
    try:
        grant = grant_licence(
            offer=line.offer,
            version=line.version,
            holder=order.buyer,
            order_line_ref=line.reference,
            price=line.price,
            holder_ref=order.reference,
        )
    except SoldExclusively as error:
        raise _Refused(Refusal.SOLD_EXCLUSIVELY) from error
    except WorkHeld as error:
        raise _Refused(Refusal.HELD_BY_ANOTHER) from error
    for work in look_alikes:
        withdraw_from_sale(work_id=work.pk)
    line.grant = grant
    line.save(update_fields=["grant"])
    record_sale(
        order_ref=order.reference,
        line_ref=line.reference,
        artist=line.work.artist,
        gross=line.price,
        work=line.work,
        payment_ref=order.payment_intent_id,
    )
    viewer = viewer_of(user=order.buyer)
    assert viewer is not None
    record_event(
        kind="bought",
        work_id=line.work_id,
        viewer=viewer,
        once_key=line.reference,
        happened_at=grant.granted_at,
    )


def _after_sale(order: Order) -> None:
    """Jobs deferred in the sale's own transaction: they exist exactly if it does."""
    from marketplace.orders import tasks

    tasks.tell_buyer.defer(order_id=str(order.pk))
    tasks.tell_artist.defer(order_id=str(order.pk))
    for line in order.lines.select_related("offer__terms"):
        if line.offer.terms.is_exclusive:
            tasks.close_others.defer(work_id=str(line.work_id))


def _defer_refund(order: Order) -> None:
    from marketplace.orders import tasks

    tasks.refund.defer(order_id=str(order.pk))


def note_declined_card(*, order_id: UUID, decline_code: str) -> None:
    """A card was refused on Stripe's page. The order stays open: the buyer may try another card."""
    Order.objects.filter(pk=order_id, state=State.OPEN).update(declined_at=now(), decline_code=decline_code[:60])


@transaction.atomic
def note_failed_payment(*, order_id: UUID) -> None:
    """A payment that was still on its way after checkout has failed for good; the licence is free again."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise ObjectNotKnownYet(f"order {order_id} is not here")
    if order.state != State.OPEN:
        return
    Order.objects.filter(pk=order_id).update(state=State.DECLINED, declined_at=now(), closed_at=now(), checkout_url="")
    for line in order.lines.select_related("work"):
        release_hold(work=line.work, holder_ref=order.reference)
