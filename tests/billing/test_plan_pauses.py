"""Pausing a monthly plan: nothing charged, nothing granted, and how it goes on."""

from datetime import timedelta

import pytest

from billing.errors import ChangeNotPossible, NoRunningPlan, PauseNotPossible
from billing.gateway import StripeRefused
from billing.models import PlanSubscription
from billing.selectors import credits_available, plan_in_force, running_plan
from billing.services import change_plan, end_plan, grant_due_months, pause_plan, resume_plan
from tests.billing.subscribers import FAILS_LATER, advance_clock, put_on_clock, stripe_api, subscribe, use_card, utc
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)


@pytest.fixture
def user(shop):
    return UserFactory()


@pytest.fixture
def clock(user):
    return put_on_clock(user, START)


@pytest.fixture
def studio(user, clock, wait_for_event):
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    return running_plan(user)


def invoices(subscription):
    found = stripe_api().v1.invoices.list({"subscription": subscription.stripe_subscription_id, "limit": 100})
    return [(one.status, one.amount_paid) for one in found.data]


def test_two_months_are_skipped_and_then_it_goes_on(user, clock, studio, wait_for_event):
    paused = pause_plan(user=user, months=2)
    assert paused.paused_from == utc(2027, 2, 28, 10)
    assert paused.paused_until == utc(2027, 4, 30, 9)
    assert plan_in_force(user.pk, at=utc(2027, 2, 20)) is not None, "what is paid runs to its end"
    assert plan_in_force(user.pk, at=utc(2027, 3, 20)) is None
    advance_clock(clock, utc(2027, 4, 15))
    wait_for_event("invoice.voided", count=2)
    grant_due_months(at=utc(2027, 4, 15))
    assert credits_available(user) == 600
    assert running_plan(user).state == PlanSubscription.State.ACTIVE
    advance_clock(clock, utc(2027, 4, 30, 11))
    wait_for_event("invoice.paid", count=2)
    assert invoices(studio) == [("paid", 1900), ("void", 0), ("void", 0), ("paid", 1900)]
    assert credits_available(user) == 1200
    assert running_plan(user).paused_from is None


def test_resumed_before_the_paid_month_is_over_nothing_is_charged(user, clock, studio, wait_for_event):
    for _ in range(2):  # and so again, however often
        pause_plan(user=user, months=1)
        advance_clock(clock, clock_of(clock) + timedelta(days=2))
        assert resume_plan(user=user).paused_from is None
    assert invoices(studio) == [("paid", 1900)]
    advance_clock(clock, utc(2027, 2, 28, 11))
    wait_for_event("invoice.paid", count=2)
    assert credits_available(user) == 1200


def clock_of(clock):
    found = stripe_api().v1.test_helpers.test_clocks.retrieve(clock)
    return utc(1970, 1, 1) + timedelta(seconds=found.frozen_time)


def test_resumed_after_it_a_new_month_is_charged_and_begins(user, clock, studio, wait_for_event):
    pause_plan(user=user, months=3)
    advance_clock(clock, utc(2027, 3, 10))
    use_card(user, FAILS_LATER)
    with pytest.raises(StripeRefused):
        resume_plan(user=user)
    assert running_plan(user).paused_from is not None
    use_card(user, "4242424242424242")
    resumed = resume_plan(user=user)
    wait_for_event("invoice.paid", count=2)
    assert resumed.current_period_end == utc(2027, 4, 10)
    assert credits_available(user) == 1200
    with pytest.raises(PauseNotPossible):
        resume_plan(user=user)
    assert [one for one in invoices(studio) if one[0] == "paid"] == [("paid", 1900), ("paid", 1900)]


def test_what_cannot_be_paused(user, studio):
    for months in (0, 4):
        with pytest.raises(PauseNotPossible):
            pause_plan(user=user, months=months)
    with pytest.raises(NoRunningPlan):
        pause_plan(user=UserFactory(), months=1)
    pause_plan(user=user, months=1)
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)
    with pytest.raises(ChangeNotPossible):
        change_plan(user=user, plan_code="pro", interval="month")
    resume_plan(user=user)
    end_plan(user=user)
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)


def test_a_yearly_plan_is_paid_and_cannot_be_paused(user, clock, wait_for_event):
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)
    assert running_plan(user).paused_from is None
