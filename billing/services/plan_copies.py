"""Our row of a subscription, brought into line with what Stripe says of it now."""

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.gateway import Subscription
from billing.models import PlanChange, PlanLetter, PlanPrice, PlanSubscription
from billing.services.plan_letters import write_once
from billing.services.subscription_copies import copy_overdue, copy_state
from billing.services.year_rests import copy_rests
from marketplace.core.clock import now


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
    copy_state(found, row)
    row.trial_ends_at = found.trial_ends_at
    price = PlanPrice.objects.select_related("plan").filter(stripe_price_id=found.price_id).first()
    if price is not None:
        row.plan, row.interval, row.price_minor = price.plan, price.interval, price.amount_minor
    if not copy_rests(found, row):
        _copy_pause(found, row)
    for news in copy_overdue(found, row):
        write_once(row, PlanLetter.Kind(news), about=found.latest_invoice_id)
    row.save()
    _close_change(found, row)


def _copy_pause(found: Subscription, row: PlanSubscription) -> None:
    if not found.is_collection_paused:
        row.paused_from = row.paused_until = None
        return
    row.paused_from = row.paused_from or found.current_period_end
    row.paused_until = found.collection_resumes_at


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
