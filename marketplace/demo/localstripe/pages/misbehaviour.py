"""``/_local/misbehaviour``: the plan of what goes wrong, told by tests and by the dashboard's form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..misbehaviour.choosing import current_plan, forget_plan, set_plan
from ..misbehaviour.plan import Json, PlanInvalid, read_plan

blueprint = Blueprint("misbehaviour_page", __name__)
URL = "/_local/misbehaviour"


@blueprint.get(URL)
def status() -> Response:
    """The plan with what it has done so far; ``{"plan": null}`` while the server behaves."""
    with store().reading() as tx:
        return jsonify(plan=current_plan(tx), waiting=_waiting(tx))


def _waiting(tx: Any) -> int:
    """Events that have not been taken yet, among them those that are held back."""
    row = tx.execute("SELECT count(*) AS n FROM deliveries WHERE state = 'pending'").fetchone()
    return int(row["n"])


@blueprint.post(URL)
def tell() -> tuple[Response, int] | Response:
    """Replace the plan by the JSON body."""
    try:
        plan = read_plan(request.get_json(silent=True))
    except PlanInvalid as problem:
        return jsonify(error=str(problem)), 400
    with store().writing() as tx:
        set_plan(tx, plan)
    return jsonify(plan=plan)


@blueprint.delete(URL)
def behave() -> Response:
    with store().writing() as tx:
        forget_plan(tx)
    return jsonify(plan=None)


@blueprint.post(f"{URL}/form")
def tell_by_form() -> Response:
    """The dashboard's form: one rule for webhooks, one for requests."""
    with store().writing() as tx:
        if request.form.get("action") == "behave":
            forget_plan(tx)
        else:
            try:
                set_plan(tx, read_plan(_plan_of_form()))
            except (PlanInvalid, ValueError):
                abort(400)
    return redirect("/#misbehaviour", code=303)


def _plan_of_form() -> Json:
    def share(name: str) -> float:
        return int(request.form.get(name) or "0") / 100

    def number(name: str) -> float:
        return float(request.form.get(name) or "0")

    plan: Json = {"seed": int(number("seed")), "webhooks": [], "requests": []}
    webhook: Json = {}
    if number("delay_s"):
        webhook["delay_s"] = [0, number("delay_s")]
    if number("repeat") > 1:
        webhook["repeat"] = [1, int(number("repeat"))]
    if number("reorder_s"):
        webhook["reorder_s"] = number("reorder_s")
    if webhook:
        plan["webhooks"].append(webhook)
    if share("drop_share"):
        plan["webhooks"].append({"drop": True, "probability": share("drop_share")})
    if request.form.get("effect"):
        rule: Json = {"effect": request.form["effect"], "path": request.form.get("path") or "*"}
        rule["probability"] = share("request_share")
        plan["requests"].append(rule)
    return plan
