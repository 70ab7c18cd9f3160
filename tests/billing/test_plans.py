"""The monthly plan as a real subscription at the local Stripe: start, renewal, end."""

import pytest
from django.conf import settings as django_settings

from billing.errors import NoRunningPlan, PlanRunsAlready
from billing.gateway import retrieve_checkout
from billing.gateway.client import client as stripe_client
from billing.models import Entry, PlanSubscription, StripeEvent
from billing.selectors import credits_available, running_plan
from billing.services import end_plan, keep_plan, start_plan
from billing.webhooks import process_event
from tests.demo.localstripe.server import card_form, visit, wait_until
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MONTH_S = 32 * 24 * 3600


def start(user):
    return start_plan(
        user=user,
        plan_code="studio",
        success_url=f"{django_settings.BASE_URL}/credits?paid=plan",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )


def advance(seconds):
    stripe_client().raw_request("post", "/v1/test_helpers/billing_time/advance", seconds=seconds)


@pytest.fixture
def user(shop):
    return UserFactory(email="mei@example.org")


@pytest.fixture
def subscribed(user, wait_for_event):
    assert visit(start(user).checkout_url, card_form()).status == 303
    wait_for_event("invoice.paid")
    return user


def test_the_first_payment_starts_the_plan_and_brings_a_months_credits_once(subscribed, run_jobs):
    plan = running_plan(subscribed)
    assert plan is not None
    assert plan.state == PlanSubscription.State.ACTIVE
    assert plan.current_period_end is not None
    assert credits_available(subscribed) == 600
    lines = Entry.objects.count()
    StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
    # Every event once more, the latest first.
    for event in StripeEvent.objects.order_by("-created", "-received_at"):
        process_event(event.id)
    assert credits_available(subscribed) == 600
    assert Entry.objects.count() == lines
    assert running_plan(subscribed).pk == plan.pk


def test_every_paid_month_brings_credits_until_the_plan_ends(subscribed, wait_for_event, run_jobs):
    first = running_plan(subscribed)
    advance(MONTH_S)
    wait_for_event("invoice.paid", count=2)
    assert credits_available(subscribed) == 1200
    second = running_plan(subscribed)
    assert second.current_period_end > first.current_period_end

    assert end_plan(user=subscribed).cancel_at_period_end
    assert not keep_plan(user=subscribed).cancel_at_period_end
    assert end_plan(user=subscribed).cancel_at_period_end
    assert running_plan(subscribed).state == PlanSubscription.State.ACTIVE

    advance(MONTH_S)
    wait_for_event("customer.subscription.deleted")
    assert running_plan(subscribed) is None
    ended = PlanSubscription.objects.get(user=subscribed)
    assert ended.state == PlanSubscription.State.CANCELED
    assert ended.ended_at is not None
    assert credits_available(subscribed) == 1200
    with pytest.raises(NoRunningPlan):
        end_plan(user=subscribed)


def test_a_person_with_a_plan_cannot_take_another(subscribed):
    with pytest.raises(PlanRunsAlready):
        start(subscribed)
    assert PlanSubscription.objects.count() == 1


def test_a_second_start_closes_the_first_checkout(user):
    first = start(user)
    second = start(user)
    assert retrieve_checkout(first.subscription.checkout_session_id).status == "expired"
    assert retrieve_checkout(second.subscription.checkout_session_id).status == "open"
    first.subscription.refresh_from_db()
    assert first.subscription.state == PlanSubscription.State.INCOMPLETE_EXPIRED


def test_a_paid_start_whose_event_is_late_does_not_allow_a_second(user, run_jobs):
    assert visit(start(user).checkout_url, card_form()).status == 303
    wait_until(lambda: StripeEvent.objects.filter(type="invoice.paid").exists(), timeout_s=60, what="the first invoice")
    with pytest.raises(PlanRunsAlready):  # no job has run yet
        start(user)
    run_jobs()
    assert credits_available(user) == 600


def test_another_person_cannot_end_it(subscribed):
    with pytest.raises(NoRunningPlan):
        end_plan(user=UserFactory())
    assert not running_plan(subscribed).cancel_at_period_end
