"""The hosted checkout page."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import base_url, store
from ..cards import CardDetails
from ..domain.cards_on_file import check_typed_card
from ..domain.checkout import due_now, expire_session, pay_session
from ..domain.tax_ids import TYPES
from ..errors import StripeError
from ..identifiers import new_id
from ..shapes.wallets import address_of
from ..transaction import Json, Transaction
from . import checkout_form
from .language import gettext as _
from .language import speak

blueprint = Blueprint("checkout_page", __name__)
FIELD_OF_PARAM = {"number": "number", "exp_month": "expiry", "exp_year": "expiry", "cvc": "cvc"}


def success_address(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def find_session(tx: Transaction, id: str) -> Json:
    session = tx.find(id, kind="checkout.session", any_account=True)
    if session is None:
        abort(404)
    tx.account = tx.account_of(id)
    speak(session["locale"])
    return session


@blueprint.get("/c/pay/<id>")
def show(id: str) -> Response | tuple[str, int] | str:
    with store().reading() as tx:
        session = find_session(tx, id)
        error = None
        intent_id = tx.private(id).get("payment_intent")
        if request.args.get("failed") and intent_id:
            last = tx.load("payment_intent", intent_id)["last_payment_error"]
            error = {"message": last["message"], "field": None} if last else None
        return render(tx, session, typed=tx.private(id).get("form") or {}, error=error)


def render(
    tx: Transaction,
    session: Json,
    *,
    typed: dict[str, str],
    error: dict[str, str | None] | None,
    status: int = 200,
) -> Response | tuple[str, int] | str:
    if session["status"] == "open" and session["expires_at"] <= tx.real_now_s:
        return render_template("checkout_closed.html", session=session, state="expired", address=None), 410
    if session["status"] != "open":
        address = success_address(session) if session["status"] == "complete" else session["cancel_url"]
        status = 200 if session["status"] == "complete" else 410
        return render_template(
            "checkout_closed.html", session=session, state=session["status"], address=address
        ), status
    customer = tx.find(session["customer"] or "", kind="customer")
    email = (customer or {}).get("email") or session["customer_email"]
    items = []
    for item in tx.private(session["id"])["line_items"]:
        product = tx.find(item["price"]["product"], kind="product") or {}
        items.append({**item, "images": product.get("images", []), "about": product.get("description")})
    data = tx.private(session["id"]).get("subscription_data") or {}
    page = render_template(
        "checkout.html",
        session=session,
        items=items,
        email=email,
        typed=typed,
        error=error,
        due=due_now(tx, session),
        trial_days=data.get("trial_period_days"),
        form=checkout_form,
        tax_id_types=TYPES,
        chosen_price=checkout_form.chosen_price(tx, session),
        is_repriced=_may_change(tx, session),
    )
    return page, status


def _may_change(tx: Transaction, session: Json) -> bool:
    """Whether what the buyer types changes the total."""
    changes = session["allow_promotion_codes"] or session["automatic_tax"]["enabled"]
    return bool(changes) or checkout_form.chosen_price(tx, session) is not None


@blueprint.post("/c/pay/<id>")
def pay(id: str) -> Response | tuple[str, int] | str:
    typed = checkout_form.read_typed()
    error: dict[str, str | None] | None = None
    with store().writing(request_id=new_id("req", 14)) as tx:
        session = find_session(tx, id)
        if session["status"] == "open" and session["expires_at"] <= tx.real_now_s:
            # The background would do it within a second; a payment must not slip in before.
            expire_session(tx, session)
        if session["status"] != "open":
            return redirect(f"/c/pay/{id}" if session["status"] == "expired" else success_address(session))
        is_update = request.form.get("action") == "update"
        try:
            checkout_form.take(tx, session, typed)
            if is_update:
                return render(tx, session, typed=typed, error=None)
            checkout_form.require_complete(session, typed)
            tx.private(id)["consent"] = checkout_form.consent_given(session, typed)
            method = _chosen_method(session, typed)
            details = _read_card(tx, session, typed) if method == "card" else None
            customer = tx.find(session["customer"] or "", kind="customer")
            email = (customer or {}).get("email") or session["customer_email"] or typed["email"]
            if "@" not in email:
                raise StripeError(_("Enter an e-mail address."), param="email")
            pay_session(
                tx,
                session,
                email=email,
                name=typed["name"] or None,
                details=details,
                wallet=method if method != "card" and session["amount_total"] else None,
                base_url=base_url(),
            )
        except StripeError as refused:
            error = {
                "message": refused.message,
                "field": FIELD_OF_PARAM.get(refused.param or "", refused.param),
            }
        if error is not None:
            return render(tx, session, typed=typed, error=error, status=402)
        if session["status"] == "complete":
            return redirect(success_address(session), code=303)
        intent = tx.load("payment_intent", tx.private(id)["payment_intent"])
        return redirect(address_of(intent["next_action"]), code=303)


def _chosen_method(session: Json, typed: dict[str, str]) -> str:
    chosen = typed["method"] or session["payment_method_types"][0]
    if chosen not in session["payment_method_types"]:
        raise StripeError(_("Choose how to pay."), param="method")
    return str(chosen)


def _read_card(tx: Transaction, session: Json, typed: dict[str, str]) -> CardDetails | None:
    if not session["amount_total"]:
        return None
    if not typed["number"]:
        raise StripeError(_("Enter a card number."), param="number")
    month, _slash, year = typed["expiry"].replace(" ", "").partition("/")
    if not year and len(month) in (4, 6):
        month, year = month[:2], month[2:]
    if not month or not year:
        raise StripeError(_("Enter the expiry date as MM / YY."), param="expiry")
    if not typed["cvc"]:
        raise StripeError(_("Enter the security code."), param="cvc")
    return check_typed_card(tx, number=typed["number"], exp_month=month, exp_year=year, cvc=typed["cvc"])
