"""Giving back the price of single lines that could not be granted. Stripe's answer is not the end of it."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.services import record_return_failed, record_unused_payment, record_unused_returned
from marketplace.core.clock import now
from marketplace.orders.models import LineReturn, OrderLine

State = LineReturn.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}
# A job's own tries end after some three hours; then the sweep takes the return up again.
_LEFT_BEHIND_AFTER = timedelta(hours=4)


def return_line(*, line: OrderLine, payment_ref: str) -> None:
    """Note that a line's price is the buyer's again and queue its return; in the transaction that settles its order."""
    from marketplace.orders import tasks

    if line.price_minor == 0:
        return
    LineReturn.objects.create(line=line, amount_minor=line.price_minor, currency=line.currency)
    record_unused_payment(object_ref=line.reference, paid=line.price, payment_ref=payment_ref)
    tasks.defer_line_return(line.pk)


def send_line_return(*, line_id: UUID) -> None:
    """Ask Stripe to return a line's price, or what became of it where it was asked before.

    The idempotency key and the refund's reference are the line's, so nothing goes back twice. Raises the gateway's
    errors; tried again, it goes on.
    """
    row = LineReturn.objects.select_related("line__order").get(pk=line_id)
    if row.state != State.DUE:
        return
    payment, reference = row.line.order.payment_intent_id, row.line.reference
    if row.refund_id:
        refund = gateway.retrieve_refund(row.refund_id)
    else:
        refund = gateway.refund_named(reference, payment_intent_id=payment) or gateway.refund_payment(
            payment_intent_id=payment,
            amount=row.amount,
            idempotency_key=f"return:{reference}",
            reason=row.line.refusal,
            reference=reference,
        )
    note_line_return(line_id=line_id, refund=refund)


@transaction.atomic
def note_line_return(*, line_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a line's refund; in any order, and more than once.

    A refund that failed stays failed; another one of the same amount, made by hand at Stripe, takes its place.
    """
    row = LineReturn.objects.select_for_update(no_key=True, of=("self",)).select_related("line").get(pk=line_id)
    is_another = bool(row.refund_id) and row.refund_id != refund.id
    if is_another and (row.state != State.FAILED or refund.status in _FAILED or refund.amount != row.amount):
        return
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
