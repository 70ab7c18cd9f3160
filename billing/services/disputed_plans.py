"""What a dispute of a plan's payment does to what was paid for: it rests while the bank decides, ends where the payment
is lost, and goes on where it is won.

A job does it, after the dispute was written down: it asks how the disputes of the payment stand now, so that it may run
twice, late and in any order, and it takes its locks in the order of those who grant months.
"""

from django.db import transaction
from django.db.models import Sum

from billing import gateway
from billing.models import AccountKind, Dispute, Entry, PaidPeriod, PlanSubscription
from billing.services.paid_periods import resume_period, suspend_period
from billing.services.plan_changes import clear_schedule
from billing.services.plan_copies import copy_subscription
from billing.services.taken_back import credits_granted_for, take_back_credits

Outcome = Dispute.Outcome
Stopped = PaidPeriod.Stopped


def defer_following(*, dispute: Dispute, **_more: object) -> None:
    """A dispute opened or closed: queue what follows for the plan that its payment is for, in the same transaction.

    Each is a job of its own: one that waits already may begin before this transaction is committed.
    """
    from billing.tasks import follow_disputed_plan

    if dispute.payment_ref and PaidPeriod.objects.filter(payment_ref=dispute.payment_ref).exists():
        follow_disputed_plan.defer(payment_ref=dispute.payment_ref)


def follow_dispute(*, payment_ref: str) -> None:
    """Bring the period that ``payment_ref`` paid for to how the disputes of that payment stand.

    Lost: nothing more is granted, credits that nobody has spent are taken back, and the subscription ends, at once
    where nothing later was paid. Raises the gateway's errors; tried again, it goes on.
    """
    known = PaidPeriod.objects.filter(payment_ref=payment_ref).first() if payment_ref else None
    if known is None:
        return
    with transaction.atomic():
        rows = PlanSubscription.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
        subscription = rows.get(pk=known.subscription_id)
        period = PaidPeriod.objects.select_for_update(no_key=True).get(pk=known.pk)
        disputes = list(Dispute.objects.filter(payment_ref=payment_ref).order_by("opened_at"))
        outcomes = {dispute.outcome for dispute in disputes}
        lost = next((dispute for dispute in disputes if dispute.outcome == Outcome.LOST), None)
        if lost is not None or Outcome.OPEN in outcomes:
            suspend_period(period)
        elif Outcome.WON in outcomes and period.stopped_because == Stopped.DISPUTED:
            resume_period(period, is_refunded=_is_refunded(period))
        if lost is not None:
            _take_back_unused(subscription, period, lost)
    if lost is not None:
        _end(subscription, period)


def _is_refunded(period: PaidPeriod) -> bool:
    moved = Entry.objects.filter(
        transaction__object_ref=f"invoice:{period.invoice_id}", account__kind=AccountKind.CASH_AT_STRIPE
    )
    return int(moved.aggregate(total=Sum("amount_minor"))["total"] or 0) >= 0


def _take_back_unused(subscription: PlanSubscription, period: PaidPeriod, dispute: Dispute) -> None:
    object_ref = f"invoice:{period.invoice_id}"
    take_back_credits(
        user=subscription.user,
        object_ref=object_ref,
        due=credits_granted_for(object_ref),
        refunded=dispute.amount,
    )


def _end(subscription: PlanSubscription, period: PaidPeriod) -> None:
    stripe_id = subscription.stripe_subscription_id
    if not stripe_id or subscription.ended_at is not None:
        return
    disputed = Dispute.objects.filter(outcome__in=(Outcome.OPEN, Outcome.LOST)).values("payment_ref")
    later = subscription.periods.filter(starts_at__gt=period.starts_at).exclude(payment_ref="")
    if later.exclude(
        payment_ref__in=disputed
    ).exists():  # she has paid for the present time: only nothing more is charged
        clear_schedule(subscription)
        gateway.end_with_period(stripe_id, ends=True)
    else:
        gateway.end_at_once(stripe_id)
    copy_subscription(stripe_id)
