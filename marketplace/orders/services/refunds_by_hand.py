"""Refunds of a sold order that somebody made at Stripe, past the shop: the ledger and the licence follow."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from marketplace.orders.models import LineReturn, Order, RefundRequest
from marketplace.orders.services.booking_refunds import book, end_licences_of_whole, lock_sales
from marketplace.orders.services.parts_of_refunds import parts_of


def note_refund_of_unsettled(refund: gateway.Refund) -> None:
    """A refund of a payment that no order knew when it was looked for: raises ObjectNotKnownYet where it is an order's,
    whose payment, the first or a second one, we have not heard of yet, so that it is tried again; another room's is
    left alone.
    """
    named = gateway.metadata_of_payment(refund.payment_intent_id or "").get("order")
    # The payment may have been written while Stripe was asked: then it is tried again too.
    if named and Order.objects.filter(pk=named).exists():
        raise ObjectNotKnownYet(f"the payment of order {named} is not here")


@transaction.atomic
def note_refund_by_hand(*, order_id: UUID, refund: gateway.Refund) -> None:
    """Book a refund of a paid order over all that was sold with it, tips too, in proportion to what is left of each;
    once per refund and in any order. What an earlier refund that failed has left due is paid by it first.

    The licence of a line ends when all of its price is with the buyer. Nothing is done for an order that is not paid.
    Raises ObjectNotKnownYet where more went back than we know to be there, or where it was booked in this moment in
    place of another: tried again, it is found there.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state != Order.State.PAID:
        return
    if _has_taken_anothers_place(refund, order):
        raise ObjectNotKnownYet(refund=refund.id)
    parts = parts_of(refund, order=order, sales=lock_sales(order))
    book(refund, parts)
    if refund.status == "succeeded":
        end_licences_of_whole(order, parts)


def _has_taken_anothers_place(refund: gateway.Refund, order: Order) -> bool:
    requests = RefundRequest.objects.filter(line__order=order, refund_id=refund.id)
    returns = LineReturn.objects.filter(line__order=order, refund_id=refund.id)
    return requests.exists() or returns.exists()
