"""Giving back a payment that came too late."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from marketplace.orders.models import Order
from marketplace.orders.signals import order_refunded


def refund_order(*, order_id: UUID) -> None:
    """Return the money of an order whose refund is due, once. Raises the gateway's errors; tried again, it goes on.

    The key is the order's: a crash after Stripe's answer and before our commit returns nothing twice.
    """
    order = Order.objects.get(pk=order_id)
    if order.state != Order.State.REFUND_DUE:
        return
    refund_id = ""
    try:
        refund_id = gateway.refund_payment(
            payment_intent_id=order.payment_intent_id, idempotency_key=f"refund:{order.pk}", reason=order.refusal
        ).id
    except gateway.StripeRefused as error:
        # Somebody gave it back by hand, or the key's day is over: the money is with the buyer.
        if error.facts.get("stripe_code") != "charge_already_refunded":
            raise
    _mark_refunded(order_id, refund_id)


@transaction.atomic
def _mark_refunded(order_id: UUID, refund_id: str) -> None:
    claimed = Order.objects.filter(pk=order_id, state=Order.State.REFUND_DUE).update(
        state=Order.State.REFUNDED, refund_id=refund_id
    )
    if claimed:
        from marketplace.orders import tasks

        tasks.tell_refunded.defer(order_id=str(order_id))
        order_refunded.send(sender=Order, order=Order.objects.get(pk=order_id))
