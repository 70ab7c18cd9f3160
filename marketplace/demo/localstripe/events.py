"""Events: written in the transaction of the change they tell about, together with their deliveries (an outbox)."""

from __future__ import annotations

import copy
import time
from typing import Any

from . import API_VERSION
from .identifiers import new_id
from .misbehaviour.choosing import treat_event
from .transaction import Json, Transaction


def emit(tx: Transaction, type: str, body: Json, *, previous: Json | None = None) -> Json:
    """Record an event about ``body`` as it is now, and one pending delivery per endpoint that wants it.

    ``previous``: the former values of what changed, for ``*.updated`` events.
    """
    data: Json = {"object": copy.deepcopy(body)}
    if previous:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": tx.real_now_s,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": tx.request_id, "idempotency_key": tx.idempotency_key},
        "type": type,
    }
    is_connect = tx.account != tx.platform
    if is_connect:
        event["account"] = tx.account
    endpoints = [endpoint["id"] for endpoint in endpoints_of(tx) if _wants(tx, endpoint, type, is_connect=is_connect)]
    event["pending_webhooks"] = len(endpoints)
    tx.insert("event", event)
    for endpoint_id in endpoints:
        _post(tx, event, endpoint_id)
    return event


def _post(tx: Transaction, event: Json, endpoint_id: str) -> None:
    """Write the delivery: for now, unless the server was told to misbehave."""
    treatment = treat_event(tx, event["type"])
    tx.execute(
        "INSERT INTO deliveries (event, endpoint, state, first_at, next_at, last_result) VALUES (?, ?, ?, ?, ?, ?)",
        (
            event["id"],
            endpoint_id,
            "given_up" if treatment.is_dropped else "pending",
            time.time(),
            treatment.leaves_at,
            "dropped as told" if treatment.is_dropped else None,
        ),
    )
    if treatment.copies > 1 and not treatment.is_dropped:
        tx.execute(
            "INSERT INTO repeats (event, endpoint, copies, together) VALUES (?, ?, ?, ?)",
            (event["id"], endpoint_id, treatment.copies, treatment.together),
        )


def endpoints_of(tx: Transaction) -> list[Json]:
    with tx.acting_as(tx.platform):
        return tx.select("webhook_endpoint", newest_first=False)


def _wants(tx: Transaction, endpoint: Json, type: str, *, is_connect: bool) -> bool:
    scope = tx.private(endpoint["id"]).get("scope", "account")
    if scope != "both" and (scope == "connect") != is_connect:
        return False
    wanted = endpoint["enabled_events"]
    return endpoint["status"] == "enabled" and ("*" in wanted or type in wanted)


def with_pending_count(tx: Transaction, event: Json) -> Json:
    """A copy of the event with the number of endpoints that have not yet taken it."""
    row = tx.execute(
        "SELECT count(*) AS n FROM deliveries WHERE event = ? AND state = 'pending'", (event["id"],)
    ).fetchone()
    return {**event, "pending_webhooks": row["n"]}


def changed(before: Json, after: Json) -> Json:
    """The former values of the top-level fields that differ."""
    return {name: value for name, value in before.items() if after.get(name) != value}


def update_and_emit(tx: Transaction, body: Json, before: Json, type: str) -> None:
    """Save a changed object and tell what changed; says nothing when nothing did."""
    previous = changed(before, body)
    tx.save(body)
    if previous:
        emit(tx, type, body, previous=previous)


def snapshot(body: Json) -> Json:
    result: Any = copy.deepcopy(body)
    assert isinstance(result, dict)
    return result
