"""Giving back the price of single lines that could not be granted. Stripe's answer is not the end of it."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.services import record_return_failed, record_unused_payment, record_unused_returned
from billing.services.unused_payments import still_due
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.models import LineReturn, Order, OrderLine
from marketplace.orders.services.parts_of_refunds import is_booked

State = LineReturn.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}
# A job's own tries end after some three hours; then the sweep takes the return up again.
_LEFT_BEHIND_AFTER = timedelta(hours=4)


def return_line(*, line: OrderLine, payment_ref: str) -> None:
    """Note that a line's price with its tax is the buyer's again and queue its return; in the transaction that settles
    its order.
    """
    from marketplace.orders import tasks

    if line.price_minor == 0:
        return
    LineReturn.objects.create(line=line, amount_minor=line.paid.amount_minor, currency=line.currency)
    record_unused_payment(object_ref=line.reference, paid=line.paid, payment_ref=payment_ref)
    tasks.defer_line_return(line.pk)


def send_line_return(*, line_id: UUID) -> None:
    """Ask Stripe to return a line's price, or what became of it where it was asked before.

    The idempotency key and the refund's reference are the line's, so nothing goes back twice; nor does what somebody
    gave back by hand meanwhile. Raises the gateway's errors; tried again, it goes on.
    """
    row = LineReturn.objects.select_related("line__order").get(pk=line_id)
    if row.state != State.DUE:
        return
    payment, reference = row.line.order.payment_intent_id, row.line.reference
    refund = (
        gateway.retrieve_refund(row.refund_id)
        if row.refund_id
        else gateway.refund_named(reference, payment_intent_id=payment)
    )
    if refund is None:
        still_there = _still_there(line_id)
        if still_there is None:
            return
        key = f"return:{reference}"
        refund = gateway.refund_payment(
            payment_intent_id=payment,
            amount=still_there,
            # A part of it is asked for in other words: Stripe may remember a refusal of the whole.
            idempotency_key=key if still_there == row.amount else f"{key}:{still_there.amount_minor}",
            reason=row.line.refusal,
            reference=reference,
        )
    note_line_return(line_id=line_id, refund=refund)


@transaction.atomic
def _still_there(line_id: UUID) -> Money | None:
    """What of a refused line's price is still to go; None where all of it is with the buyer already, which is noted."""
    Order.objects.select_for_update(no_key=True).get(lines=line_id)
    row = LineReturn.objects.select_for_update(no_key=True, of=("self",)).select_related("line").get(pk=line_id)
    if row.state != State.DUE or row.refund_id:
        return None
    there = min(row.amount_minor, still_due(row.line.reference))
    if there:
        return Money(there, row.currency)
    row.state = State.RETURNED
    row.save(update_fields=["state"])
    return None


@transaction.atomic
def note_line_return(*, line_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a line's refund; in any order, and more than once.

    A refund that failed stays failed; another one of the same amount, made by hand at Stripe, takes its place.
    Raises ObjectNotKnownYet for one that has, in this moment, become somebody else's to book.
    """
    # The order first: a refund by hand is booked in one way, as the order's or as this line's.
    Order.objects.select_for_update(no_key=True).get(lines=line_id)
    row = LineReturn.objects.select_for_update(no_key=True, of=("self",)).select_related("line").get(pk=line_id)
    is_another = bool(row.refund_id) and row.refund_id != refund.id
    if is_another and (refund.status in _FAILED or refund.reference == row.line.reference):
        return
    if is_another and (row.state != State.FAILED or refund.amount != row.amount or is_booked(refund)):
        raise ObjectNotKnownYet(refund=refund.id)
    before = row.state
    record_unused_returned(object_ref=row.line.reference, returned=refund.amount, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_return_failed(object_ref=row.line.reference, returned=refund.amount, refund_ref=refund.id)
        row.state = State.FAILED
    elif is_another or row.state != State.FAILED:
        row.state = State.RETURNED if refund.status == "succeeded" or row.state == State.RETURNED else State.DUE
    row.refund_id = refund.id
    row.save(update_fields=["state", "refund_id"])
    if row.state == State.FAILED and before != State.FAILED:
        # A person must return it in another way; the list of returns can be filtered by this.
        logger.error("refund %s of line %s failed; %s are still due", refund.id, row.line_id, row.amount)
        from marketplace.orders import tasks

        tasks.tell_line_return_failed.defer(line_id=str(line_id))


def line_returns_left_behind() -> list[UUID]:
    """Lines whose money is due and whose job has ended or died."""
    late = LineReturn.objects.filter(state=State.DUE, created_at__lt=now() - _LEFT_BEHIND_AFTER)
    return list(late.values_list("pk", flat=True)[:100])
