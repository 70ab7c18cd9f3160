"""One purchase while Stripe misbehaves: events late, several at once, out of order, lost; requests unanswered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import stripe
from django.conf import settings

from billing import gateway
from billing.gateway import StripeBusy, StripeUnreachable
from billing.gateway import client as gateway_client
from billing.models import StripeEvent
from billing.webhooks.receiving import fetch_undelivered_events
from marketplace.core.clock import now
from marketplace.orders.models import Order
from marketplace.orders.services import start_checkout
from tests.demo.localstripe.server import misbehaving, tell, told, wait_until
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import CONSENT, begun_order
from tests.orders.test_payment import ONCE, effects

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def base() -> Iterator[str]:
    """The local Stripe's address. Afterwards it behaves, and what it dropped is sent, as other tests wait for that."""
    address = settings.CONFIGURATION.stripe_api_base
    yield address
    tell(address, None)
    gateway_client.breaker(address).close()
    client = stripe.StripeClient(settings.CONFIGURATION.stripe_secret_key, base_addresses={"api": address})
    for event in gateway.undelivered_events(since=now() - timedelta(hours=1)):
        client.raw_request("post", f"/v1/events/{event.id}/retry")
    all_came(address)


def all_came(base: str) -> None:
    wait_until(lambda: told(base)["waiting"] == 0, timeout_s=60, what="the last event")


@pytest.mark.parametrize(
    "rule",
    [
        {"repeat": [3, 5], "together": True},
        {"repeat": 3, "delay_s": [0, 0.5]},
        {"reorder_s": 1.5},
        {"reorder_s": 1, "repeat": [1, 5], "together": True},
    ],
    ids=["at once", "again and again", "shuffled", "all of it"],
)
def test_events_in_any_number_and_order_make_one_sale(
    base: str, rule: dict[str, object], pay: Callable[..., object], run_jobs: Callable[[], None]
) -> None:
    order = begun_order()
    with misbehaving(base, seed=1, webhooks=[rule]):
        pay(order)
        assert told(base)["plan"]["webhooks"][0]["done"] > 0
    all_came(base)
    run_jobs()
    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert effects() == ONCE


def test_events_that_never_came_are_fetched(
    base: str, pay: Callable[..., object], run_jobs: Callable[[], None]
) -> None:
    order = begun_order()
    with misbehaving(base, webhooks=[{"drop": True}]):
        pay(order)
    all_came(base)
    run_jobs()
    order.refresh_from_db()
    assert (order.state, StripeEvent.objects.filter(type="checkout.session.completed").count()) == ("open", 0)
    assert fetch_undelivered_events() > 0
    run_jobs()
    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert effects() == ONCE
    assert fetch_undelivered_events() == 0


@pytest.mark.parametrize("effect", ["close_after_work", "close_before_work", "unavailable_after_work"])
def test_a_checkout_opens_although_the_first_answers_were_lost(base: str, effect: str) -> None:
    rules = [{"path": "/v1/checkout/sessions", "effect": effect, "next": gateway_client.REPETITIONS}]
    with misbehaving(base, requests=rules):
        order = begun_order()
        assert told(base)["plan"]["requests"][0]["done"] == gateway_client.REPETITIONS
    assert order.checkout_url.startswith(base)


@pytest.mark.parametrize(("effect", "raised"), [("rate_limit", StripeBusy), ("close_after_work", StripeUnreachable)])
def test_a_buyer_who_was_turned_away_presses_again_and_pays_once(
    base: str,
    effect: str,
    raised: type[Exception],
    pay: Callable[..., object],
    wait_for_event: Callable[..., object],
    run_jobs: Callable[[], None],
) -> None:
    buyer, offer = UserFactory(), offer_of(work_on_sale(), "personal")
    rules = [{"path": "/v1/checkout/sessions", "effect": effect, "next": 1 + gateway_client.REPETITIONS}]
    with misbehaving(base, requests=rules), pytest.raises(raised):
        start_checkout(buyer=buyer, offer=offer, consent=CONSENT)
    order = start_checkout(buyer=buyer, offer=offer, consent=CONSENT)
    assert Order.objects.count() == 1
    pay(order)
    wait_for_event("checkout.session.completed", order.checkout_session_id)
    run_jobs()
    assert effects() == ONCE
