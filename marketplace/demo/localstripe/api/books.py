"""/v1/balance and /v1/balance_transactions."""

from __future__ import annotations

from flask import Blueprint

from ..domain.books import as_of_now, balances
from ..params import Params
from ..shapes.books import balance as balance_shape
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("books", __name__)
URL = "/v1/balance_transactions"


@endpoint(blueprint, "GET", "/v1/balance")
def balance(tx: Transaction, params: Params) -> Json:
    available, pending = balances(tx)
    if not available:
        currency = tx.setting("currency") or "usd"
        available, pending = {currency: 0}, {currency: 0}
    return balance_shape(available, pending)


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    where = {
        "type": params.text("type"),
        "source": params.text("source"),
        "currency": params.currency(),
    }
    page = list_of(tx, params, "balance_transaction", url=URL, where=where)
    page["data"] = [as_of_now(tx, entry) for entry in page["data"]]
    return page


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return as_of_now(tx, tx.load("balance_transaction", id))
