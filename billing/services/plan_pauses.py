"""Pausing a plan: what is paid runs to its end, then nothing is charged and nothing granted until a date."""

from datetime import timedelta

from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NoRunningPlan, PauseNotPossible
from billing.gateway import StripeRefused
from billing.models import Audience, PaidPeriod, PlanSubscription
from billing.months import month_starts
from billing.selectors import running_plan
from billing.services.plan_changes import clear_schedule
from billing.services.plan_copies import copy_subscription
from billing.services.year_rests import in_metadata
from marketplace.accounts.models import User
from marketplace.core.clock import now

MOST_MONTHS = 3
# Collection begins again just before the invoice of the month that is to be paid.
_BEFORE_ITS_INVOICE = timedelta(hours=1)


def pause_plan(*, user: User, months: int, audience: str = Audience.ARTIST) -> PlanSubscription:
    """Skip the next ``months`` months (1 to 3) of ``user``'s plan. Raises NoRunningPlan, PauseNotPossible.

    By the month: they are not charged. By the year, which is paid already: its end and the months to come move by as
    long, for at most 3 months in one year.
    """
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    if not 1 <= months <= MOST_MONTHS:
        raise PauseNotPossible(_("A plan rests for 1 to %(most)d months.") % {"most": MOST_MONTHS})
    ends = subscription.current_period_end
    may_pause = subscription.state == PlanSubscription.State.ACTIVE and not subscription.cancel_at_period_end
    if not may_pause or ends is None or _is_to_rest(subscription):
        raise PauseNotPossible(way_out=_("Look at your plan: it is ending, paused already, or has an open payment."))
    clear_schedule(subscription)
    if subscription.is_annual:
        return _pause_year(subscription, months)
    resumes = month_starts(anchor=subscription.anchor_at or ends, begin=ends, months=months)[-1]
    gateway.pause_collection(subscription.stripe_subscription_id, until=resumes - _BEFORE_ITS_INVOICE)
    return copy_subscription(subscription.stripe_subscription_id)


def resume_plan(*, user: User, audience: str = Audience.ARTIST) -> PlanSubscription:
    """End a pause now. What was paid before it goes on; where that is used up, a new month begins and is charged. The
    rest of a paid year can be taken back before it begins; after that it ends on its day.

    Raises NoRunningPlan, PauseNotPossible, and StripeRefused where the card is declined.
    """
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    if subscription.paused_from is None:
        raise PauseNotPossible(_("Your plan is not paused."))
    if subscription.extended_to is not None:
        return _take_rest_back(subscription)
    found = gateway.retrieve_subscription(subscription.stripe_subscription_id)
    # Stripe's word on time: the period in which the pause was asked for is the paid one.
    is_used_up = found.current_period_end is not None and found.current_period_end > subscription.paused_from
    try:
        gateway.resume_collection(
            subscription.stripe_subscription_id,
            new_period=is_used_up,
            idempotency_key=_resume_key(subscription) if is_used_up else "",
        )
    except StripeRefused:
        PlanSubscription.objects.filter(pk=subscription.pk, resumes_refused=subscription.resumes_refused).update(
            resumes_refused=F("resumes_refused") + 1
        )
        raise
    return copy_subscription(subscription.stripe_subscription_id)


def _resume_key(subscription: PlanSubscription) -> str:
    """Two windows that resume at once make one request; another try after a refusal makes another."""
    assert subscription.paused_from is not None
    return f"resume:{subscription.pk}:{int(subscription.paused_from.timestamp())}:{subscription.resumes_refused}"


def _is_to_rest(subscription: PlanSubscription) -> bool:
    """Whether it is paused, now or soon; of the rest of a paid year that is over nobody tells us."""
    if subscription.paused_from is None:
        return False
    if subscription.extended_to is None or subscription.paused_until is None:
        return True
    return subscription.paused_until > now()


def _pause_year(subscription: PlanSubscription, months: int) -> PlanSubscription:
    period = _paid_year(subscription)
    rests = period.rests_before
    left = MOST_MONTHS - sum(rested for _before, rested in rests)
    if months > left:
        raise PauseNotPossible(
            _("A paid year rests for at most %(most)d months in all.") % {"most": MOST_MONTHS},
            way_out=_("It has rested already; %(left)d are left.") % {"left": left},
        )
    return _set_rests(subscription, period, [*rests, (period.months_done, months)])


def _take_rest_back(subscription: PlanSubscription) -> PlanSubscription:
    assert subscription.paused_from is not None
    assert subscription.paused_until is not None
    if subscription.paused_from <= now():
        raise PauseNotPossible(
            _("Your plan rests already; the year that you have paid goes on after it, and nothing of it is lost."),
            way_out=_("It goes on by itself on %(day)s.") % {"day": date_format(subscription.paused_until)},
        )
    period = _paid_year(subscription)
    return _set_rests(subscription, period, period.rests_before[:-1])


def _set_rests(subscription: PlanSubscription, period: PaidPeriod, rests: list[tuple[int, int]]) -> PlanSubscription:
    """Two windows at once, and a repetition after a crash, say the same to Stripe."""
    rested = sum(months for _before, months in rests)
    ends = month_starts(anchor=period.anchor_at, begin=period.starts_at, months=period.months + rested)[-1]
    stripe_id = str(subscription.stripe_subscription_id)
    gateway.move_period_end(stripe_id, until=ends, metadata=in_metadata(period, rests))
    return copy_subscription(stripe_id)


def _paid_year(subscription: PlanSubscription) -> PaidPeriod:
    period = subscription.periods.filter(stopped_at=None, months=12).order_by("-starts_at").first()
    if period is None or period.ends_at != subscription.current_period_end:
        raise PauseNotPossible(_("The payment of your year is not here yet."), way_out=_("Try again in a minute."))
    return period
