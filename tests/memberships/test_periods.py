"""Months that are paid, a renewal that fails, the grace and the end; each paid invoice one sale, however often told."""

from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.models import Document, Sale, StripeEvent
from billing.selectors import artist_balance, plan_in_force
from billing.webhooks import process_event
from marketplace.memberships.models import Membership, MembershipLetter, MembershipPayment
from marketplace.memberships.selectors import membership_income, membership_levels_of
from marketplace.memberships.services import end_overdue_memberships
from tests.billing.processes import at_once
from tests.billing.subscribers import FAILS_LATER, GOOD_CARD, advance_clock, use_card, utc
from tests.memberships.members import join_and_pay

pytestmark = pytest.mark.django_db(transaction=True)
STATE = Membership.State
FAILED_AT = utc(2027, 2, 28, 11)


def faults():
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def sales():
    return list(Sale.objects.order_by("created_at").values_list("gross_minor", "deducted_minor"))


def tell_everything_again(run_jobs):
    """Every event twice more, the latest first."""
    for _ in range(2):
        StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
        for event in StripeEvent.objects.order_by("-created", "-received_at"):
            process_event(event.id)
    run_jobs()


def test_each_month_is_one_sale_with_its_invoice(member, clock, artist, wait_for_event, run_jobs):
    for count, day in ((2, utc(2027, 3, 1)), (3, utc(2027, 4, 1)), (4, utc(2027, 5, 1))):
        advance_clock(clock, day)
        wait_for_event("invoice.paid", count=count)
    assert sales() == [(500, 50)] * 4
    payments = MembershipPayment.objects.order_by("starts_at")
    assert [payment.starts_at.month for payment in payments] == [1, 2, 3, 4]
    assert len({payment.payment_ref for payment in payments}) == 4
    tell_everything_again(run_jobs)
    assert sales() == [(500, 50)] * 4
    assert artist_balance(artist).pending.amount_minor == 4 * 450
    assert [str(amount) for amount in membership_income(artist)] == ["$18.00"]
    documents = Document.objects.order_by("number")
    assert [document.total.amount_minor for document in documents] == [500] * 4
    assert {document.user_id for document in documents} == {member.user_id}
    assert documents[0].facts.lines[0].name.startswith("Membership of Aoi, Friend, ")
    assert not faults()


def test_a_year_is_paid_at_once(user, clock, low, wait_for_event):
    join_and_pay(user, low, "year")
    wait_for_event("invoice.paid")
    assert sales() == [(5000, 500)]
    row = Membership.objects.get()
    assert row.price.is_annual
    assert row.current_period_end == utc(2028, 1, 31, 10)


def test_a_plans_own_events_are_left_alone(user, clock, low, member, wait_for_event):
    assert plan_in_force(user.pk) is None
    assert not StripeEvent.objects.exclude(last_error="").exists()


@pytest.fixture
def overdue(member, user, clock, wait_for_event):
    use_card(user, FAILS_LATER)
    advance_clock(clock, FAILED_AT)
    wait_for_event("invoice.payment_failed")
    member.refresh_from_db()
    return member


def subjects(mailoutbox):
    return [message.subject for message in mailoutbox][1:]  # the first one says welcome


def test_a_failed_payment_is_told_once_and_everything_stays_open(overdue, user, run_jobs, mailoutbox):
    assert overdue.state == STATE.PAST_DUE
    assert overdue.grace_ends_at is not None
    assert membership_levels_of(user_id=user.pk) == {overdue.artist_id: 1}
    tell_everything_again(run_jobs)
    assert subjects(mailoutbox) == ["Your payment for the membership of Aoi did not go through"]
    assert f"/memberships/{overdue.pk}/card" in mailoutbox[1].body
    assert sales() == [(500, 50)]


def test_after_the_grace_it_is_closed_and_a_later_payment_opens_it(
    overdue, user, clock, wait_for_event, run_jobs, mailoutbox
):
    ends = overdue.grace_ends_at
    assert end_overdue_memberships(at=ends - timedelta(seconds=1)) == 0
    assert end_overdue_memberships(at=ends) == 1
    assert end_overdue_memberships(at=ends) == 0
    run_jobs()
    assert subjects(mailoutbox)[1:] == ["Your membership of Aoi has ended"]
    assert "Once it goes through, the membership goes on" in mailoutbox[-1].body
    assert membership_levels_of(user_id=user.pk) == {}

    use_card(user, GOOD_CARD)
    advance_clock(clock, utc(2027, 3, 4))
    wait_for_event("invoice.paid", count=2)
    overdue.refresh_from_db()
    assert (overdue.state, overdue.grace_ends_at, overdue.benefits_ended_at) == (STATE.ACTIVE, None, None)
    assert membership_levels_of(user_id=user.pk) == {overdue.artist_id: 1}
    assert sales() == [(500, 50)] * 2


def test_stripe_gives_up_after_its_last_try(overdue, user, clock, wait_for_event, run_jobs, mailoutbox):
    advance_clock(clock, utc(2027, 4, 1))
    wait_for_event("customer.subscription.deleted")
    run_jobs()
    overdue.refresh_from_db()
    assert (overdue.state, overdue.ended_because) == (STATE.CANCELED, Membership.EndedBecause.UNPAID)
    assert membership_levels_of(user_id=user.pk) == {}
    assert subjects(mailoutbox)[1:] == ["Your membership of Aoi has ended"]
    assert "You can join again" in mailoutbox[-1].body


def test_processes_that_end_the_grace_at_once_write_one_letter(overdue):
    at = overdue.grace_ends_at.isoformat()
    assert at_once("tests.memberships.calls:end_overdue", {"at": at}, processes=2, threads=2) == ["ok"] * 4
    assert MembershipLetter.objects.filter(kind="ended").count() == 1
