"""For tests that move all of the local Stripe's time: its books are shared, and other tests have left plans in them."""

from datetime import timedelta

from billing.gateway import undelivered_events
from billing.gateway.client import client
from billing.models import StripeEvent
from marketplace.core.clock import now
from tests.demo.localstripe.server import wait_until


def end_plans_of_other_tests() -> None:
    """So that no month of theirs is paid here: nobody knows those people any more."""
    for status in ("active", "trialing", "past_due", "unpaid", "incomplete"):
        for subscription in client().v1.subscriptions.list({"status": status, "limit": 100}).auto_paging_iter():
            client().v1.subscriptions.cancel(subscription.id)
    since = now() - timedelta(days=1)
    wait_until(lambda: not any(undelivered_events(since=since)), timeout_s=60, what="the last webhook")
    StripeEvent.objects.all().delete()
