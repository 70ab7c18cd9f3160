"""Giving back a payment that came too late. Stripe's answer is not the end of it: a refund may wait, or fail later."""

import logging
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.services import record_return_failed, record_unused_payment, record_unused_returned
from marketplace.orders.models import Order
from marketplace.orders.signals import order_refunded

State = Order.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}


def refund_order(*, order_id: UUID) -> None:
    """Return the money of an order whose refund is due, once; for one that was begun, ask what became of it.

    Raises the gateway's errors; tried again, it goes on. The key is the order's: a crash after Stripe's answer and
    before our commit returns nothing twice.
    """
    order = Order.objects.get(pk=order_id)
    if order.state != State.REFUND_DUE:
        return
    if order.refund_id:
        note_refund(order_id=order_id, refund=gateway.retrieve_refund(order.refund_id))
        return
    try:
        refund = gateway.refund_payment(
            payment_intent_id=order.payment_intent_id, idempotency_key=f"refund:{order.pk}", reason=order.refusal
        )
    except gateway.StripeRefused as error:
        # Somebody gave it back by hand, or the key's day is over: that refund is the one to follow.
        if error.facts.get("stripe_code") != "charge_already_refunded":
            raise
        begun = gateway.latest_refund_of(order.payment_intent_id)
        if begun is None:
            raise
        refund = begun
    note_refund(order_id=order_id, refund=refund)


@transaction.atomic
def note_refund(*, order_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a refund: only one that succeeded has given the money back.

    It may be said late and in any order: a refund that failed stays failed, one that succeeded can still fail. After a
    failure another refund (made by hand at Stripe) takes its place.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    is_another = bool(order.refund_id) and order.refund_id != refund.id
    match order.state:
        case State.REFUND_DUE | State.REFUNDED if not is_another:
            pass
        case State.REFUND_FAILED if is_another and refund.status not in _FAILED:
            pass
        case _:
            return
    if refund.status in _FAILED:
        state = State.REFUND_FAILED
    elif refund.status == "succeeded" or order.state == State.REFUNDED:
        state = State.REFUNDED
    else:
        state = State.REFUND_DUE
    _book(order, refund)
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
        logger.error(
            "refund %s of order %s failed; %s are still to be returned", order.refund_id, order.pk, order.total
        )
        tasks.tell_refund_failed.defer(order_id=str(order.pk))
