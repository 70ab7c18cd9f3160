"""Giving back a payment that came too late. Stripe's answer is not the end of it: a refund may wait, or fail later."""

import logging
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.models import Dispute
from billing.services import record_return_failed, record_unused_payment, record_unused_returned
from billing.services.unused_payments import still_due
from marketplace.orders.models import Order
from marketplace.orders.signals import order_refunded

State = Order.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}
_WITH_MONEY_TO_RETURN = (State.REFUND_DUE, State.REFUNDED, State.REFUND_FAILED)


def refund_order(*, order_id: UUID) -> None:
    """Return the money of an order whose refund is due, once; for one that was begun, ask what became of it.

    While a bank disputes the payment Stripe is not asked: it would refuse. Raises the gateway's errors; tried again, it
    goes on. The key and the refund's reference are the order's: a crash after Stripe's answer and before our commit
    returns nothing twice, and a part that was given back by hand is not taken for it.
    """
    order = Order.objects.get(pk=order_id)
    if order.state != State.REFUND_DUE:
        return
    if order.refund_id:
        note_refund(order_id=order_id, refund=gateway.retrieve_refund(order.refund_id))
        return
    if _is_with_the_bank(order) or _end_where_a_bank_has_kept_all(order_id):
        return
    try:
        refund = gateway.refund_payment(
            payment_intent_id=order.payment_intent_id,
            idempotency_key=_key_of(order),
            reason=order.refusal,
            reference=order.reference,
        )
    except gateway.StripeRefused as error:
        if error.facts.get("stripe_code") == "charge_disputed":
            return  # of which we have not heard yet
        # Somebody gave it back by hand, in one refund or in several, or the key's day is over.
        if error.facts.get("stripe_code") != "charge_already_refunded":
            raise
        made = gateway.refunds_of(order.payment_intent_id)
        if not made:
            raise
        for refund in reversed(made):
            note_refund(order_id=order_id, refund=refund)
        return
    note_refund(order_id=order_id, refund=refund)


def _key_of(order: Order) -> str:
    """Of the order; another one after each dispute that was won, since Stripe keeps its refusal with the key."""
    won = Dispute.objects.filter(payment_ref=order.payment_intent_id, outcome=Dispute.Outcome.WON).count()
    return f"refund:{order.reference}:after:{won}" if won else f"refund:{order.reference}"


def _is_with_the_bank(order: Order) -> bool:
    """Whether a dispute of its payment, more than a question, is undecided."""
    disputes = Dispute.objects.filter(payment_ref=order.payment_intent_id, outcome=Dispute.Outcome.OPEN)
    return disputes.exists()


@transaction.atomic
def _end_where_a_bank_has_kept_all(order_id: UUID) -> bool:
    """Close an order whose buyer has her money by a dispute that was lost; answers whether it is. No letter is sent:
    her bank has told her.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    lost = Dispute.objects.filter(payment_ref=order.payment_intent_id, outcome=Dispute.Outcome.LOST)
    if order.state != State.REFUND_DUE or not lost.exists() or still_due(order.reference):
        return False
    order.state = State.REFUNDED
    order.save(update_fields=["state"])
    order_refunded.send(sender=Order, order=order)
    return True


@transaction.atomic
def note_refund(*, order_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a refund: only one that succeeded has given the money back.

    It may be said late and in any order: a refund that failed stays failed, one that succeeded can still fail. After a
    failure another refund (made by hand at Stripe) takes its place. A part that somebody gave back by hand is booked,
    and the rest stays due.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state not in _WITH_MONEY_TO_RETURN:
        return
    _book(order, refund)
    is_another = bool(order.refund_id) and order.refund_id != refund.id
    if refund.status in _FAILED and not order.refund_id and refund.reference != order.reference:
        return  # somebody's part that did not arrive: the order's own refund is still to be made
    match order.state:
        case State.REFUND_DUE | State.REFUNDED if not is_another:
            pass
        case State.REFUNDED if refund.status in _FAILED and still_due(order.reference):
            pass  # one of several that together were the whole
        case State.REFUND_FAILED if is_another and refund.status not in _FAILED:
            pass
        case _:
            return
    if refund.status not in _FAILED and still_due(order.reference):
        return
    if refund.status in _FAILED:
        state = State.REFUND_FAILED
    elif refund.status == "succeeded" or order.state == State.REFUNDED:
        state = State.REFUNDED
    else:
        state = State.REFUND_DUE
    before = order.state
    order.state, order.refund_id = state, refund.id
    order.save(update_fields=["state", "refund_id"])
    if state != before:
        _tell(order)


def _book(order: Order, refund: gateway.Refund) -> None:
    """At Stripe the money leaves when a refund begins, and comes back where one fails."""
    # Orders whose refund was due before payments like these were booked.
    record_unused_payment(object_ref=order.reference, paid=refund.amount, payment_ref=order.payment_intent_id)
    record_unused_returned(object_ref=order.reference, returned=refund.amount, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_return_failed(object_ref=order.reference, returned=refund.amount, refund_ref=refund.id)


def _tell(order: Order) -> None:
    from marketplace.orders import tasks

    if order.state == State.REFUNDED:
        tasks.tell_refunded.defer(order_id=str(order.pk))
        order_refunded.send(sender=Order, order=order)
    elif order.state == State.REFUND_FAILED:
        # A person must return it in another way; the list of orders can be filtered by this state.
        logger.error("refund %s of order %s failed; %s are still to be returned", order.refund_id, order.pk, order.paid)
        tasks.tell_refund_failed.defer(order_id=str(order.pk))
