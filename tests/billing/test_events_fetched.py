"""Events whose webhooks never came are asked for; what is stored of them is what a webhook would have brought."""

from datetime import timedelta

import pytest
from django.conf import settings

from billing import gateway
from billing.gateway import events
from billing.gateway.client import client as stripe_client
from billing.models import StripeEvent
from billing.selectors import credits_available, running_plan
from billing.services import start_plan
from billing.webhooks import receiving
from billing.webhooks.receiving import fetch_undelivered_events
from marketplace.core.clock import now
from tests.demo.localstripe.server import card_form, misbehaving, visit
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nothing_comes(shop):
    with misbehaving(settings.CONFIGURATION.stripe_api_base, webhooks=[{"drop": True}]):
        yield
    for event in gateway.undelivered_events(since=now() - timedelta(hours=1)):
        stripe_client().raw_request("post", f"/v1/events/{event.id}/retry")


def test_a_plan_begins_without_any_webhook(nothing_comes, run_jobs):
    user = UserFactory()
    pages = {"success_url": f"{settings.BASE_URL}/credits", "cancel_url": f"{settings.BASE_URL}/credits"}
    started = start_plan(user=user, plan_code="studio", **pages)
    assert visit(started.checkout_url, card_form()).status == 303
    invoices = StripeEvent.objects.filter(type="invoice.paid")
    assert not invoices.exists()
    assert fetch_undelivered_events() > 0
    assert invoices.count() == 1
    run_jobs()
    assert running_plan(user) is not None
    assert credits_available(user) == started.subscription.plan.credits
    [line] = invoices.get().payload["lines"]["data"]  # it has amounts as decimal texts
    assert line["pricing"]["unit_amount_decimal"] == str(started.subscription.plan.price_minor)
    assert fetch_undelivered_events() == 0


def test_it_asks_for_all_that_stripe_lists_and_for_no_more_than_a_bound(nothing_comes, monkeypatch):
    user = UserFactory()
    pages = {"success_url": f"{settings.BASE_URL}/credits", "cancel_url": f"{settings.BASE_URL}/credits"}
    assert visit(start_plan(user=user, plan_code="studio", **pages).checkout_url, card_form()).status == 303
    asked = []
    real = gateway.undelivered_events

    def note_what_is_asked(*, since):
        asked.append(now() - since)
        return real(since=since)

    with monkeypatch.context() as patched:  # the end of the test asks for all of them
        patched.setattr(receiving, "undelivered_events", note_what_is_asked)
        patched.setattr(events, "MOST_UNDELIVERED", 2)
        assert fetch_undelivered_events() == StripeEvent.objects.count() == 2
    assert abs(asked[0] - timedelta(days=30)) < timedelta(minutes=1)
