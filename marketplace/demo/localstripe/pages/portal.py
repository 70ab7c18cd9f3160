"""The customer portal: her subscriptions, her card, her invoices."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..domain import subscriptions
from ..domain.cards_on_file import attach, check_typed_card, create_payment_method
from ..errors import StripeError
from ..events import snapshot, update_and_emit
from ..identifiers import new_id
from ..transaction import Json, Transaction
from .checkout import FIELD_OF_PARAM
from .language import speak

blueprint = Blueprint("portal_page", __name__)
VALID_FOR_S = 3600
SHOWN = 50


def _find(tx: Transaction, id: str, key: str) -> Json:
    session = tx.find(id, kind="billing_portal.session", any_account=True)
    if session is None or tx.private(id)["key"] != key:
        abort(404)
    if session["created"] + VALID_FOR_S < tx.real_now_s:
        abort(410)
    tx.account = tx.account_of(id)
    speak(session["locale"])
    return session


def _render(
    tx: Transaction, session: Json, *, error: dict[str, str | None] | None = None, typed: dict[str, str] | None = None
) -> str:
    customer = tx.load("customer", session["customer"])
    mine = tx.select("subscription", where={"customer": customer["id"]}, limit=SHOWN)
    views = []
    for subscription in mine:
        item = subscription["items"]["data"][0]
        product = tx.find(item["price"]["product"], kind="product") or {"name": item["price"]["id"]}
        method = tx.find(
            subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"] or "",
            kind="payment_method",
        )
        views.append({"body": subscription, "item": item, "name": product["name"], "method": method})
    views.sort(key=lambda view: view["body"]["status"] not in subscriptions.LIVE)
    return render_template(
        "portal.html",
        session=session,
        address=f"/p/session/{session['id']}/{tx.private(session['id'])['key']}",
        customer=customer,
        subscriptions=views,
        live=subscriptions.LIVE,
        invoices=tx.select("invoice", where={"customer": customer["id"]}, limit=SHOWN),
        error=error,
        typed=typed or {},
    )


@blueprint.get("/p/session/<id>/<key>")
def show(id: str, key: str) -> str:
    with store().reading() as tx:
        return _render(tx, _find(tx, id, key))


@blueprint.post("/p/session/<id>/<key>/subscriptions/<subscription_id>")
def change(id: str, key: str, subscription_id: str) -> Response:
    """Cancel at the period's end, or take that back."""
    with store().writing(request_id=new_id("req", 14)) as tx:
        session = _find(tx, id, key)
        subscription = tx.find(subscription_id, kind="subscription")
        if subscription is None or subscription["customer"] != session["customer"]:
            abort(404)
        wants_end = request.form.get("action") == "cancel"
        # As on Stripe, what a schedule manages cannot be ended here.
        is_free = subscription["status"] in subscriptions.LIVE and not subscription["schedule"]
        if is_free and subscription["cancel_at_period_end"] != wants_end:
            before = snapshot(subscription)
            subscriptions.set_cancel_at_period_end(tx, subscription, wants_end)
            subscriptions.plan_next(tx, subscription)
            update_and_emit(tx, subscription, before, "customer.subscription.updated")
    return redirect(f"/p/session/{id}/{key}", code=303)


@blueprint.post("/p/session/<id>/<key>/card")
def change_card(id: str, key: str) -> str | Response | tuple[str, int]:
    """Another card for everything that renews."""
    typed = {name: request.form.get(name, "").strip() for name in ("number", "expiry", "cvc")}
    with store().writing(request_id=new_id("req", 14)) as tx:
        session = _find(tx, id, key)
        try:
            with tx.savepoint():
                month, _slash, year = typed["expiry"].replace(" ", "").partition("/")
                details = check_typed_card(tx, number=typed["number"], exp_month=month, exp_year=year, cvc=typed["cvc"])
                _use_card(tx, session["customer"], create_payment_method(tx, details=details))
        except StripeError as refused:
            error = {
                "message": refused.message,
                "field": FIELD_OF_PARAM.get(refused.param or "", refused.param),
            }
            return _render(tx, _find(tx, id, key), error=error, typed=typed), 402
    return redirect(f"/p/session/{id}/{key}", code=303)


def _use_card(tx: Transaction, customer_id: str, method: Json) -> None:
    customer = tx.load("customer", customer_id)
    attach(tx, method, customer)
    before = snapshot(customer)
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    update_and_emit(tx, customer, before, "customer.updated")
    for subscription in tx.select("subscription", where={"customer": customer_id}):
        if subscription["status"] in subscriptions.LIVE:
            was = snapshot(subscription)
            subscription["default_payment_method"] = method["id"]
            update_and_emit(tx, subscription, was, "customer.subscription.updated")
