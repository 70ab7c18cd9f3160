"""Returning payments for credits and plans that were not accepted. Stripe's answer is not the end of it: a refund may
wait, or fail later.
"""

import logging
from datetime import timedelta

from django.db import transaction

from billing import gateway
from billing.gateway import Refund
from billing.models import Dispute, JudgedPayment, PlanSubscription
from billing.services.plan_copies import copy_subscription
from billing.services.unused_payments import record_return_failed, record_unused_returned, still_due
from marketplace.core.clock import now

State = JudgedPayment.State
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}


def return_payment(*, object_ref: str) -> None:
    """Give a refused payment back, once; the plan that it was for ends at once, so that nothing more is charged.

    Raises the gateway's errors; tried again, it goes on. Where the buyer's bank has taken the money back itself, the
    end of that dispute decides. What was given back by hand counts, and is not taken for the whole.
    """
    row = JudgedPayment.objects.get(pk=object_ref)
    if row.state != State.REFUND_DUE:
        return
    _end_plan(object_ref)
    if row.refund_id:
        note_refund_of_refused(object_ref=object_ref, refund=gateway.retrieve_refund(row.refund_id))
        return
    try:
        refund = gateway.refund_payment(
            payment_intent_id=row.payment_ref,
            idempotency_key=f"refund:{object_ref}",
            reason="not_accepted",
            reference=f"refused:{object_ref}",
        )
    except gateway.StripeRefused as error:
        code = error.facts.get("stripe_code")
        if code == "charge_disputed":
            return
        made = gateway.refunds_of(row.payment_ref) if code == "charge_already_refunded" else []
        if not made:
            raise
        for refund in reversed(made):
            note_refund_of_refused(object_ref=object_ref, refund=refund)
        return
    note_refund_of_refused(object_ref=object_ref, refund=refund)


@transaction.atomic
def note_refund_of_refused(*, object_ref: str, refund: Refund) -> None:
    """Write down what Stripe says of a refund of a refused payment, however often and late. After one that failed
    another, made by hand, takes its place; a part that somebody gave back by hand is booked, and the rest stays due.
    """
    row = JudgedPayment.objects.select_for_update(no_key=True).get(pk=object_ref)
    if row.state not in {State.REFUND_DUE, State.REFUNDED, State.REFUND_FAILED}:
        return
    is_another = bool(row.refund_id) and row.refund_id != refund.id
    record_unused_returned(object_ref=object_ref, returned=refund.amount, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_return_failed(object_ref=object_ref, returned=refund.amount, refund_ref=refund.id)
    if is_another and (row.state != State.REFUND_FAILED or refund.status in _FAILED):
        return
    if row.state == State.REFUND_FAILED and not is_another:
        return
    if refund.status in _FAILED and not row.refund_id and refund.reference != f"refused:{object_ref}":
        return  # somebody's part that did not arrive: the refund of the whole is still to be made
    if refund.status not in _FAILED and still_due(object_ref):
        return
    if refund.status in _FAILED:
        logger.error("refund %s of %s failed; %s are still to be returned", refund.id, object_ref, row.amount)
        row.state = State.REFUND_FAILED
    elif refund.status == "succeeded":
        row.state = State.REFUNDED
    row.refund_id = refund.id
    row.save(update_fields=["state", "refund_id"])


def returns_left_behind() -> list[str]:
    """Refused payments that nobody has begun to return: the job died, or Stripe would not. Not those that a bank
    has.
    """
    late = now() - timedelta(minutes=10)
    due = JudgedPayment.objects.filter(state=State.REFUND_DUE, refund_id="", ended_at__lt=late)
    disputed = Dispute.objects.filter(outcome=Dispute.Outcome.OPEN).values("payment_ref")
    return list(due.exclude(payment_ref__in=disputed).values_list("pk", flat=True)[:100])


def _end_plan(object_ref: str) -> None:
    kind, _colon, invoice_id = object_ref.partition(":")
    if kind != "invoice":
        return
    invoice = gateway.retrieve_invoice(invoice_id)
    row = PlanSubscription.objects.filter(stripe_subscription_id=invoice.subscription_id).first()
    if row is None or row.ended_at is not None or row.periods.exclude(payment_ref="").exists():
        return
    gateway.end_at_once(str(invoice.subscription_id))
    copy_subscription(str(invoice.subscription_id))
