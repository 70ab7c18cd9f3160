"""A renewal that fails: told once, a grace with all benefits, then their end; and a payment that comes after all."""

from datetime import timedelta

import pytest
from django.core import mail

from billing.models import PlanLetter, PlanSubscription, StripeEvent
from billing.selectors import credits_available, fee_basis_points_of, plan_in_force, running_plan
from billing.services import end_overdue_benefits
from billing.webhooks import process_event
from marketplace.core.clock import now
from tests.billing.processes import at_once
from tests.billing.subscribers import FAILS_LATER, advance_clock, put_on_clock, subscribe, use_card, utc
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)
FAILED_AT = utc(2027, 2, 28, 11)
STATE = PlanSubscription.State


@pytest.fixture
def user(shop):
    return UserFactory(language="en")


@pytest.fixture
def clock(user, wait_for_event):
    clock = put_on_clock(user, START)
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    use_card(user, FAILS_LATER)
    advance_clock(clock, FAILED_AT)
    wait_for_event("invoice.payment_failed")
    return clock


def letters():
    return [message.subject for message in mail.outbox]


def test_a_failed_payment_is_told_once_and_the_benefits_stay(user, clock, run_jobs):
    row = running_plan(user)
    assert row.state == STATE.PAST_DUE
    assert timedelta(days=9, hours=23) < row.grace_ends_at - now() < timedelta(days=10, minutes=1)
    assert fee_basis_points_of(user.pk) == 700
    assert credits_available(user) == 600
    assert letters() == ["Your payment for Studio did not go through"]
    assert "/credits/card" in mail.outbox[0].body
    assert mail.outbox[0].to == [user.email]
    # Every event again, the latest first, and again.
    for _ in range(2):
        StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
        for event in StripeEvent.objects.order_by("-created", "-received_at"):
            process_event(event.id)
    run_jobs()
    assert letters() == ["Your payment for Studio did not go through"]
    assert running_plan(user).grace_ends_at == row.grace_ends_at
    assert credits_available(user) == 600


def test_after_the_grace_the_benefits_end_and_a_later_payment_brings_them_back(user, clock, wait_for_event, run_jobs):
    grace_ends = running_plan(user).grace_ends_at
    assert end_overdue_benefits(at=grace_ends - timedelta(seconds=1)) == 0
    assert end_overdue_benefits(at=grace_ends) == 1
    assert end_overdue_benefits(at=grace_ends) == 0
    run_jobs()
    assert letters()[1:] == ["The benefits of Studio have ended"]
    assert plan_in_force(user.pk) is None
    assert fee_basis_points_of(user.pk) == 1000
    assert running_plan(user).state == STATE.PAST_DUE, "it may still be paid"

    use_card(user, "4242424242424242")
    advance_clock(clock, utc(2027, 3, 4))  # Stripe tries again after three days
    wait_for_event("invoice.paid", count=2)
    row = running_plan(user)
    assert (row.state, row.grace_ends_at, row.benefits_ended_at) == (STATE.ACTIVE, None, None)
    assert fee_basis_points_of(user.pk) == 700
    assert credits_available(user) == 1200
    assert len(letters()) == 2


def test_stripe_gives_up_after_its_last_try(user, clock, wait_for_event, run_jobs):
    advance_clock(clock, utc(2027, 4, 1))
    wait_for_event("customer.subscription.deleted")
    run_jobs()
    assert running_plan(user) is None
    row = PlanSubscription.objects.get(user=user)
    assert row.state == STATE.CANCELED
    assert row.benefits_ended_at is not None
    assert letters() == ["Your payment for Studio did not go through", "The benefits of Studio have ended"]
    assert "take a plan again" in mail.outbox[1].body
    assert credits_available(user) == 600


def test_a_payment_that_is_faster_than_the_news_of_its_failure_changes_nothing(user, clock, wait_for_event):
    use_card(user, "4242424242424242")
    advance_clock(clock, utc(2027, 3, 4))
    wait_for_event("invoice.paid", count=2)
    PlanLetter.objects.all().delete()
    failed = StripeEvent.objects.filter(type="invoice.payment_failed").first()
    StripeEvent.objects.filter(pk=failed.pk).update(state=StripeEvent.State.RECEIVED)
    process_event(failed.pk)
    assert running_plan(user).state == STATE.ACTIVE
    assert running_plan(user).grace_ends_at is None
    assert not PlanLetter.objects.exists()


def test_processes_that_end_the_grace_at_once_write_one_letter(user, clock):
    grace_ends = running_plan(user).grace_ends_at
    codes = at_once("tests.billing.calls:end_benefits", {"at": grace_ends.isoformat()}, processes=4, threads=2)
    assert codes == ["ok"] * 8
    assert PlanLetter.objects.filter(kind="benefits_ended").count() == 1


def test_the_letter_speaks_its_readers_language(user, clock, run_jobs):
    assert PlanLetter.objects.get().kind == "payment_failed"
    row = running_plan(user)
    user.language = "zh-hans"
    user.save(update_fields=["language"])
    end_overdue_benefits(at=row.grace_ends_at)
    run_jobs()
    assert user.pk == PlanLetter.objects.get(kind="benefits_ended").subscription.user_id
    assert "工作室" in mail.outbox[-1].subject
