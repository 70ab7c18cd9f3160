"""What a paid invoice of a plan brings: its months, and in each of them credits and licences, once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from billing.models import PaidPeriod, Plan, PlanMonth, PlanSubscription, Reason
from billing.services.credits import grant_credits
from billing.services.year_rests import month_of
from marketplace.core.clock import now
from marketplace.core.money import split_by_largest_remainder

# Longer than any month: the period is a year.
_MONTH_AT_MOST = timedelta(days=40)


def open_period(
    *,
    subscription: PlanSubscription,
    plan: Plan,
    invoice_id: str,
    payment_ref: str,
    starts_at: datetime,
    ends_at: datetime,
) -> PaidPeriod:
    """Note what an invoice paid for, once per invoice, and grant its months that have begun.

    The caller holds the lock on the subscription's row. A period that has begun is paid for, so its first month is
    granted at once, whatever our own clock says. One that begins within an earlier one stops that one: what the rest of
    the earlier month had brought counts towards the first month of the new one, as its money does on the invoice.
    """
    known = PaidPeriod.objects.filter(invoice_id=invoice_id).first()
    if known is not None:
        return known
    months = 12 if ends_at - starts_at > _MONTH_AT_MOST else 1
    period = PaidPeriod.objects.create(
        subscription=subscription,
        plan=plan,
        invoice_id=invoice_id,
        payment_ref=payment_ref,
        anchor_at=subscription.anchor_at or starts_at,
        starts_at=starts_at,
        ends_at=ends_at,
        months=months,
        next_month_at=starts_at,
    )
    earlier = subscription.periods.filter(starts_at__lte=starts_at, ends_at__gt=starts_at, stopped_at__isnull=True)
    counted = sum(_stop_for(period, old) for old in earlier.exclude(pk=period.pk).select_related("plan"))
    later = subscription.periods.filter(starts_at__gt=starts_at, starts_at__lt=ends_at).order_by("starts_at").first()
    if later is not None:  # its invoice was processed first
        counted = _unused(plan.credits, starts_at, month_of(period, 0)[1], later.starts_at)
        _stop(period, at=later.starts_at, because=PaidPeriod.Stopped.CHANGED)
    _grant_month(period, 0, at=max(now(), starts_at), counted=counted)
    return period


def _stop_for(new: PaidPeriod, old: PaidPeriod) -> int:
    """Stop ``old`` where ``new`` begins; answers the credits that the rest of its month had brought."""
    month = old.granted_months.filter(starts_at__lte=new.starts_at, ends_at__gt=new.starts_at).first()
    _stop(old, at=new.starts_at, because=PaidPeriod.Stopped.CHANGED)
    return _unused(month.credits, month.starts_at, month.ends_at, new.starts_at) if month else 0


def _unused(brought: int, starts_at: datetime, ends_at: datetime, cut_at: datetime) -> int:
    """The part of what a month ``brought`` that belongs to the time from ``cut_at`` on (largest remainder)."""
    if not brought or cut_at >= ends_at:
        return 0
    used_s, left_s = int((cut_at - starts_at).total_seconds()), int((ends_at - cut_at).total_seconds())
    return split_by_largest_remainder(brought, [max(used_s, 0), left_s])[1]


def stop_periods(*, subscription: PlanSubscription, at: datetime, because: PaidPeriod.Stopped) -> None:
    """Let no month begin at or after ``at``. Months that began before it and were missed are still granted."""
    for period in subscription.periods.filter(Q(stopped_at__isnull=True) | Q(stopped_at__gt=at), ends_at__gt=at):
        _stop(period, at=at, because=because)


def stop_period(period: PaidPeriod, *, because: PaidPeriod.Stopped) -> None:
    """Grant nothing more of one period."""
    if period.stopped_at is None:
        _stop(period, at=now(), because=because)


def go_on_with_period(period: PaidPeriod) -> None:
    """The refund that stopped a period failed: its months go on, those that were missed included. Nothing happens where
    it did not stop for a refund, or something else stopped it too.
    """
    if period.stopped_because != PaidPeriod.Stopped.REFUNDED:
        return
    period.stopped_at, period.stopped_because = None, ""
    if period.months_done < period.months:
        period.next_month_at = month_of(period, period.months_done)[0]
    period.save(update_fields=["stopped_at", "stopped_because", "next_month_at"])


def _stop(period: PaidPeriod, *, at: datetime, because: PaidPeriod.Stopped) -> None:
    period.stopped_at = at
    period.stopped_because = because
    if period.next_month_at is not None and period.next_month_at >= at:
        period.next_month_at = None
    period.save(update_fields=["stopped_at", "stopped_because", "next_month_at"])


def grant_due_months(*, at: datetime | None = None) -> int:
    """Grant every month of a paid period that has begun by ``at`` (None: now); answers how many.

    Each is granted once: after a time when nothing ran all that were missed. May run twice at once.
    """
    moment = at or now()
    due = PaidPeriod.objects.filter(next_month_at__lte=moment).order_by("next_month_at")
    return sum(_grant_due(period_id, moment) for period_id in due.values_list("pk", flat=True))


@transaction.atomic
def _grant_due(period_id: UUID, moment: datetime) -> int:
    known = PaidPeriod.objects.get(pk=period_id)
    subscription = PlanSubscription.objects.select_for_update(no_key=True, of=("self",)).get(pk=known.subscription_id)
    period = PaidPeriod.objects.select_related("plan", "subscription__user").get(pk=period_id)
    granted = 0
    while period.next_month_at is not None and period.next_month_at <= moment:
        if _must_wait(subscription, period.next_month_at):
            break
        stop = min((one for one in (period.stopped_at, subscription.ended_at) if one is not None), default=None)
        if stop is not None and period.next_month_at >= stop:
            _stop(period, at=stop, because=PaidPeriod.Stopped(period.stopped_because or PaidPeriod.Stopped.ENDED))
            break
        _grant_month(period, period.months_done, at=moment)
        granted += 1
    if granted and subscription.extended_to is not None and not subscription.is_paused_at(moment):
        # The rest of a paid year is over with the month that follows it.
        PlanSubscription.objects.filter(pk=subscription.pk, paused_until__lte=moment).update(
            paused_from=None, paused_until=None
        )
    return granted


def _must_wait(subscription: PlanSubscription, month_starts_at: datetime) -> bool:
    """Whether a month is not granted yet: it rests, or a payment is overdue beyond the grace."""
    unpaid = subscription.state == PlanSubscription.State.UNPAID or subscription.benefits_ended_at is not None
    return subscription.ended_at is None and (unpaid or subscription.is_paused_at(month_starts_at))


def _grant_month(period: PaidPeriod, index: int, *, at: datetime, counted: int = 0) -> None:
    """Grant one month, less the credits that ``counted`` towards it, and say when the next one begins."""
    starts_at, ends_at = month_of(period, index)
    plan = period.plan
    PlanMonth.objects.create(
        period=period,
        index=index,
        starts_at=starts_at,
        ends_at=ends_at,
        credits=plan.credits,
        licences=plan.licences_each_month,
        granted_at=at,
    )
    amount = plan.credits - counted
    if amount > 0:
        lasts = plan.credits_last_days
        grant_credits(
            user=period.subscription.user,
            amount=amount,
            reason=Reason.PLAN,
            object_ref=f"invoice:{period.invoice_id}",
            # The first month's name is as old as the ledger: a month granted then is not granted again.
            effect="plan_credits" if index == 0 else f"plan_credits_of_month_{index + 1}",
            expires_at=max(at, starts_at) + timedelta(days=lasts) if lasts else None,
        )
    period.months_done = index + 1
    following = None if period.months_done == period.months else month_of(period, period.months_done)[0]
    period.next_month_at = None if _is_beyond(following, period.stopped_at) else following
    period.save(update_fields=["months_done", "next_month_at"])


def _is_beyond(moment: datetime | None, stop: datetime | None) -> bool:
    return moment is not None and stop is not None and moment >= stop
