"""Another price for a running subscription at Stripe: looked at, made at once, or with the period."""

from datetime import datetime

from billing import gateway
from billing.gateway import ChangePreview


def look_at_change(stripe_subscription_id: str, *, price_id: str, moment: datetime) -> tuple[datetime, ChangePreview]:
    """What a change to ``price_id`` at ``moment`` would charge; and the moment for which that was computed.

    A clock of Stripe's that runs ahead of ours (a test's) says when a change that is made now is made.
    """
    found = gateway.retrieve_subscription(stripe_subscription_id)
    assert found.current_period_start is not None, "a running subscription has a period"
    at = max(moment, found.current_period_start)
    return at, gateway.preview_change(stripe_subscription_id, item_id=found.item_id, price_id=price_id, at=at)


def change_now(stripe_subscription_id: str, *, price_id: str, at: datetime, key: str) -> None:
    """Make the change that was looked at for ``at``. Raises StripeRefused where the card is declined."""
    found = gateway.retrieve_subscription(stripe_subscription_id)
    gateway.change_at_once(stripe_subscription_id, item_id=found.item_id, price_id=price_id, at=at, idempotency_key=key)


def change_later(stripe_subscription_id: str, *, price_id: str, interval: str, key: str) -> str:
    """Let the next period have another price; answers the id of the schedule that waits for it."""
    schedule = gateway.schedule_of(stripe_subscription_id, idempotency_key=f"{key}:schedule")
    return gateway.change_with_period(schedule, price_id=price_id, interval=interval, idempotency_key=f"{key}:phases")
