"""Ends of a membership: with what is paid as the member asks, at once where we must, and where a payment never came."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from billing import gateway
from billing.services.open_checkouts import close_checkout
from billing.services.subscription_copies import end_grace, past_grace
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.memberships.errors import MembershipNotFound
from marketplace.memberships.models import Membership, MembershipLetter
from marketplace.memberships.selectors import membership_of
from marketplace.memberships.services.changes import clear_schedule
from marketplace.memberships.services.copies import copy_membership
from marketplace.memberships.services.telling import write_once

Because = Membership.EndedBecause


def leave_membership(*, user: User, membership_id: UUID) -> Membership:
    """Let ``user``'s membership end with what is paid; a change that waits is taken back. Raises MembershipNotFound."""
    return _set_end(user, membership_id, ends=True)


def keep_membership(*, user: User, membership_id: UUID) -> Membership:
    """Take back the end of ``user``'s membership, so that it renews. Raises MembershipNotFound."""
    return _set_end(user, membership_id, ends=False)


def _set_end(user: User, membership_id: UUID, *, ends: bool) -> Membership:
    membership = membership_of(user, membership_id)
    if not membership.is_running or not membership.stripe_subscription_id or membership.ended_because:
        raise MembershipNotFound()
    if ends:
        clear_schedule(membership)
    return copy_membership(gateway.end_with_period(membership.stripe_subscription_id, ends=ends).id)


def end_now(membership_id: UUID, because: Membership.EndedBecause) -> bool:
    """Nothing can be seen any more from this moment; a job ends the subscription at Stripe. False where it is over.

    The caller may hold the membership's row, but no row of a sale.
    """
    from marketplace.memberships.tasks import defer_end

    with transaction.atomic():
        open_ones = Membership.objects.filter(pk=membership_id, state__in=Membership.OPEN, ended_because="")
        if not open_ones.update(ended_because=because):
            return False
        defer_end(str(membership_id))
    return True


def end_at_stripe(*, membership_id: UUID) -> None:
    """End the subscription of a membership that we have ended; a checkout that is still open is closed.

    May run twice. Raises the gateway's errors.
    """
    row = Membership.objects.get(pk=membership_id)
    if not row.ended_because or row.state not in Membership.OPEN:
        return
    if row.stripe_subscription_id:
        gateway.end_at_once(row.stripe_subscription_id)
        copy_membership(row.stripe_subscription_id)
    elif not row.checkout_session_id or close_checkout(row.checkout_session_id):
        Membership.objects.filter(pk=row.pk, state=Membership.State.STARTING).update(
            state=Membership.State.INCOMPLETE_EXPIRED, ended_at=now()
        )


def end_memberships_of_closed_accounts() -> int:
    """End every membership whose artist's or member's account may not sign in any more; answers how many."""
    open_ones = Membership.objects.filter(state__in=Membership.OPEN, ended_because="")
    closed = open_ones.filter(Q(artist__user__is_active=False) | Q(user__is_active=False)).select_related("user")
    return sum(
        end_now(row.pk, Because.ARTIST_CLOSED if row.user.is_active else Because.MEMBER_CLOSED)
        for row in closed.iterator()
    )


def ends_left_behind() -> list[str]:
    """Memberships that we have ended and whose subscription Stripe may not have ended yet."""
    ended = Membership.objects.filter(state__in=Membership.OPEN).exclude(ended_because="")
    return [str(pk) for pk in ended.values_list("pk", flat=True)]


def end_overdue_memberships(*, at: datetime | None = None) -> int:
    """End what members see whose grace is over by ``at`` (None: now) and tell them; answers how many.

    A payment that comes later brings it back. May run twice at once.
    """
    moment = at or now()
    due = past_grace(Membership.objects.all(), moment)
    return sum(_end_overdue(membership_id, moment) for membership_id in due.values_list("pk", flat=True))


@transaction.atomic
def _end_overdue(membership_id: UUID, moment: datetime) -> bool:
    if not end_grace(Membership.objects.all(), membership_id, moment):
        return False
    membership = Membership.objects.get(pk=membership_id)
    told = membership.letters.filter(kind=MembershipLetter.Kind.PAYMENT_FAILED).order_by("-created_at").first()
    write_once(membership, MembershipLetter.Kind.ENDED, about=told.about if told else "")
    return True
