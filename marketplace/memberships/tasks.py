"""Jobs of memberships. Each may run twice, at once, and after a crash."""

from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from marketplace.memberships import letters, services
from marketplace.memberships.models import Membership, MembershipPayment
from marketplace.memberships.services.ending import end_now

# With waits of 3, 9, 27 … seconds the last of 9 attempts is some 3 hours after the first.
_again = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.periodic(cron="* * * * *")
@app.task(name="memberships.tend", queueing_lock="memberships.tend")
def tend(timestamp: int) -> None:
    """Every minute: end what is overdue or whose account was closed, and take up what a dead worker left behind."""
    services.end_overdue_memberships()
    services.end_memberships_of_closed_accounts()
    for membership_id in services.ends_left_behind():
        defer_end(membership_id)
    for change_id in services.changes_left_behind():
        defer_change(change_id)


@app.task(name="memberships.send_letter", retry=_again)
def send_letter(letter_id: str) -> None:
    """A letter about a membership."""
    letters.write_about_membership(letter_id=UUID(letter_id))


@app.task(name="memberships.end", retry=_again)
def end(membership_id: str) -> None:
    """End at Stripe what we have ended."""
    services.end_at_stripe(membership_id=UUID(membership_id))


@app.task(name="memberships.end_disputed", retry=_again)
def end_disputed(invoice_id: str) -> None:
    """A bank kept a payment for good."""
    payment = MembershipPayment.objects.get(invoice_id=invoice_id)
    end_now(payment.membership_id, Membership.EndedBecause.DISPUTED)


@app.task(name="memberships.change", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def change(change_id: str) -> None:
    """Tell Stripe of a change whose caller died; the same request as the first."""
    services.make_change(change_id=UUID(change_id))


def defer_end(membership_id: str) -> None:
    """Queue an end once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            end.configure(queueing_lock=f"membership-end:{membership_id}").defer(membership_id=membership_id)
    except AlreadyEnqueued:
        return


def defer_change(change_id: str) -> None:
    """Queue a change once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            change.configure(queueing_lock=f"membership-change:{change_id}").defer(change_id=change_id)
    except AlreadyEnqueued:
        return
