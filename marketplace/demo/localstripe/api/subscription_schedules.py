"""/v1/subscription_schedules."""

from __future__ import annotations

from flask import Blueprint

from ..domain import schedules
from ..errors import parameter_invalid, parameter_missing
from ..params import Params
from ..shapes.schedules import phase as phase_shape
from ..shapes.schedules import phase_item
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("subscription_schedules", __name__)
URL = "/v1/subscription_schedules"
INTERVALS = ("day", "week", "month", "year")


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    """A schedule of a running subscription; this local server begins none by itself."""
    subscription = tx.load("subscription", params.need("from_subscription"), param="from_subscription")
    return schedules.schedule_from(tx, subscription)


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    where = {"customer": params.text("customer")}
    return list_of(tx, params, "subscription_schedule", url=URL, where=where)


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("subscription_schedule", id)


@endpoint(blueprint, "POST", f"{URL}/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    schedule = tx.load("subscription_schedule", id)
    schedules.require_live(schedule)
    schedule["metadata"] = params.metadata(current=schedule["metadata"])
    params.choice("end_behavior", ["release"])
    params.choice("proration_behavior", ["create_prorations", "none", "always_invoice"])
    given = params.sections("phases")
    if not given:
        return tx.save(schedule)
    phases: list[Json] = []
    start = schedule["phases"][0]["start_date"]
    for one in given:
        phases.append(_phase(tx, one, schedule, start))
        start = phases[-1]["end_date"]
    return schedules.set_phases(tx, schedule, phases)


def _phase(tx: Transaction, params: Params, schedule: Json, start: int) -> Json:
    items = []
    for item in params.sections("items", required=True):
        price = tx.load("price", item.need("price"), param=item.full("price"))
        if price["recurring"] is None:
            raise parameter_invalid(item.full("price"), "A phase takes recurring prices only.")
        items.append(phase_item(price=price["id"], quantity=item.whole("quantity", minimum=1, maximum=999_999) or 1))
    end = params.whole("end_date")
    duration = params.section("duration")
    if duration is not None:
        interval = duration.choice("interval", INTERVALS, required=True)
        assert interval is not None
        count = duration.whole("interval_count", minimum=1, maximum=365) or 1
        end = schedules.end_after(start, interval=interval, interval_count=count)
    if end is None:
        raise parameter_missing(params.full("end_date"))
    return phase_shape(
        currency=schedule["phases"][0]["currency"], items=items, start=params.whole("start_date"), end=end
    )


@endpoint(blueprint, "POST", f"{URL}/<id>/release")
def release(tx: Transaction, params: Params, id: str) -> Json:
    return schedules.release(tx, tx.load("subscription_schedule", id))
