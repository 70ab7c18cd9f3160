"""Subscriptions as they are now, their changes, pause and end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing.gateway.client import client, options, translated
from billing.gateway.plan_facts import ChangePreview, Invoice, Subscription


def retrieve_subscription(subscription_id: str) -> Subscription:
    """The subscription as it is now."""
    with translated():
        answer = client().v1.subscriptions.retrieve(subscription_id)
    return Subscription.from_stripe(answer.to_dict())


def end_with_period(subscription_id: str, *, ends: bool) -> Subscription:
    """Let a subscription end with the period that is paid, or (``ends=False``) renew after all.

    Raises StripeRefused while a change waits for the period's end: withdraw that first.
    """
    return _update(subscription_id, {"cancel_at_period_end": ends})


def end_at_once(subscription_id: str) -> None:
    """End a subscription now; nothing is charged any more and nothing given back. Nothing happens where it has ended.

    A change that waits goes with it.
    """
    found = retrieve_subscription(subscription_id)
    if found.ended_at is not None:
        return
    if found.schedule_id:
        release_schedule(found.schedule_id)
    with translated():
        client().v1.subscriptions.cancel(subscription_id)


def cancel_at_once(subscription_id: str, *, idempotency_key: str) -> None:
    """End a subscription now, without a last invoice. Raises StripeObjectMissing where it has ended."""
    with translated():
        client().v1.subscriptions.cancel(subscription_id, None, options(idempotency_key))


def retrieve_invoice(invoice_id: str) -> Invoice:
    """An invoice as it is now, as its events tell of it."""
    with translated():
        return Invoice.from_stripe(client().v1.invoices.retrieve(invoice_id).to_dict())


def preview_change(subscription_id: str, *, item_id: str, price_id: str, at: datetime) -> ChangePreview:
    """What a change to ``price_id`` would charge, as if made at ``at`` (within the current period); a new period begins
    with it, and what is left of the present one is given back.
    """
    params: Any = {
        "subscription": subscription_id,
        "subscription_details": {
            "items": [{"id": item_id, "price": price_id}],
            "proration_behavior": "always_invoice",
            "proration_date": int(at.timestamp()),
            "billing_cycle_anchor": "now",
        },
    }
    with translated():
        answer = client().v1.invoices.create_preview(params)
    return ChangePreview.from_stripe(answer.to_dict())


def change_at_once(
    subscription_id: str, *, item_id: str, price_id: str, at: datetime, idempotency_key: str
) -> Subscription:
    """Change the price, charge what the preview at ``at`` said and begin a new period. Raises StripeRefused, with
    nothing changed, where the card is declined.
    """
    return _update(
        subscription_id,
        {
            "items": [{"id": item_id, "price": price_id}],
            "proration_behavior": "always_invoice",
            "proration_date": int(at.timestamp()),
            "billing_cycle_anchor": "now",
            "payment_behavior": "error_if_incomplete",
        },
        idempotency_key,
    )


def change_during_trial(subscription_id: str, *, item_id: str, price_id: str, idempotency_key: str) -> Subscription:
    """Change the price while a trial runs: nothing is charged, the trial ends when it would have."""
    params = {"items": [{"id": item_id, "price": price_id}], "proration_behavior": "none"}
    return _update(subscription_id, params, idempotency_key)


def schedule_of(subscription_id: str, *, idempotency_key: str) -> str:
    """A schedule that holds a subscription's present phase, the base of a later change; answers its id."""
    params: Any = {"from_subscription": subscription_id}
    with translated():
        return client().v1.subscription_schedules.create(params, options(idempotency_key)).id


def change_with_period(schedule_id: str, *, price_id: str, interval: str, idempotency_key: str) -> str:
    """Let the phase after the present one have another price, for one ``interval`` of it, after which it goes on by
    itself; a repetition changes nothing. Answers the schedule's id.
    """
    with translated():
        present = client().v1.subscription_schedules.retrieve(schedule_id).to_dict()["phases"][0]
        price = present["items"][0]["price"]
        params: Any = {
            "end_behavior": "release",
            "phases": [
                {
                    "items": [{"price": price if isinstance(price, str) else price["id"], "quantity": 1}],
                    "start_date": present["start_date"],
                    "end_date": present["end_date"],
                },
                {
                    "items": [{"price": price_id, "quantity": 1}],
                    "duration": {"interval": interval, "interval_count": 1},
                },
            ],
        }
        return client().v1.subscription_schedules.update(schedule_id, params, options(idempotency_key)).id


def release_schedule(schedule_id: str) -> None:
    """Forget a change that waits: the subscription goes on as it is. Nothing happens where it was released."""
    with translated():
        found = client().v1.subscription_schedules.retrieve(schedule_id)
        if found.status in ("active", "not_started"):
            client().v1.subscription_schedules.release(schedule_id)


def move_period_end(subscription_id: str, *, until: datetime, metadata: Mapping[str, str]) -> Subscription:
    """Let the present paid period end at ``until`` without a charge; ``metadata`` is written with it. Stripe calls the
    time until then a trial, and begins the next period at its end.
    """
    params = {"trial_end": int(until.timestamp()), "proration_behavior": "none", "metadata": dict(metadata)}
    return _update(subscription_id, params)


def pause_collection(subscription_id: str, *, until: datetime) -> Subscription:
    """Make the invoices of the periods that begin before ``until`` void."""
    return _update(subscription_id, {"pause_collection": {"behavior": "void", "resumes_at": int(until.timestamp())}})


def resume_collection(subscription_id: str, *, new_period: bool, idempotency_key: str = "") -> Subscription:
    """Collect again; ``new_period``: a period that is charged begins now, else the paid one goes on."""
    params: dict[str, Any] = {"pause_collection": ""}
    if new_period:
        params |= {
            "billing_cycle_anchor": "now",
            "proration_behavior": "none",
            "payment_behavior": "error_if_incomplete",
        }
    return _update(subscription_id, params, idempotency_key)


def _update(subscription_id: str, params: Any, idempotency_key: str = "") -> Subscription:
    with translated():
        answer = client().v1.subscriptions.update(
            subscription_id, params, options(idempotency_key) if idempotency_key else None
        )
    return Subscription.from_stripe(answer.to_dict())


def free_of_schedule(subscription_id: str) -> None:
    """Release the schedule that a change has left behind, so that end, pause and price can be set directly."""
    schedule_id = retrieve_subscription(subscription_id).schedule_id
    if schedule_id:
        release_schedule(schedule_id)
