"""People with plans at the local Stripe, on test clocks of their own, so that a year passes in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings as django_settings

from billing.gateway.client import client as stripe_client
from billing.models import StripeCustomer
from billing.services import start_plan
from marketplace.accounts.models import User
from tests.demo.localstripe.server import card_form, visit

GOOD_CARD = "4242424242424242"
FAILS_LATER = "4000000000000341"
ASKS_LATER = "4000002500003155"


def stripe_api() -> stripe.StripeClient:
    """The SDK as the gateway uses it."""
    return stripe_client()


def put_on_clock(user: User, start: datetime) -> str:
    """Make ``user`` a customer whose billing follows a test clock that stands at ``start``; answers the clock."""
    clock = stripe_api().v1.test_helpers.test_clocks.create({"frozen_time": int(start.timestamp())})
    customer = stripe_api().v1.customers.create({"email": user.email, "test_clock": clock.id})
    StripeCustomer.objects.create(user=user, stripe_customer_id=customer.id)
    return clock.id


def advance_clock(clock: str, moment: datetime) -> None:
    """Move a test clock forward; what falls due happens at its own time before the answer."""
    stripe_api().v1.test_helpers.test_clocks.advance(clock, {"frozen_time": int(moment.timestamp())})


def subscribe(user: User, code: str = "studio", *, interval: str = "month", card: str = GOOD_CARD) -> Any:
    """Take a plan and pay it on the hosted page; answers the started subscription's row."""
    started = start_plan(
        user=user,
        plan_code=code,
        interval=interval,
        success_url=f"{django_settings.BASE_URL}/credits?paid=plan",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )
    page = visit(started.checkout_url, card_form(card))
    assert page.status == 303, page.text
    return started.subscription


def use_card(user: User, number: str) -> None:
    """Let what renews be charged to another card, as its owner does on the portal's page."""
    api = stripe_api()
    customer = StripeCustomer.objects.get(user=user).stripe_customer_id
    method = api.v1.payment_methods.create(
        {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    api.v1.payment_methods.attach(method.id, {"customer": customer})
    api.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})
    for subscription in api.v1.subscriptions.list({"customer": customer}).data:
        api.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})


def utc(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)  # type: ignore[misc, arg-type]
