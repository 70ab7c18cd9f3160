"""``/_local/radar``: the two rules of Radar, which the real dashboard sets and no API does."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..domain import radar

blueprint = Blueprint("radar_page", __name__)
URL = "/_local/radar"


@blueprint.get(URL)
def show() -> Response:
    with store().reading() as tx:
        return jsonify(radar.rules(tx))


@blueprint.post(URL)
def tell() -> Response | tuple[Response, int]:
    """``{"block_highest": true, "review_elevated": false}``; a rule left out stays."""
    wanted = request.get_json(silent=True)
    if not isinstance(wanted, dict) or not all(
        name in radar.RULES and isinstance(is_on, bool) for name, is_on in wanted.items()
    ):
        return jsonify(error=f"an object with {', '.join(radar.RULES)}, each true or false"), 400
    with store().writing() as tx:
        radar.set_rules(tx, wanted)
        return jsonify(radar.rules(tx))


@blueprint.post(f"{URL}/form")
def tell_by_form() -> Response:
    with store().writing() as tx:
        radar.set_rules(tx, {name: request.form.get(name) == "yes" for name in radar.RULES})
    return redirect("/#radar", code=303)
