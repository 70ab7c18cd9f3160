"""Coupons and promotion codes: whether one may be used, and what its use leaves behind."""

from __future__ import annotations

from ..errors import StripeError, parameter_invalid
from ..events import emit, snapshot, update_and_emit
from ..money import shown
from ..transaction import Json, Transaction


def is_valid(tx: Transaction, coupon: Json) -> bool:
    """Not used up and not over."""
    used_up = coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]
    return not used_up and (coupon["redeem_by"] is None or coupon["redeem_by"] > tx.real_now_s)


def as_of_now(tx: Transaction, coupon: Json) -> Json:
    return {**coupon, "valid": is_valid(tx, coupon)}


def require_coupon(tx: Transaction, id: str, *, currency: str, param: str) -> Json:
    """A coupon that may be used in this currency. Raises what Stripe says where it may not."""
    coupon = tx.load("coupon", id, param=param)
    if not is_valid(tx, coupon):
        raise StripeError(f"Coupon {id} is used up or has expired.", code="coupon_expired", param=param, is_final=False)
    if coupon["amount_off"] is not None and coupon["currency"] != currency:
        raise parameter_invalid(
            param, f"Coupon {id} takes off {coupon['currency']}, and this session is in {currency}."
        )
    return coupon


def require_code(tx: Transaction, code: Json, *, session: Json, customer: str | None, param: str) -> Json:
    """The coupon of a promotion code that this session may use. Raises where it may not."""
    limit, restrictions = code["max_redemptions"], code["restrictions"]
    is_over = code["expires_at"] is not None and code["expires_at"] <= tx.real_now_s
    if not code["active"] or is_over or (limit is not None and code["times_redeemed"] >= limit):
        raise parameter_invalid(param, "This promotion code is used up or has expired.", code="promotion_code_expired")
    if code["customer"] is not None and code["customer"] != customer:
        raise parameter_invalid(param, "This promotion code is for another customer.")
    least = restrictions["minimum_amount"]
    if least is not None:
        currency = restrictions["minimum_amount_currency"]
        if currency != session["currency"] or session["amount_subtotal"] < least:
            raise parameter_invalid(param, f"This promotion code needs an order of at least {shown(least, currency)}.")
    if (
        restrictions["first_time_transaction"]
        and customer
        and tx.select("charge", where={"customer": customer}, limit=1)
    ):
        raise parameter_invalid(param, "This promotion code is for a first order only.")
    return require_coupon(tx, code["promotion"]["coupon"], currency=session["currency"], param=param)


def find_code(tx: Transaction, text: str) -> Json | None:
    """The active promotion code that a buyer typed; letters' case does not matter."""
    conditions = [("lower(json_extract(body, '$.code')) = ?", (text.strip().lower(),))]
    found = tx.select("promotion_code", where={"active": True}, conditions=conditions, limit=1)
    return found[0] if found else None


def redeem(tx: Transaction, *, coupon_id: str, code_id: str | None) -> None:
    """Count a use, when a session that has it completes."""
    for kind, id in (("coupon", coupon_id), ("promotion_code", code_id)):
        body = tx.find(id, kind=kind) if id else None
        if body is None:
            continue
        before = snapshot(body)
        body["times_redeemed"] += 1
        if kind == "coupon":
            body["valid"] = is_valid(tx, body)
        elif body["max_redemptions"] == body["times_redeemed"]:
            body["active"] = False
        update_and_emit(tx, body, before, f"{kind}.updated")


def tell_created(tx: Transaction, kind: str, body: Json) -> Json:
    tx.insert(kind, body)
    emit(tx, f"{kind}.created", body)
    return body
