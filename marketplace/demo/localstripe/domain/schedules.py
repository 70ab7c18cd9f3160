"""Subscription schedules: a later phase with other prices, begun with its period, then released."""

from __future__ import annotations

from ..clocks import customer_now
from ..errors import parameter_invalid, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..shapes import schedules as shapes
from ..shapes.catalog import plan_of
from ..transaction import Json, Transaction
from .periods import add_intervals

LIVE = ("not_started", "active")


def schedule_from(tx: Transaction, subscription: Json) -> Json:
    """A schedule of one phase: what a running subscription is now, until its period ends."""
    if subscription["schedule"]:
        raise parameter_invalid(
            "from_subscription",
            f"You cannot migrate a subscription that is already attached to a schedule: {subscription['schedule']}.",
        )
    item = subscription["items"]["data"][0]
    phase = shapes.phase(
        currency=subscription["currency"],
        items=[shapes.phase_item(price=one["price"]["id"], quantity=one["quantity"]) for one in _items(subscription)],
        start=item["current_period_start"],
        end=item["current_period_end"],
    )
    schedule = shapes.subscription_schedule(
        id=new_id("sub_sched"),
        created=customer_now(tx, subscription["customer"]),
        customer=subscription["customer"],
        subscription=subscription["id"],
        phases=[phase],
    )
    schedule["test_clock"] = subscription["test_clock"]
    tx.insert("subscription_schedule", schedule)
    before = snapshot(subscription)
    subscription["schedule"] = schedule["id"]
    emit(tx, "subscription_schedule.created", schedule)
    update_and_emit(tx, subscription, before, "customer.subscription.updated")
    return schedule


def _items(subscription: Json) -> list[Json]:
    items: list[Json] = subscription["items"]["data"]
    return items


def set_phases(tx: Transaction, schedule: Json, phases: list[Json]) -> Json:
    """Replace the phases; the first one is the present one and begins where it did."""
    require_live(schedule)
    present = schedule["phases"][0]
    if phases[0]["start_date"] not in (None, present["start_date"]):
        raise parameter_invalid("phases[0][start_date]", "You can not modify the start date of the current phase.")
    start = present["start_date"]
    for phase in phases:
        phase["start_date"] = start
        if phase["end_date"] is None:
            raise parameter_invalid("phases", "Each phase needs an end_date or a duration.")
        start = phase["end_date"]
    before = snapshot(schedule)
    schedule["phases"] = phases
    schedule["current_phase"]["end_date"] = phases[0]["end_date"]
    update_and_emit(tx, schedule, before, "subscription_schedule.updated")
    return schedule


def end_after(start: int, *, interval: str, interval_count: int) -> int:
    """Where a phase of one duration ends."""
    return add_intervals(start, interval, interval_count)


def require_live(schedule: Json) -> None:
    if schedule["status"] not in LIVE:
        raise unexpected_state(
            f"You cannot change a subscription schedule that is {schedule['status']}.",
            code="resource_missing",
        )


def begin_phase(tx: Transaction, subscription: Json, at: int) -> bool:
    """At a period's end: take the prices of the phase that begins; answers whether the interval changed."""
    schedule = tx.find(subscription["schedule"] or "", kind="subscription_schedule")
    if schedule is None:
        return False
    phase = next((one for one in schedule["phases"] if one["start_date"] <= at < one["end_date"]), None)
    if phase is None:
        release(tx, schedule)
        return False
    interval = subscription["items"]["data"][0]["price"]["recurring"]["interval"]
    for item, wanted in zip(_items(subscription), phase["items"], strict=False):
        price = tx.load("price", wanted["price"])
        item.update(price=price, plan=plan_of(price), quantity=wanted["quantity"])
    before = snapshot(schedule)
    schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
    update_and_emit(tx, schedule, before, "subscription_schedule.updated")
    return bool(_items(subscription)[0]["price"]["recurring"]["interval"] != interval)


def release(tx: Transaction, schedule: Json) -> Json:
    """Leave the subscription as it is; no later phase comes."""
    require_live(schedule)
    subscription = tx.load("subscription", schedule["subscription"])
    schedule.update(
        status="released",
        released_at=customer_now(tx, schedule["customer"]),
        released_subscription=subscription["id"],
        subscription=None,
        current_phase=None,
    )
    tx.save(schedule)
    before = snapshot(subscription)
    subscription["schedule"] = None
    emit(tx, "subscription_schedule.released", schedule)
    update_and_emit(tx, subscription, before, "customer.subscription.updated")
    return schedule
