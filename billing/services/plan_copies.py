"""Our row of a subscription, brought into line with what Stripe says of it now."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.gateway import Subscription
from billing.models import PlanChange, PlanLetter, PlanPrice, PlanSubscription
from billing.services.plan_letters import write_once
from billing.services.year_rests import copy_rests
from marketplace.core.clock import now

_State = PlanSubscription.State
_OVERDUE = (_State.PAST_DUE, _State.UNPAID)


@transaction.atomic
def copy_subscription(stripe_subscription_id: str, *, ours: str = "") -> PlanSubscription:
    """Copy a subscription's state from Stripe, read while our row is locked, so that the latest reading wins.

    ``ours``: the id of our row, for a subscription that has not been copied before. Raises ObjectNotKnownYet.
    """
    rows = PlanSubscription.objects.select_for_update(no_key=True, of=("self",)).select_related("plan", "user")
    row = rows.filter(stripe_subscription_id=stripe_subscription_id).first()
    if row is None and ours:
        # Its id is looked at once the row is locked: another job may be copying the same subscription just now.
        row = rows.filter(pk=ours).first()
    if row is None or row.stripe_subscription_id not in {None, stripe_subscription_id}:
        raise ObjectNotKnownYet(subscription=stripe_subscription_id)
    _copy(gateway.retrieve_subscription(stripe_subscription_id), row)
    return row


def _copy(found: Subscription, row: PlanSubscription) -> None:
    row.stripe_subscription_id = found.id
    row.state = found.status
    row.anchor_at = found.anchor
    row.current_period_end = found.current_period_end
    row.cancel_at_period_end = found.ends_with_period and found.status != "canceled"
    row.trial_ends_at = found.trial_ends_at
    row.ended_at = found.ended_at
    price = PlanPrice.objects.select_related("plan").filter(stripe_price_id=found.price_id).first()
    if price is not None:
        row.plan, row.interval, row.price_minor = price.plan, price.interval, price.amount_minor
    if not copy_rests(found, row):
        _copy_pause(found, row)
    _copy_overdue(found, row)
    row.save()
    _close_change(found, row)


def _copy_pause(found: Subscription, row: PlanSubscription) -> None:
    if not found.is_collection_paused:
        row.paused_from = row.paused_until = None
        return
    row.paused_from = row.paused_from or found.current_period_end
    row.paused_until = found.collection_resumes_at


def _copy_overdue(found: Subscription, row: PlanSubscription) -> None:
    """While a payment is overdue the benefits stay for the grace; then, or when Stripe gives up, they end."""
    if row.state in _OVERDUE:
        if row.grace_ends_at is None:
            row.grace_ends_at = now() + timedelta(days=settings.CONFIGURATION.plan_grace_days)
        write_once(row, PlanLetter.Kind.PAYMENT_FAILED, about=found.latest_invoice_id)
    elif row.state != _State.CANCELED:
        row.grace_ends_at = row.benefits_ended_at = None
        return
    given_up = row.state == _State.UNPAID or found.end_reason == "payment_failed"
    if given_up and row.benefits_ended_at is None:
        row.benefits_ended_at = now()
        write_once(row, PlanLetter.Kind.BENEFITS_ENDED, about=found.latest_invoice_id)


def _close_change(found: Subscription, row: PlanSubscription) -> None:
    """A change that has come is done; one whose schedule is gone was taken back."""
    change = row.changes.filter(state__in=PlanChange.OPEN).first()
    if change is None:
        return
    if (change.to_plan_id, change.to_interval) == (row.plan_id, row.interval):
        change.state = PlanChange.State.DONE
        if found.schedule_id:  # it has done its work, and would forbid to end the plan until its phase is over
            gateway.release_schedule(found.schedule_id)
    elif row.ended_at is not None or (change.state == PlanChange.State.WAITING and not found.schedule_id):
        change.state = PlanChange.State.WITHDRAWN
    else:
        return
    change.ended_at = now()
    change.save(update_fields=["state", "ended_at"])
