"""A payment arrived: grant, book, tell, each once, whatever came first or twice; or give the money back."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.documents.deferring import defer_document
from billing.errors import ObjectNotKnownYet
from billing.services import lock_payment, open_accounts, record_unused_payment
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.services import lock_rights, release_hold
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services.discounts import give_use_back, note_used
from marketplace.orders.services.gifts import holder_of
from marketplace.orders.services.granting import LineRefused, grant_line
from marketplace.orders.services.holding import hold_order, note_card_of, verdict_of
from marketplace.orders.services.line_returns import return_line
from marketplace.orders.services.surplus_payments import note_surplus_payment
from marketplace.orders.services.taxes import take_taxes
from marketplace.orders.services.tips import record_tips
from marketplace.orders.signals import order_paid
from marketplace.provenance.selectors import look_alikes_of
from marketplace.provenance.services import wait_for_other_pictures
from marketplace.risk.models import Verdict
from marketplace.royalties.selectors import sharing_of

State, Refusal = Order.State, Order.Refusal
_SETTLED = (State.HELD, State.PAID, State.REFUND_DUE, State.REFUNDED, State.REFUND_FAILED)


def settle_session(session: gateway.CheckoutSession) -> None:
    """Settle the order of a session that is paid; note it where its money is still on its way.

    Raises ObjectNotKnownYet.
    """
    order_id = order_id_in(session.reference)
    if order_id is None or session.total is None:
        return
    if not session.is_paid:
        if session.status == "complete":
            note_payment_on_its_way(order_id=order_id)
        return
    note_card_of(session)
    taxes = gateway.checkout_taxes(session.id) if session.computes_tax else None
    settle_payment(
        order_id=order_id,
        session_id=session.id,
        payment_intent_id=session.payment_intent_id or "",
        paid=session.total,
        taxes=taxes,
    )


@transaction.atomic
def settle_payment(
    *,
    order_id: UUID,
    session_id: str,
    payment_intent_id: str,
    paid: Money,
    taxes: gateway.CheckoutTaxes | None = None,
) -> Order:
    """Turn a payment into licences, the ledger's sales and messages; or into a refund that is due.

    ``paid``: with tax; ``taxes``: what Stripe computed of it, where it did.

    Holds for an open order, and for one that ended before the money came: what is still free the buyer gets, for what
    is not her money goes back. So does a second payment of an order that another one has settled. Raises
    ObjectNotKnownYet for an order that is not here (the event is tried again).
    """
    order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise ObjectNotKnownYet(f"order {order_id} is not here")
    if order.state in _SETTLED:
        if payment_intent_id not in {"", order.payment_intent_id} and paid.amount_minor:
            note_surplus_payment(order=order, payment_intent_id=payment_intent_id, paid=paid)
        return order
    lock_payment(payment_intent_id)
    order.payment_intent_id = payment_intent_id
    order.checkout_session_id = order.checkout_session_id or session_id
    order.checkout_url = ""
    order.closed_at = now()
    order.refusal = ""
    agrees = (taxes is None or take_taxes(order, taxes)) and paid == order.paid
    verdict = verdict_of(order) if agrees and order.at_stake.amount_minor else Verdict.Outcome.ALLOW
    if verdict == Verdict.Outcome.HOLD:
        return hold_order(order)
    try:
        with transaction.atomic():
            if verdict == Verdict.Outcome.REFUSE:
                raise LineRefused(Refusal.NOT_ACCEPTED)
            if not agrees:
                raise LineRefused(Refusal.AMOUNT_DIFFERS)
            _give_all(order)
    except LineRefused as refused:
        # Of an order that cost nothing there is nothing to return.
        order.state = State.REFUND_DUE if paid.amount_minor else State.EXPIRED
        order.refusal = refused.refusal
        record_unused_payment(object_ref=order.reference, paid=paid, payment_ref=payment_intent_id)
        for line in order.lines.select_related("work").order_by("work_id"):
            release_hold(work=line.work, holder_ref=order.reference)
        give_use_back(order=order)
        if paid.amount_minor:
            _defer_refund(order)
    else:
        order.state = State.PAID
        order.paid_at = order.closed_at
        note_used(order=order)
        _after_sale(order)
    order.save()
    if order.state == State.PAID:
        order_paid.send(sender=Order, order=order)
    return order


def _give_all(order: Order) -> None:
    """Every licence and tip of the order. Raises LineRefused where none of its licences can be given."""
    lines = list(order.lines.select_related("offer__terms", "work__artist", "version").order_by("work_id"))
    look_alikes = _lock(lines)
    holder = holder_of(order) if lines else order.buyer
    sharing = {line.pk: sharing_of(line.work) for line in lines}
    earning = {line.work.artist for line in lines} | {one for each in sharing.values() for one in each.artists.values()}
    open_accounts(earning, order.currency)
    refused = []
    for line in lines:
        try:
            with transaction.atomic():
                grant_line(
                    order,
                    line,
                    holder=holder,
                    look_alikes=look_alikes.get(line.pk, []),
                    sharing=sharing[line.pk],
                )
        except LineRefused as reason:
            line.refusal = reason.refusal
            refused.append(line)
    if lines and len(refused) == len(lines):
        raise LineRefused(refused[0].refusal)
    if order.made_as_guest and order.tips.filter(artist__user=order.buyer_id).exists():
        # To whoever signs in it is told at once.
        raise LineRefused(Refusal.OWN_WORK)
    for line in refused:
        line.save(update_fields=["refusal"])
        release_hold(work=line.work, holder_ref=order.reference)
        return_line(line=line, payment_ref=order.payment_intent_id)
    record_tips(order)


def _lock(lines: list[OrderLine]) -> dict[UUID, list[Work]]:
    """Lock what the licences touch; answers the works that show the same picture, for each exclusive line.

    All in the order of their ids, so that no two payments wait for each other in a circle.
    """
    exclusive = [line for line in lines if line.offer.terms.is_exclusive]
    if exclusive:
        wait_for_other_pictures()
    look_alikes = {line.pk: look_alikes_of(line.work) for line in exclusive}
    others = {work.pk for works in look_alikes.values() for work in works}
    for work_id in sorted({line.work_id for line in lines} | others):
        lock_rights(work_id=work_id)
    return look_alikes


def _after_sale(order: Order) -> None:
    """Jobs deferred in the sale's own transaction: they exist exactly if it does."""
    from marketplace.orders import tasks

    defer_document(order.reference)
    tasks.tell_buyer.defer(order_id=str(order.pk))
    tasks.tell_artist.defer(order_id=str(order.pk))
    if hasattr(order, "gift"):
        tasks.tell_recipient.defer(order_id=str(order.pk))
    for line in order.lines.select_related("offer__terms"):
        if line.offer.terms.is_exclusive:
            tasks.close_others.defer(work_id=str(line.work_id))


def _defer_refund(order: Order) -> None:
    from marketplace.orders import tasks

    tasks.refund.defer(order_id=str(order.pk))


def note_declined_card(*, order_id: UUID, decline_code: str) -> None:
    """A card was refused on Stripe's page. The order stays open: the buyer may try another card."""
    Order.objects.filter(pk=order_id, state=State.OPEN).update(declined_at=now(), decline_code=decline_code[:60])


def note_payment_on_its_way(*, order_id: UUID) -> None:
    """The buyer is done at Stripe, but the money comes later or never (Alipay, WeChat Pay, a bank's transfer).

    Nothing is delivered yet, and the order cannot be cancelled any more. Raises ObjectNotKnownYet.
    """
    claimed = Order.objects.filter(pk=order_id, state=State.OPEN).update(state=State.PROCESSING, checkout_url="")
    if not claimed and not Order.objects.filter(pk=order_id).exists():
        raise ObjectNotKnownYet(f"order {order_id} is not here")


@transaction.atomic
def note_failed_payment(*, order_id: UUID) -> None:
    """A payment that was still on its way after checkout has failed for good; the licence is free again."""
    order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise ObjectNotKnownYet(f"order {order_id} is not here")
    if order.state not in Order.UNDECIDED:
        return
    Order.objects.filter(pk=order_id).update(state=State.DECLINED, declined_at=now(), closed_at=now(), checkout_url="")
    for line in order.lines.select_related("work").order_by("work_id"):
        release_hold(work=line.work, holder_ref=order.reference)
    give_use_back(order=order)
