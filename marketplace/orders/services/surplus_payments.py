"""A second payment of an order that another one has settled: it is told, booked as the buyer's, and returned."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.models import Dispute
from billing.services import record_return_failed, record_unused_payment, record_unused_returned
from billing.services.unused_payments import still_due
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.models import Order, SurplusPayment

State = SurplusPayment.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}
# A job's own tries end after some three hours; then the sweep takes the payment up again.
_LEFT_BEHIND_AFTER = timedelta(hours=4)


def note_surplus_payment(*, order: Order, payment_intent_id: str, paid: Money) -> None:
    """Note a payment of a locked, settled order that is not the one that settled it, and queue its return; once."""
    from marketplace.orders import tasks

    row, is_new = SurplusPayment.objects.get_or_create(
        payment_intent_id=payment_intent_id,
        defaults={"order": order, "amount_minor": paid.amount_minor, "currency": paid.currency},
    )
    if not is_new:
        return
    logger.warning("order %s was paid twice; %s (%s) goes back", order.pk, payment_intent_id, paid)
    record_unused_payment(object_ref=row.reference, paid=paid, payment_ref=payment_intent_id)
    tasks.defer_surplus_return(row.pk)
    tasks.tell_surplus_payment.defer(surplus_id=str(row.pk))


def return_surplus_payment(*, surplus_id: UUID) -> None:
    """Ask Stripe to return what is left of it, or what became of that where it was asked before.

    Key and reference are the row's, so nothing goes back twice. While a bank disputes it, its decision is waited for.
    Raises the gateway's errors; tried again, it goes on.
    """
    row = SurplusPayment.objects.get(pk=surplus_id)
    if row.state != State.DUE:
        return
    if row.refund_id:
        note_surplus_return(surplus_id=surplus_id, refund=gateway.retrieve_refund(row.refund_id))
        return
    disputes = Dispute.objects.filter(payment_ref=row.payment_intent_id)
    if disputes.filter(outcome=Dispute.Outcome.OPEN).exists():
        return
    if not still_due(row.reference):  # a bank, or somebody at Stripe, has given all of it back
        SurplusPayment.objects.filter(pk=surplus_id, state=State.DUE).update(state=State.RETURNED)
        return
    won = disputes.filter(outcome=Dispute.Outcome.WON).count()
    try:
        # Stripe keeps its refusal of a disputed payment with the key: another one after each that was won.
        refund = gateway.refund_named(row.reference, payment_intent_id=row.payment_intent_id) or gateway.refund_payment(
            payment_intent_id=row.payment_intent_id,
            idempotency_key=f"return:{row.reference}:after:{won}" if won else f"return:{row.reference}",
            reason="duplicate",
            reference=row.reference,
        )
    except gateway.StripeRefused as error:
        code = error.facts.get("stripe_code")
        if code == "charge_disputed":
            return
        if code != "charge_already_refunded":
            raise
        for refund in reversed(gateway.refunds_of(row.payment_intent_id)):
            note_surplus_return(surplus_id=surplus_id, refund=refund)
        return
    note_surplus_return(surplus_id=surplus_id, refund=refund)


@transaction.atomic
def note_surplus_return(*, surplus_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a refund of it, by whomever it was made; in any order, and more than once."""
    from marketplace.orders import tasks

    row = SurplusPayment.objects.select_for_update(no_key=True).get(pk=surplus_id)
    record_unused_returned(object_ref=row.reference, returned=refund.amount, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_return_failed(object_ref=row.reference, returned=refund.amount, refund_ref=refund.id)
    is_its_own = refund.reference == row.reference or refund.id == row.refund_id
    before = row.state
    if still_due(row.reference):
        # Somebody's part, or one that failed: a person must look at the latter, the job sends the rest of the former.
        if refund.status in _FAILED and is_its_own:
            row.state, row.refund_id = State.FAILED, refund.id
    elif refund.status == "succeeded":
        row.state, row.refund_id = State.RETURNED, refund.id
    elif row.state != State.RETURNED:
        row.state, row.refund_id = State.DUE, refund.id
    row.save(update_fields=["state", "refund_id"])
    if row.state == State.FAILED and before != State.FAILED:
        # The list of surplus payments can be filtered by this.
        logger.error("refund %s of surplus payment %s failed; %s are still due", refund.id, row.pk, row.amount)
        tasks.tell_surplus_return_failed.defer(surplus_id=str(row.pk))


def surplus_payments_left_behind() -> list[UUID]:
    """Those whose money is due and whose job has ended or died; not those that a bank has."""
    late = SurplusPayment.objects.filter(state=State.DUE, created_at__lt=now() - _LEFT_BEHIND_AFTER)
    disputed = Dispute.objects.filter(outcome=Dispute.Outcome.OPEN).values("payment_ref")
    return list(late.exclude(payment_intent_id__in=disputed).values_list("pk", flat=True)[:100])
