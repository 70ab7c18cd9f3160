"""/v1/reviews and /v1/radar/early_fraud_warnings."""

from __future__ import annotations

from flask import Blueprint

from ..domain import radar
from ..params import Params
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("radar", __name__)
REVIEWS, WARNINGS = "/v1/reviews", "/v1/radar/early_fraud_warnings"


@endpoint(blueprint, "GET", REVIEWS)
def list_reviews(tx: Transaction, params: Params) -> Json:
    """Open ones, as on Stripe."""
    return list_of(tx, params, "review", url=REVIEWS, where={"open": True})


@endpoint(blueprint, "GET", f"{REVIEWS}/<id>")
def get_review(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("review", id)


@endpoint(blueprint, "POST", f"{REVIEWS}/<id>/approve")
def approve_review(tx: Transaction, params: Params, id: str) -> Json:
    return radar.approve(tx, tx.load("review", id))


@endpoint(blueprint, "GET", WARNINGS)
def list_warnings(tx: Transaction, params: Params) -> Json:
    where = {"charge": params.text("charge"), "payment_intent": params.text("payment_intent")}
    return list_of(tx, params, "radar.early_fraud_warning", url=WARNINGS, where=where)


@endpoint(blueprint, "GET", f"{WARNINGS}/<id>")
def get_warning(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("radar.early_fraud_warning", id)
