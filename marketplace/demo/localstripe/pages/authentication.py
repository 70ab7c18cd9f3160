"""The page of the card holder's bank: complete or fail an authentication."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..domain import payments
from ..errors import StripeError
from ..identifiers import new_id
from ..transaction import Json, Transaction
from .checkout import success_address
from .language import speak

blueprint = Blueprint("authentication_page", __name__)


def find_intent(tx: Transaction, id: str) -> Json:
    intent = tx.find(id, kind="payment_intent", any_account=True)
    if intent is None or request.args.get("client_secret") != intent["client_secret"]:
        abort(404)
    tx.account = tx.account_of(id)
    session = tx.find(tx.private(id).get("session") or "", kind="checkout.session")
    speak(session["locale"] if session else None)
    return intent


def waits_for(tx: Transaction, intent: Json, *types: str) -> bool:
    """Whether the buyer has to confirm, with a payment method of these types."""
    if intent["status"] != "requires_action":
        return False
    return tx.load("payment_method", intent["payment_method"])["type"] in types


@blueprint.get("/authenticate/<id>")
def show(id: str) -> str | Response | tuple[str, int]:
    with store().reading() as tx:
        intent = find_intent(tx, id)
        if not waits_for(tx, intent, "card"):
            return redirect(next_address(tx, intent))
        return render_template("authenticate.html", intent=intent)


@blueprint.post("/authenticate/<id>")
def answer(id: str) -> Response:
    with store().writing(request_id=new_id("req", 14)) as tx:
        intent = find_intent(tx, id)
        if waits_for(tx, intent, "card"):
            try:
                payments.authenticate(tx, intent, succeeds=request.form.get("answer") == "complete")
            except StripeError as error:
                if not error.keeps_effects:
                    raise
        return redirect(next_address(tx, intent), code=303)


def next_address(tx: Transaction, intent: Json) -> str:
    """Back to the session, or to the return URL of an intent confirmed by the API."""
    private = tx.private(intent["id"])
    session = tx.find(private.get("session") or "", kind="checkout.session")
    if session is not None:
        if session["status"] == "complete":
            return success_address(session)
        return f"/c/pay/{session['id']}?failed=1"
    return_url = private.get("return_url")
    if not return_url:
        return f"/authenticated?status={intent['status']}"
    query = urlencode(
        {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
        }
    )
    return f"{return_url}{'&' if '?' in return_url else '?'}{query}"


@blueprint.get("/authenticated")
def done() -> str:
    return render_template("authenticated.html", succeeded=request.args.get("status") == "succeeded")
