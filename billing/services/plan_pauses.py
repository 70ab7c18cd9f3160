"""Pausing a plan: what is paid runs to its end, then nothing is charged and nothing granted until a date."""

from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NoRunningPlan, PauseNotPossible
from billing.gateway import StripeRefused
from billing.models import Audience, PlanSubscription
from billing.months import month_starts
from billing.selectors import running_plan
from billing.services.plan_changes import clear_schedule
from billing.services.plan_copies import copy_subscription
from marketplace.accounts.models import User

MOST_MONTHS = 3
# Collection begins again just before the invoice of the month that is to be paid.
_BEFORE_ITS_INVOICE = timedelta(hours=1)


def pause_plan(*, user: User, months: int, audience: str = Audience.ARTIST) -> PlanSubscription:
    """Skip the next ``months`` months (1 to 3) of ``user``'s monthly plan. Raises NoRunningPlan, PauseNotPossible.

    A yearly plan is paid already: there is nothing to skip.
    """
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    if not 1 <= months <= MOST_MONTHS:
        raise PauseNotPossible(_("A plan rests for 1 to %(most)d months.") % {"most": MOST_MONTHS})
    if subscription.is_annual:
        raise PauseNotPossible(
            _("Only a plan that is paid by the month can be paused."), way_out=_("You can end it with its year.")
        )
    ends = subscription.current_period_end
    may_pause = subscription.state == PlanSubscription.State.ACTIVE and not subscription.cancel_at_period_end
    if not may_pause or ends is None or subscription.paused_from is not None:
        raise PauseNotPossible(way_out=_("Look at your plan: it is ending, paused already, or has an open payment."))
    clear_schedule(subscription)
    resumes = month_starts(anchor=subscription.anchor_at or ends, begin=ends, months=months)[-1]
    gateway.pause_collection(subscription.stripe_subscription_id, until=resumes - _BEFORE_ITS_INVOICE)
    return copy_subscription(subscription.stripe_subscription_id)


def resume_plan(*, user: User, audience: str = Audience.ARTIST) -> PlanSubscription:
    """End a pause now. What was paid before it goes on; where that is used up, a new month begins and is charged.

    Raises NoRunningPlan, PauseNotPossible, and StripeRefused where the card is declined.
    """
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    if subscription.paused_from is None:
        raise PauseNotPossible(_("Your plan is not paused."))
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
