"""The page of the buyer's wallet: paid at once, refused, or paid or failed after a while."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..domain import wallets
from ..errors import StripeError
from ..identifiers import new_id
from .authentication import find_intent, next_address, waits_for

blueprint = Blueprint("wallet_page", __name__)
WALLETS = ("alipay", "wechat_pay")
ANSWERS = ("pay", "refuse", "pay_later", "fail_later")


@blueprint.get("/wallet/<id>")
def show(id: str) -> str | Response:
    with store().reading() as tx:
        intent = find_intent(tx, id)
        if not waits_for(tx, intent, *WALLETS):
            return redirect(next_address(tx, intent))
        type = tx.load("payment_method", intent["payment_method"])["type"]
        return render_template("wallet.html", intent=intent, type=type)


@blueprint.post("/wallet/<id>")
def answer(id: str) -> Response:
    chosen, after_s = request.form.get("answer", ""), request.form.get("after_s") or "0"
    if chosen not in ANSWERS or not after_s.isdigit():
        abort(400)
    with store().writing(request_id=new_id("req", 14)) as tx:
        intent = find_intent(tx, id)
        if waits_for(tx, intent, *WALLETS):
            try:
                wallets.answer(tx, intent, outcome=chosen, after_s=int(after_s))
            except StripeError as error:
                if not error.keeps_effects:
                    raise
        return redirect(next_address(tx, intent), code=303)
