"""Subscriptions as they are now, and their end."""

from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import Subscription


def retrieve_subscription(subscription_id: str) -> Subscription:
    """The subscription as it is now."""
    with translated():
        answer = client().v1.subscriptions.retrieve(subscription_id)
    return Subscription.from_stripe(answer.to_dict())


def end_with_period(subscription_id: str, *, ends: bool) -> Subscription:
    """Let a subscription end with the period that is paid, or (``ends=False``) renew after all."""
    params: Any = {"cancel_at_period_end": ends}
    with translated():
        answer = client().v1.subscriptions.update(subscription_id, params)
    return Subscription.from_stripe(answer.to_dict())
