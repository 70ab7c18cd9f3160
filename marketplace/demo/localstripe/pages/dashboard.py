"""The dashboard: what was paid, what was told to the shop, and time that can be moved."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from .. import delivery, ticking
from ..api.dispatch import store
from ..clocks import billing_now, customer_now, move_billing, move_customer
from ..domain import disputes, radar, subscriptions
from ..domain.books import balances
from ..identifiers import new_id
from ..misbehaviour.choosing import current_plan
from ..misbehaviour.plan import EFFECTS
from ..transaction import Json, Transaction

blueprint = Blueprint("dashboard_page", __name__)
SHOWN = 25
DAY_S = 24 * 3600


@blueprint.get("/")
def show() -> str:
    with store().reading() as tx:
        available, pending = balances(tx)
        payments, more_payments = _page(tx, "payment_intent", request.args.get("payments_before"))
        events, more_events = _page(tx, "event", request.args.get("events_before"), any_account=True)
        return render_template(
            "dashboard.html",
            available=available,
            pending=pending,
            payments=payments,
            more_payments=more_payments,
            events=[{"body": event, "deliveries": _deliveries(tx, event["id"])} for event in events],
            more_events=more_events,
            subscriptions=[_subscription_view(tx, body) for body in tx.select("subscription", limit=SHOWN)],
            accounts=[_account_view(tx, body) for body in tx.select("account", limit=SHOWN)],
            misbehaviour=current_plan(tx),
            effects=EFFECTS,
            radar_rules=radar.rules(tx),
            disputes=tx.select("dispute", limit=SHOWN),
            ended=disputes.ENDED,
            endpoints=tx.select("webhook_endpoint"),
            now=billing_now(tx),
            is_ahead=billing_now(tx) > tx.real_now_s,
        )


def _page(tx: Transaction, kind: str, before: str | None, *, any_account: bool = False) -> tuple[list[Json], bool]:
    conditions = []
    position = tx.sequence(before) if before else None
    if position is not None:
        conditions.append(("seq < ?", (position,)))
    found = tx.select(kind, conditions=conditions, limit=SHOWN + 1, any_account=any_account)
    return found[:SHOWN], len(found) > SHOWN


def _deliveries(tx: Transaction, event: str) -> list[Json]:
    rows = tx.execute(
        "SELECT state, attempts, last_result, next_at, endpoint FROM deliveries WHERE event = ?", (event,)
    )
    return [dict(row) for row in rows]


def _subscription_view(tx: Transaction, body: Json) -> Json:
    product = tx.find(body["items"]["data"][0]["price"]["product"], kind="product")
    customer = tx.find(body["customer"], kind="customer") or {}
    return {
        "body": body,
        "name": product["name"] if product else body["id"],
        "email": customer.get("email"),
        "ends": subscriptions.current_period_end(body),
        "is_live": body["status"] in subscriptions.LIVE,
    }


def _account_view(tx: Transaction, body: Json) -> Json:
    with tx.acting_as(body["id"]):
        available, pending = balances(tx)
    return {"body": body, "available": available, "pending": pending}


@blueprint.post("/events/<id>/resend")
def resend(id: str) -> Response:
    with store().writing() as tx:
        event = tx.find(id, kind="event", any_account=True)
        if event is None:
            abort(404)
        delivery.resend(tx, event)
    return redirect("/#events", code=303)


@blueprint.post("/disputes/<id>")
def decide(id: str) -> Response:
    """Be the bank: ``won``, ``lost``, or ``escalate`` an inquiry."""
    decision = request.form.get("decision")
    if decision not in ("won", "lost", "escalate"):
        abort(400)
    with store().writing(request_id=new_id("req", 14)) as tx:
        dispute = tx.find(id, kind="dispute", any_account=True)
        if dispute is None:
            abort(404)
        if dispute["status"] not in disputes.ENDED:
            if decision != "escalate":
                disputes.close_dispute(tx, dispute, status=decision)
            elif dispute["status"].startswith("warning_"):
                disputes.escalate_inquiry(tx, dispute)
    return redirect("/#disputes", code=303)


@blueprint.post("/subscriptions/<id>/renew")
def renew(id: str) -> Response:
    """Move this customer's time to just after the end of the running period."""
    with store().writing(request_id=new_id("req", 14)) as tx:
        body = tx.find(id, kind="subscription", any_account=True)
        if body is None or body["status"] not in subscriptions.LIVE:
            abort(404)
        ahead = subscriptions.current_period_end(body) + 1 - customer_now(tx, body["customer"])
        if ahead > 0:
            move_customer(tx, body["customer"], ahead)
        ticking.run_due(tx)
    return redirect("/#subscriptions", code=303)


@blueprint.post("/time/advance")
def advance() -> Response:
    days = request.form.get("days", "")
    if not days.isdigit() or not 1 <= int(days) <= 366:
        abort(400)
    with store().writing(request_id=new_id("req", 14)) as tx:
        move_billing(tx, int(days) * DAY_S)
        ticking.run_due(tx)
    return redirect("/", code=303)
