"""/v1/events and /v1/webhook_endpoints."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint

from .. import delivery
from ..errors import parameter_invalid
from ..events import with_pending_count
from ..identifiers import new_id, random_text
from ..params import Params
from ..shapes.endpoints import webhook_endpoint
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("events", __name__)
LISTED_FOR_S = 30 * 24 * 3600
ENDPOINTS = "/v1/webhook_endpoints"


@endpoint(blueprint, "GET", "/v1/events")
def listing(tx: Transaction, params: Params) -> Json:
    conditions: list[tuple[str, tuple[Any, ...]]] = [
        ("json_extract(body, '$.created') > ?", (tx.real_now_s - LISTED_FOR_S,))
    ]
    types = params.texts("types")
    kind = params.text("type")
    if kind and types:
        raise parameter_invalid("type", "You may pass only one of `type` and `types`.")
    if kind and "*" in kind:
        conditions.append(("json_extract(body, '$.type') GLOB ?", (kind,)))
    elif kind:
        types = [kind]
    if types:
        marks = ",".join("?" * len(types))
        conditions.append((f"json_extract(body, '$.type') IN ({marks})", tuple(types)))
    delivered = params.flag("delivery_success")
    if delivered is not None:
        undelivered = "EXISTS (SELECT 1 FROM deliveries d WHERE d.event = objects.id AND d.state <> 'delivered')"
        conditions.append((f"NOT {undelivered}" if delivered else undelivered, ()))
    page = list_of(tx, params, "event", url="/v1/events", conditions=conditions)
    page["data"] = [with_pending_count(tx, event) for event in page["data"]]
    return page


@endpoint(blueprint, "GET", "/v1/events/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return with_pending_count(tx, tx.load("event", id))


@endpoint(blueprint, "POST", "/v1/events/<id>/retry")
def resend(tx: Transaction, params: Params, id: str) -> Json:
    """Deliver an event once more (the Stripe CLI's ``events resend``)."""
    event = tx.load("event", id)
    wanted = params.text("webhook_endpoint")
    if wanted:
        tx.load("webhook_endpoint", wanted, param="webhook_endpoint")
    params.ignore("account")  # the Stripe-Account header says whose event it is
    delivery.resend(tx, event, endpoint=wanted)
    return with_pending_count(tx, event)


@endpoint(blueprint, "POST", ENDPOINTS)
def create(tx: Transaction, params: Params) -> Json:
    url = params.url("url", required=True)
    assert url is not None
    body = webhook_endpoint(
        id=new_id("we"),
        created=tx.real_now_s,
        url=url,
        enabled_events=params.texts("enabled_events", required=True),
    )
    body["description"] = params.text("description")
    body["metadata"] = params.metadata()
    body["api_version"] = params.text("api_version")
    secret = f"whsec_{random_text(32)}"
    scope = "connect" if params.flag("connect") else "account"
    tx.insert("webhook_endpoint", body, {"secret": secret, "scope": scope})
    return {**body, "secret": secret}


@endpoint(blueprint, "GET", ENDPOINTS)
def list_endpoints(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, "webhook_endpoint", url=ENDPOINTS)


@endpoint(blueprint, "GET", f"{ENDPOINTS}/<id>")
def retrieve_endpoint(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("webhook_endpoint", id)


@endpoint(blueprint, "POST", f"{ENDPOINTS}/<id>")
def update_endpoint(tx: Transaction, params: Params, id: str) -> Json:
    body = tx.load("webhook_endpoint", id)
    body["metadata"] = params.metadata(current=body["metadata"])
    if params.has("url"):
        body["url"] = params.url("url", required=True)
    if params.has("enabled_events"):
        body["enabled_events"] = params.texts("enabled_events", required=True)
    if params.has("description"):
        body["description"] = params.text("description")
    disabled = params.flag("disabled")
    if disabled is not None:
        body["status"] = "disabled" if disabled else "enabled"
    return tx.save(body)


@endpoint(blueprint, "DELETE", f"{ENDPOINTS}/<id>")
def delete_endpoint(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("webhook_endpoint", id)
    tx.delete(id)
    tx.execute(
        """UPDATE deliveries SET state = 'given_up', last_result = 'endpoint deleted'
           WHERE endpoint = ? AND state = 'pending'""",
        (id,),
    )
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


def set_configured_endpoint(tx: Transaction, *, url: str, secret: str) -> None:
    """The endpoint named on the command line: one, for all events of all accounts, kept when its URL changes."""
    id = tx.setting("configured_endpoint")
    body = tx.find(id, kind="webhook_endpoint") if id else None
    if body is None:
        body = webhook_endpoint(id=new_id("we"), created=int(time.time()), url=url, enabled_events=["*"])
        body["description"] = "Named at start"
        tx.insert("webhook_endpoint", body, {"secret": secret, "scope": "both"})
        tx.set_setting("configured_endpoint", body["id"])
    body["url"] = url
    tx.private(body["id"])["secret"] = secret
    tx.save(body)
