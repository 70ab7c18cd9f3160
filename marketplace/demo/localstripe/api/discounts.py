"""/v1/coupons and /v1/promotion_codes."""

from __future__ import annotations

import re
from fractions import Fraction

from flask import Blueprint

from ..domain import discounts
from ..errors import parameter_invalid, parameter_missing, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id, random_text
from ..params import Params
from ..shapes import discounts as shapes
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("discounts", __name__)
COUPONS, CODES = "/v1/coupons", "/v1/promotion_codes"


def _percent(params: Params) -> float | None:
    text = params.text("percent_off")
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text) or not 0 < Fraction(text) <= 100:
        raise parameter_invalid("percent_off", "percent_off must be greater than 0 and at most 100.")
    return float(text) if "." in text else int(text)


@endpoint(blueprint, "POST", COUPONS)
def create_coupon(tx: Transaction, params: Params) -> Json:
    id = params.text("id", max_length=200) or random_text(8)
    if tx.find(id) is not None:
        raise unexpected_state("Coupon already exists.", code="resource_already_exists", param="id")
    coupon = shapes.coupon(id=id, created=tx.real_now_s)
    coupon.update(
        amount_off=params.amount("amount_off"),
        currency=params.currency(),
        percent_off=_percent(params),
        duration=params.choice("duration", ["forever", "once", "repeating"]) or "once",
        duration_in_months=params.whole("duration_in_months", minimum=1),
        max_redemptions=params.whole("max_redemptions", minimum=1),
        redeem_by=params.whole("redeem_by"),
        name=params.text("name", max_length=40),
        metadata=params.metadata(),
    )
    if (coupon["amount_off"] is None) == (coupon["percent_off"] is None):
        raise parameter_invalid("percent_off", "You must pass exactly one of `percent_off` and `amount_off`.")
    if coupon["amount_off"] is not None and coupon["currency"] is None:
        raise parameter_missing("currency")
    if (coupon["duration"] == "repeating") != (coupon["duration_in_months"] is not None):
        raise parameter_invalid("duration_in_months", "`duration_in_months` belongs to the duration `repeating`.")
    return discounts.tell_created(tx, "coupon", coupon)


@endpoint(blueprint, "GET", COUPONS)
def list_coupons(tx: Transaction, params: Params) -> Json:
    page = list_of(tx, params, "coupon", url=COUPONS)
    page["data"] = [discounts.as_of_now(tx, coupon) for coupon in page["data"]]
    return page


@endpoint(blueprint, "GET", f"{COUPONS}/<id>")
def get_coupon(tx: Transaction, params: Params, id: str) -> Json:
    return discounts.as_of_now(tx, tx.load("coupon", id))


@endpoint(blueprint, "POST", f"{COUPONS}/<id>")
def update_coupon(tx: Transaction, params: Params, id: str) -> Json:
    """Only its name and metadata: what was promised stays."""
    coupon = tx.load("coupon", id)
    before = snapshot(coupon)
    coupon["metadata"] = params.metadata(current=coupon["metadata"])
    if params.has("name"):
        coupon["name"] = params.text("name", max_length=40)
    update_and_emit(tx, coupon, before, "coupon.updated")
    return discounts.as_of_now(tx, coupon)


@endpoint(blueprint, "DELETE", f"{COUPONS}/<id>")
def delete_coupon(tx: Transaction, params: Params, id: str) -> Json:
    coupon = tx.load("coupon", id)
    for code in tx.select("promotion_code", where={"promotion.coupon": id}):
        code["active"] = False
        tx.save(code)
    emit(tx, "coupon.deleted", coupon)
    tx.delete(id)
    return {"id": id, "object": "coupon", "deleted": True}


@endpoint(blueprint, "POST", CODES)
def create_code(tx: Transaction, params: Params) -> Json:
    promotion = params.section("promotion")
    if promotion is None:
        raise parameter_missing("promotion")
    promotion.choice("type", ["coupon"], required=True)
    coupon = tx.load("coupon", promotion.need("coupon"), param="promotion[coupon]")
    text = params.text("code", max_length=500) or random_text(8).upper()
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", text):
        raise parameter_invalid("code", "A code has letters, digits, - and _ only.")
    if discounts.find_code(tx, text) is not None:
        raise parameter_invalid("code", f"An active promotion code with `code: {text}` already exists.")
    code = shapes.promotion_code(id=new_id("promo"), created=tx.real_now_s, code=text, coupon=coupon["id"])
    customer = params.text("customer")
    if customer:
        tx.load("customer", customer, param="customer")
    active = params.flag("active")
    code.update(
        active=active is not False,
        customer=customer,
        expires_at=params.whole("expires_at"),
        max_redemptions=params.whole("max_redemptions", minimum=1),
        metadata=params.metadata(),
    )
    restrictions = params.section("restrictions")
    if restrictions is not None:
        least = restrictions.amount("minimum_amount")
        code["restrictions"].update(
            first_time_transaction=bool(restrictions.flag("first_time_transaction")),
            minimum_amount=least,
            minimum_amount_currency=restrictions.currency("minimum_amount_currency", required=least is not None),
        )
    return discounts.tell_created(tx, "promotion_code", code)


@endpoint(blueprint, "GET", CODES)
def list_codes(tx: Transaction, params: Params) -> Json:
    where = {
        "active": params.flag("active"),
        "code": params.text("code"),
        "promotion.coupon": params.text("coupon"),
        "customer": params.text("customer"),
    }
    return list_of(tx, params, "promotion_code", url=CODES, where=where)


@endpoint(blueprint, "GET", f"{CODES}/<id>")
def get_code(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("promotion_code", id)


@endpoint(blueprint, "POST", f"{CODES}/<id>")
def update_code(tx: Transaction, params: Params, id: str) -> Json:
    code = tx.load("promotion_code", id)
    before = snapshot(code)
    code["metadata"] = params.metadata(current=code["metadata"])
    active = params.flag("active")
    if active is not None:
        code["active"] = active
    update_and_emit(tx, code, before, "promotion_code.updated")
    return code
