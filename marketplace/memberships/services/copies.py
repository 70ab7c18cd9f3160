"""Our row of a membership, brought into line with what Stripe says of it now."""

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.gateway import Subscription
from billing.services.subscription_copies import News, copy_overdue, copy_state
from marketplace.core.clock import now
from marketplace.memberships.models import Membership, MembershipChange, MembershipLetter
from marketplace.memberships.services.at_stripe import price_known_as
from marketplace.memberships.services.telling import write_once

_State = Membership.State
_Kind = MembershipLetter.Kind
Because = Membership.EndedBecause


@transaction.atomic
def copy_membership(stripe_subscription_id: str, *, ours: str = "") -> Membership:
    """Copy a membership's state from Stripe, read while our row is locked, so that the latest reading wins.

    ``ours``: the id of our row, for one that has not been copied before. Raises ObjectNotKnownYet.
    """
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related(
        "price__tier", "user", "artist"
    )
    row = rows.filter(stripe_subscription_id=stripe_subscription_id).first()
    if row is None and ours:
        # Its id is looked at once the row is locked: another job may be copying the same subscription just now.
        row = rows.filter(pk=ours).first()
    if row is None or row.stripe_subscription_id not in {None, stripe_subscription_id}:
        raise ObjectNotKnownYet(subscription=stripe_subscription_id)
    _copy(gateway.retrieve_subscription(stripe_subscription_id), row)
    return row


def _copy(found: Subscription, row: Membership) -> None:
    copy_state(found, row)
    price = price_known_as(found.price_id)
    if price is not None:
        row.price = price
    news = copy_overdue(found, row)
    if row.state == _State.CANCELED and not row.ended_because:
        row.ended_because = Because.UNPAID if found.end_reason == "payment_failed" else Because.LEFT
    if row.state == _State.ACTIVE and row.joined_at is None:
        row.joined_at = now()
    row.save()
    if row.joined_at is not None:
        write_once(row, _Kind.JOINED)
    if News.PAYMENT_FAILED in news:
        write_once(row, _Kind.PAYMENT_FAILED, about=found.latest_invoice_id)
    if News.BENEFITS_ENDED in news:
        write_once(row, _Kind.ENDED, about=found.latest_invoice_id)
    elif row.state == _State.CANCELED and row.benefits_ended_at is None:  # else she was told when the grace was over
        write_once(row, _Kind.ENDED)
    _close_change(found, row)


def _close_change(found: Subscription, row: Membership) -> None:
    """A change that has come is done; one whose schedule is gone was taken back."""
    change = row.changes.filter(state__in=MembershipChange.OPEN).first()
    if change is None:
        return
    if change.to_price_id == row.price_id:
        change.state = MembershipChange.State.DONE
        if found.schedule_id:  # it has done its work, and would forbid to end the membership until its phase is over
            gateway.release_schedule(found.schedule_id)
    elif row.ended_at is not None or (change.state == MembershipChange.State.WAITING and not found.schedule_id):
        change.state = MembershipChange.State.WITHDRAWN
    else:
        return
    change.ended_at = now()
    change.save(update_fields=["state", "ended_at"])
