"""An invoice's page, with its payment where it is open."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import base_url, store
from ..domain.cards_on_file import check_typed_card, create_payment_method
from ..domain.invoices import pay_invoice
from ..errors import StripeError
from ..identifiers import new_id
from ..transaction import Json, Transaction
from .checkout import FIELD_OF_PARAM

blueprint = Blueprint("invoice_page", __name__)


def _find(tx: Transaction, id: str, key: str) -> Json:
    invoice = tx.find(id, kind="invoice", any_account=True)
    if invoice is None or tx.private(id).get("page_key") != key:
        abort(404)
    tx.account = tx.account_of(id)
    return invoice


@blueprint.get("/i/<id>/<key>")
def show(id: str, key: str) -> str:
    with store().reading() as tx:
        return render_template("invoice.html", invoice=_find(tx, id, key), typed={}, error=None)


@blueprint.post("/i/<id>/<key>")
def pay(id: str, key: str) -> str | Response | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in ("number", "expiry", "cvc")}
    with store().writing(request_id=new_id("req", 14)) as tx:
        invoice = _find(tx, id, key)
        if invoice["status"] != "open":
            return redirect(request.path, code=303)
        try:
            month, _slash, year = typed["expiry"].replace(" ", "").partition("/")
            details = check_typed_card(tx, number=typed["number"], exp_month=month, exp_year=year, cvc=typed["cvc"])
            method = create_payment_method(tx, details=details)
            pay_invoice(tx, invoice, payment_method=method["id"], off_session=False, base_url=base_url())
        except StripeError as refused:
            error = {
                "message": refused.message,
                "field": FIELD_OF_PARAM.get(refused.param or "", refused.param),
            }
            return render_template("invoice.html", invoice=invoice, typed=typed, error=error), 402
        return redirect(request.path, code=303)
