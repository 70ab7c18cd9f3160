"""Payments for credits and plans are judged as orders are: what raises a question waits for a person, and brings
nothing until then; what is refused goes back.
"""

import logging
from datetime import timedelta

from django.db import transaction

from billing import gateway
from billing.models import Dispute, JudgedPayment
from billing.services.held_payments import record_held_payment, record_hold_ended
from billing.services.ledger import lock_payment
from billing.services.unused_payments import record_unused_payment
from billing.webhooks.processing import run_given_up_again
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.errors import VerdictDecided
from marketplace.risk.models import Verdict
from marketplace.risk.selectors import verdict_on
from marketplace.risk.services import decide, judge_purchase, note_payment

State, Outcome = JudgedPayment.State, Verdict.Outcome
logger = logging.getLogger(__name__)


def note_card(*, object_ref: str, person: User, payment_ref: str) -> None:
    """Ask Stripe which card paid and what Radar thinks, before anything is locked. Raises the gateway's errors."""
    if not payment_ref:
        return
    try:
        card = gateway.card_facts(payment_ref)
    except gateway.StripeObjectMissing:
        logger.warning("Stripe does not know the payment %s of %s", payment_ref, object_ref)
        return
    note_payment(person=person, subject_ref=object_ref, card=card.fingerprint, risk_level=card.risk_level)


@transaction.atomic
def is_accepted(*, object_ref: str, person: User, paid: Money, payment_ref: str) -> bool:
    """Whether what was paid for may be given now. Where it may not, its money is booked as waiting or as to be
    returned, and the buyer told; once, whatever comes twice. The caller holds the lock on what was paid for, and the
    payment is locked from here on.
    """
    lock_payment(payment_ref)
    known = JudgedPayment.objects.select_for_update(no_key=True).filter(pk=object_ref).first()
    if known is not None and not known.is_waiting:
        return known.state == State.ACCEPTED
    verdict = judge_purchase(subject_ref=object_ref, person=person, amount=paid)
    decision = getattr(verdict, "decision", None)
    if verdict.outcome == Outcome.HOLD and decision is None:
        if known is None:
            row = _row(object_ref, person, paid, payment_ref, State.HELD)
            record_held_payment(object_ref=object_ref, paid=paid, payment_ref=payment_ref)
            _tell(row)
        return False
    is_good = verdict.outcome == Outcome.ALLOW or (decision is not None and decision.is_approved)
    if known is None and is_good:
        return True
    row = known or _row(object_ref, person, paid, payment_ref, State.HELD)
    if known is not None:
        record_hold_ended(object_ref=object_ref, paid=paid, payment_ref=payment_ref)
    if is_good and not _is_disputed(payment_ref):
        _end(row, State.ACCEPTED)
        return True
    record_unused_payment(object_ref=object_ref, paid=paid, payment_ref=payment_ref)
    _end(row, State.REFUND_DUE)
    _defer_return(object_ref)
    return False


def return_unexpected(*, person: User, paid: Money, payment_ref: str) -> None:
    """A payment came that nothing asked for: what it names was paid by another one, or costs something else. It is
    booked as to be returned, and the buyer told, once. The caller holds the lock on what it names.
    """
    object_ref = f"unexpected:{payment_ref}"
    if not payment_ref or JudgedPayment.objects.filter(pk=object_ref).exists():
        return
    logger.error("payment %s of %s was not asked for and goes back", payment_ref, paid)
    row = _row(object_ref, person, paid, payment_ref, State.HELD)
    record_unused_payment(object_ref=object_ref, paid=paid, payment_ref=payment_ref)
    _end(row, State.REFUND_DUE)
    _defer_return(object_ref)


def refuse_disputed(*, payment_ref: str, reason: str) -> None:
    """A bank has spoken before a person did: what waits is refused. Nothing happens where nothing waits."""
    for row in JudgedPayment.objects.filter(payment_ref=payment_ref, state=State.HELD).exclude(payment_ref=""):
        verdict = verdict_on(row.object_ref)
        if verdict is None or not verdict.is_waiting:
            continue
        try:
            decide(decider=None, verdict_id=verdict.pk, approves=False, reason=reason)
        except VerdictDecided:
            continue  # somebody decided in this moment


@transaction.atomic
def act_on_dispute(dispute: Dispute) -> None:
    """A dispute of a refused payment is over: lost, the buyer has her money from the bank; won, we return it."""
    rows = JudgedPayment.objects.select_for_update(no_key=True).filter(
        payment_ref=dispute.payment_ref, state=State.REFUND_DUE
    )
    for row in rows.exclude(payment_ref=""):
        if dispute.outcome == Dispute.Outcome.LOST:
            row.state = State.REFUNDED
            row.save(update_fields=["state"])
        else:
            _defer_return(row.object_ref)


def settlements_left_behind() -> list[str]:
    """What was decided on and still waits: its job died."""
    held = list(JudgedPayment.objects.filter(state=State.HELD).values_list("pk", flat=True)[:500])
    late = now() - timedelta(minutes=2)
    decided = Verdict.objects.filter(subject_ref__in=held, decision__at__lt=late)
    return list(decided.values_list("subject_ref", flat=True))


def _row(object_ref: str, person: User, paid: Money, payment_ref: str, state: JudgedPayment.State) -> JudgedPayment:
    return JudgedPayment.objects.create(
        object_ref=object_ref,
        user=person,
        payment_ref=payment_ref,
        amount_minor=paid.amount_minor,
        currency=paid.currency,
        state=state,
        arrived_at=now(),
    )


def _end(row: JudgedPayment, state: JudgedPayment.State) -> None:
    row.state, row.ended_at = state, now()
    row.save(update_fields=["state", "ended_at"])
    _tell(row)
    # A refund of it that somebody made meanwhile: the queue's tries end long before a person has decided.
    if row.payment_ref:
        run_given_up_again(payment_ref=row.payment_ref)


def _is_disputed(payment_ref: str) -> bool:
    return Dispute.objects.filter(payment_ref=payment_ref).exclude(status__in=Dispute.ENDED).exists()


def _tell(row: JudgedPayment) -> None:
    from billing import tasks

    tasks.tell_of_judged_payment.defer(object_ref=row.object_ref, state=row.state)


def _defer_return(object_ref: str) -> None:
    from billing import tasks

    tasks.defer_return(object_ref)
