"""Trials: one per person, with their own credits, charged when they end."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from billing.gateway import CheckoutSession, retrieve_checkout
from billing.models import PlanSubscription, PlanTrial
from billing.selectors import credits_available, licences_left, plan_in_force, running_plan
from billing.services import end_plan, start_plan
from billing.services.plans import forget_start
from tests.billing.subscribers import advance_clock, put_on_clock, stripe_api, subscribe, utc
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)


def start(user, code):
    base = django_settings.BASE_URL
    return start_plan(user=user, plan_code=code, success_url=f"{base}/credits", cancel_url=f"{base}/credits")


@pytest.fixture
def user(shop):
    return UserFactory()


def test_a_trial_brings_its_credits_once_and_is_charged_when_it_ends(user, wait_for_event):
    clock = put_on_clock(user, START)
    row = subscribe(user, "pro")
    wait_for_event("invoice.paid")
    row.refresh_from_db()
    assert row.state == PlanSubscription.State.TRIALING
    assert row.trial_ends_at == START + timedelta(days=14)
    assert credits_available(user) == 150
    assert plan_in_force(user.pk).plan.code == "pro"
    advance_clock(clock, START + timedelta(days=15))
    wait_for_event("invoice.paid", count=2)
    assert running_plan(user).state == PlanSubscription.State.ACTIVE
    assert credits_available(user) == 2150


def test_a_person_has_one_trial_for_all_plans(user, wait_for_event):
    clock = put_on_clock(user, START)
    row = subscribe(user, "pro")
    wait_for_event("customer.subscription.created")
    end_plan(user=user)
    advance_clock(clock, START + timedelta(days=15))
    wait_for_event("customer.subscription.deleted")
    assert credits_available(user) == 150
    row.refresh_from_db()
    assert row.state == PlanSubscription.State.CANCELED
    for code in ("pro", "club"):
        session = stripe_api().v1.checkout.sessions.retrieve(start(user, code).subscription.checkout_session_id)
        assert session.payment_status == "unpaid", "charged at once"
    assert PlanTrial.objects.get().subscription_id == row.pk


def test_a_checkout_that_is_left_gives_the_trial_back(user):
    first = start(user, "pro").subscription
    second = start(user, "pro").subscription
    assert PlanTrial.objects.get().subscription == second
    assert stripe_api().v1.checkout.sessions.expire(second.checkout_session_id).status == "expired"
    session = retrieve_checkout(second.checkout_session_id)
    assert isinstance(session, CheckoutSession)
    forget_start(session)
    assert not PlanTrial.objects.exists()
    first.refresh_from_db()
    second.refresh_from_db()
    assert {first.state, second.state} == {"incomplete_expired"}
    start(user, "club")
    assert PlanTrial.objects.get().days == 14


def test_two_checkouts_for_two_audiences_take_one_trial(user):
    artist, buyer = start(user, "pro").subscription, start(user, "club").subscription
    assert PlanTrial.objects.get().subscription == artist
    statuses = [
        stripe_api().v1.checkout.sessions.retrieve(one.checkout_session_id).payment_status for one in (artist, buyer)
    ]
    assert statuses == ["no_payment_required", "unpaid"]


def test_a_person_can_have_a_plan_of_each_audience(user, wait_for_event):
    clock = put_on_clock(user, START)
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    subscribe(user, "club")
    wait_for_event("invoice.paid", count=2)
    assert running_plan(user).plan.code == "studio"
    assert running_plan(user, "buyer").plan.code == "club"
    assert licences_left(user, at=START) == 0, "a trial brings no licences"
    moment = START + timedelta(days=15)
    advance_clock(clock, moment)
    wait_for_event("invoice.paid", count=3)
    assert licences_left(user, at=moment) == 3
    end_plan(user=user, audience="buyer")
    assert running_plan(user, "buyer").cancel_at_period_end
    assert not running_plan(user).cancel_at_period_end
