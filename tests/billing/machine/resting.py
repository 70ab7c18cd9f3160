"""How all of it comes to rest: Stripe behaves, what was put off is done, and every event has come and is handled."""

from __future__ import annotations

import time
from functools import cache

from billing import gateway
from billing.gateway import client as gateway_client
from billing.gateway.client import client as stripe_client
from billing.models import PlanSubscription, StripeEvent
from billing.webhooks.receiving import fetch_undelivered_events
from marketplace.orders.models import Order
from tests.billing.machine.jobs import do_jobs, let_time_to_decide_pass
from tests.billing.machine.world import World
from tests.demo.localstripe.server import tell, told

REST_WITHIN_S = 90


def come_to_rest(world: World) -> None:
    """Returns when nothing is still to come; fails with what is, after a while."""
    world.note("-- coming to rest --")
    tell(world.base, None)
    gateway_client.breaker(world.base).close()
    fetch_undelivered_events(days=1)
    for lost in gateway.undelivered_events(since=world.begun):
        stripe_client().raw_request("post", f"/v1/events/{lost.id}/retry")
    for plan in PlanSubscription.objects.exclude(stripe_subscription_id=None).exclude(state="canceled"):
        _cancel(plan)
    until = time.monotonic() + REST_WITHIN_S
    while unrest := _unrest(world):
        if time.monotonic() > until:
            world.require([unrest])
        time.sleep(0.1)
    world.note("-- at rest --")


def _cancel(plan: PlanSubscription) -> None:
    assert plan.stripe_subscription_id is not None
    found = gateway.retrieve_subscription(plan.stripe_subscription_id)
    if found.status != "canceled":
        if found.schedule_id:
            gateway.release_schedule(found.schedule_id)
        stripe_client().v1.subscriptions.cancel(plan.stripe_subscription_id)


def _unrest(world: World) -> str:
    """What is still to come, in words; nothing where all is at rest.

    In this order: what Stripe will do by itself, then the events that it has not brought, then those that have come
    and what they call for. What one of them begins is seen by the next look at those before it.
    """
    if unsettled := _unsettled(world):
        return f"on their way: {unsettled}"
    if told(world.base)["waiting"]:
        return "Stripe holds events back"
    waiting = StripeEvent.objects.exclude(state="processed").order_by("received_at").values_list("pk", flat=True)
    had_come = list(waiting)
    # All of them, also after one that cannot be handled yet.
    left = [event_id for event_id in had_come if not world.process(event_id)]
    before = _movements_at_stripe()
    let_time_to_decide_pass(world)
    do_jobs(world)
    if left:
        events = StripeEvent.objects.filter(pk__in=left)
        return f"events cannot be handled: {[(event.pk, event.type, event.last_error) for event in events]}"
    return "events have come" if had_come or _movements_at_stripe() != before else ""


def _movements_at_stripe() -> str:
    """The newest one: whether jobs have moved money, whose events are still to come."""
    newest = stripe_client().v1.balance_transactions.list({"limit": 1}).data
    return newest[0].id if newest else ""


def _unsettled(world: World) -> list[str]:
    """Refunds that wait or will fail, payments whose money is on its way."""
    refunds = stripe_client().v1.refunds.list({"limit": 100}).data
    since = world.begun.timestamp()
    on_their_way = [
        refund.id
        for refund in refunds
        if refund.created >= since
        and (refund.status == "pending" or (refund.status == "succeeded" and _fails_later(str(refund.charge))))
    ]
    processing = Order.objects.filter(buyer__in=world.people, state="processing")
    for order in processing:
        session = stripe_client().v1.checkout.sessions.retrieve(order.checkout_session_id)
        payment = stripe_client().v1.payment_intents.retrieve(str(session.payment_intent))
        if payment.status == "processing":
            on_their_way.append(payment.id)
    return on_their_way


@cache
def _fails_later(charge_id: str) -> bool:
    charge = stripe_client().v1.charges.retrieve(charge_id).to_dict()
    card = charge["payment_method_details"].get("card") or {}  # a wallet's has none
    return card.get("last4") == "5126"
