"""/v1/test_helpers/test_clocks, and the server-wide advance of billing time."""

from __future__ import annotations

from flask import Blueprint

from .. import ticking
from ..clocks import billing_now, move_billing
from ..domain import subscriptions
from ..errors import parameter_invalid
from ..events import emit
from ..identifiers import new_id
from ..params import Params
from ..shapes.billing import test_clock
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("test_clocks", __name__)
URL = "/v1/test_helpers/test_clocks"
KIND = "test_helpers.test_clock"
FARTHEST_S = 2 * 366 * 24 * 3600


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    frozen_time = params.whole("frozen_time", required=True)
    assert frozen_time is not None
    clock = test_clock(
        id=new_id("clock"),
        created=tx.real_now_s,
        frozen_time=frozen_time,
        name=params.text("name", max_length=300),
    )
    tx.insert(KIND, clock)
    tx.execute("INSERT INTO clocks (id, frozen_at) VALUES (?, ?)", (clock["id"], frozen_time))
    emit(tx, "test_helpers.test_clock.created", clock)
    return clock


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, KIND, url=URL)


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load(KIND, id)


@endpoint(blueprint, "POST", f"{URL}/<id>/advance")
def advance(tx: Transaction, params: Params, id: str) -> Json:
    """Move a clock forward. What falls due is done before the answer, step by step in its order."""
    clock = tx.load(KIND, id)
    frozen_time = params.whole("frozen_time", required=True)
    assert frozen_time is not None
    if frozen_time <= clock["frozen_time"]:
        raise parameter_invalid("frozen_time", "The clock can only be advanced forward.")
    if frozen_time - clock["frozen_time"] > FARTHEST_S:
        raise parameter_invalid("frozen_time", "The clock can be advanced by two years at most in one step.")
    previous = {"frozen_time": clock["frozen_time"]}
    emit(tx, "test_helpers.test_clock.advancing", {**clock, "status": "advancing"})
    ticking.advance_frozen_clock(tx, id, frozen_time)
    clock = tx.load(KIND, id)
    clock["frozen_time"] = frozen_time
    tx.save(clock)
    emit(tx, "test_helpers.test_clock.ready", clock, previous=previous)
    return clock


@endpoint(blueprint, "DELETE", f"{URL}/<id>")
def delete(tx: Transaction, params: Params, id: str) -> Json:
    """Deletes the clock, its customers and their subscriptions."""
    clock = tx.load(KIND, id)
    for customer in tx.select("customer", where={"test_clock": id}):
        for subscription in tx.select("subscription", where={"customer": customer["id"]}):
            if subscription["status"] in (*subscriptions.LIVE, "incomplete"):
                subscriptions.cancel_now(tx, subscription, at=clock["frozen_time"], reason="cancellation_requested")
        tx.delete(customer["id"])
    emit(tx, "test_helpers.test_clock.deleted", clock)
    tx.delete(id)
    tx.execute("DELETE FROM clocks WHERE id = ?", (id,))
    return {"id": id, "object": KIND, "deleted": True}


@endpoint(blueprint, "POST", "/v1/test_helpers/billing_time/advance")
def advance_billing_time(tx: Transaction, params: Params) -> Json:
    """An addition of this server: move billing time for everybody without a test clock."""
    seconds = params.whole("seconds", required=True, minimum=1, maximum=FARTHEST_S)
    assert seconds is not None
    move_billing(tx, seconds)
    ticking.run_due(tx)
    return {"object": "local.billing_time", "now": billing_now(tx)}
