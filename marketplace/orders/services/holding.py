"""A payment that raises a question waits for a person: taken, nothing granted yet, and the buyer told."""

import logging
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.models import Dispute
from billing.services import lock_payment, record_held_payment, record_hold_ended
from billing.webhooks import run_given_up_again
from marketplace.licensing.services import keep_hold_until, lock_rights
from marketplace.orders.models import Order
from marketplace.orders.selectors import order_id_in
from marketplace.risk.models import Verdict
from marketplace.risk.selectors import verdict_on
from marketplace.risk.services import judge_payment, note_payment

State, Outcome = Order.State, Verdict.Outcome
logger = logging.getLogger(__name__)


def note_card_of(session: gateway.CheckoutSession) -> None:
    """Ask Stripe which card paid and what Radar thinks, before anything is locked. Raises the gateway's errors."""
    order_id = order_id_in(session.reference)
    if order_id is None or not session.payment_intent_id:
        return
    order = Order.objects.select_related("buyer").filter(pk=order_id).first()
    if order is None:
        return
    try:
        card = gateway.card_facts(session.payment_intent_id)
    except gateway.StripeObjectMissing:
        logger.warning("Stripe does not know the payment of order %s", order.pk)
        return
    note_payment(
        person=order.buyer,
        subject_ref=order.reference,
        card=card.fingerprint,
        risk_level=card.risk_level,
        made_as_guest=order.made_as_guest,
    )


def verdict_of(order: Order) -> str:
    """Whether the payment of a locked order may become licences: an Outcome. What a person decided counts.

    Judged is all that artists get of it, with what a code of the platform's adds.
    """
    of_works, of_tips = order.lines.values_list("work__artist__user"), order.tips.values_list("artist__user")
    verdict = judge_payment(
        subject_ref=order.reference,
        person=order.buyer,
        amount=order.at_stake,
        sellers={seller for (seller,) in of_works.union(of_tips)},
        made_as_guest=order.made_as_guest,
    )
    if verdict.outcome != Outcome.HOLD:
        return verdict.outcome
    decision = getattr(verdict, "decision", None)
    if decision is None:
        return Outcome.HOLD
    return Outcome.ALLOW if decision.is_approved and not _is_disputed(order) else Outcome.REFUSE


def _is_disputed(order: Order) -> bool:
    """Whether a bank has its money, or may still keep it."""
    if not order.payment_intent_id:
        return False
    over = set(Dispute.ENDED) - {"lost"}
    return Dispute.objects.filter(payment_ref=order.payment_intent_id).exclude(status__in=over).exists()


def hold_order(order: Order) -> Order:
    """Write that a locked order's payment waits; what it holds exclusively is kept as long as the decision may take."""
    from marketplace.orders import tasks

    verdict = verdict_on(order.reference)
    assert verdict is not None, "an order is held by a verdict"
    assert verdict.decide_by is not None, "what is held has a deadline"
    order.state = State.HELD
    order.save()
    for line in order.lines.select_related("work").order_by("work_id"):
        lock_rights(work_id=line.work_id)
        keep_hold_until(work=line.work, holder_ref=order.reference, until=verdict.decide_by)
    if order.paid.amount_minor:
        record_held_payment(object_ref=order.reference, paid=order.paid, payment_ref=order.payment_intent_id)
    tasks.tell_held.defer(order_id=str(order.pk))
    return order


@transaction.atomic
def settle_held(*, order_id: UUID) -> None:
    """Act on the decision: the licences, or the money back; once, and nothing while nobody has decided."""
    from marketplace.orders.services.payment import settle_payment

    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    verdict = verdict_on(order.reference)
    if order.state != State.HELD or verdict is None or verdict.is_waiting:
        return
    # A dispute that is being noted in this moment is seen below, or sees the sales.
    lock_payment(order.payment_intent_id)
    if order.paid.amount_minor:
        record_hold_ended(object_ref=order.reference, paid=order.paid, payment_ref=order.payment_intent_id)
    # For this transaction alone, in which it is settled as if the payment came in now.
    Order.objects.filter(pk=order_id).update(state=State.OPEN)
    settle_payment(
        order_id=order_id,
        session_id=order.checkout_session_id,
        payment_intent_id=order.payment_intent_id,
        paid=order.paid,
    )
    # A refund of it that somebody made meanwhile: the queue's tries end long before a person has decided.
    if order.payment_intent_id:
        run_given_up_again(payment_ref=order.payment_intent_id)


def held_orders_left_behind() -> list[UUID]:
    """Orders that were decided on and whose job died."""
    decided = Verdict.objects.filter(kind=Verdict.Kind.ORDER, decision__isnull=False)
    held = Order.objects.filter(state=State.HELD)
    refs = set(
        decided.filter(subject_ref__in=[order.reference for order in held[:500]]).values_list("subject_ref", flat=True)
    )
    return [order.pk for order in held[:500] if order.reference in refs]
