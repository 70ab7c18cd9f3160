"""What a buyer types on the checkout page beside her card: address, tax id, amount, promotion code, consent."""

from __future__ import annotations

from flask import request

from ..domain import discounts, tax_ids
from ..domain.pricing import amount_problem, price_session
from ..domain.tax import REVERSES_CHARGE
from ..errors import StripeError
from ..money import typed_amount
from ..shapes.parts import ADDRESS_FIELDS
from ..transaction import Json, Transaction
from .language import gettext as _

NAMES = (
    "email",
    "number",
    "expiry",
    "cvc",
    "name",
    "method",
    "amount",
    "promotion_code",
    "business_name",
    "tax_id_type",
    "tax_id_value",
    "terms",
    "promotions",
    "shown_total",
    *ADDRESS_FIELDS,
)
NEVER_KEPT = ("number", "expiry", "cvc", "shown_total")
COUNTRIES = """AT AU BE BG CA CH CN CY CZ DE DK EE ES FI FR GB GR HK HR HU IE IT JP LT LU LV MT NL NO NZ PL PT RO SE SG
SI SK US""".split()  # noqa: SIM905


def read_typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in NAMES}


def asks_address(session: Json) -> bool:
    return session["billing_address_collection"] == "required" or bool(session["automatic_tax"]["enabled"])


def asks_tax_id(session: Json) -> bool:
    return bool((session.get("tax_id_collection") or {}).get("enabled"))


def chosen_price(tx: Transaction, session: Json) -> Json | None:
    """The price whose amount the buyer chooses."""
    items = tx.private(session["id"])["line_items"]
    return next((item["price"] for item in items if item["price"]["custom_unit_amount"]), None)


def take(tx: Transaction, session: Json, typed: dict[str, str]) -> None:
    """Note what was typed and price the session by it. Raises StripeError with the field in ``param``."""
    private = tx.private(session["id"])
    private["form"] = {name: value for name, value in typed.items() if name not in NEVER_KEPT}
    buyer = private.setdefault("buyer", {})
    if asks_address(session):
        address = {name: typed[name] or None for name in ADDRESS_FIELDS}
        if address["country"] not in COUNTRIES:
            address["country"] = None
        buyer["address"] = address
    if asks_tax_id(session):
        buyer.update(business_name=typed["business_name"] or None, tax_id=None)
    if session["allow_promotion_codes"]:
        private["discount"] = None
        session["discounts"] = []
    price_session(tx, session)
    if asks_tax_id(session) and typed["tax_id_value"]:
        buyer["tax_id"] = _tax_id(typed)
    _take_amount(tx, session, private, typed)
    price_session(tx, session)
    if session["allow_promotion_codes"] and typed["promotion_code"]:
        _take_code(tx, session, private, typed["promotion_code"])
        price_session(tx, session)


def _tax_id(typed: dict[str, str]) -> Json:
    type = typed["tax_id_type"]
    if type not in tax_ids.TYPES:
        raise StripeError(_("Choose the kind of your tax number."), param="tax_id_value")
    try:
        value = tax_ids.checked_value(type, typed["tax_id_value"])
    except StripeError as wrong:
        raise StripeError(_("This tax number does not have the right form."), param="tax_id_value") from wrong
    return {"type": type, "value": value}


def _take_amount(tx: Transaction, session: Json, private: Json, typed: dict[str, str]) -> None:
    price = chosen_price(tx, session)
    if price is None:
        return
    amount = typed_amount(typed["amount"], session["currency"])
    if amount is None:
        raise StripeError(_("Enter an amount."), param="amount")
    problem = amount_problem(price, amount)
    if problem is not None:
        raise StripeError(_(problem[0], amount=problem[1]), param="amount")
    private["custom_amount"] = amount


def _take_code(tx: Transaction, session: Json, private: Json, text: str) -> None:
    code = discounts.find_code(tx, text)
    if code is None:
        raise StripeError(_("This code is not valid."), param="promotion_code")
    try:
        coupon = discounts.require_code(tx, code, session=session, customer=session["customer"], param="promotion_code")
    except StripeError as refused:
        raise StripeError(refused.message, param="promotion_code") from refused
    session["discounts"] = [{"coupon": None, "promotion_code": code["id"]}]
    private["discount"] = {"coupon": coupon["id"], "promotion_code": code["id"]}


def require_complete(session: Json, typed: dict[str, str]) -> None:
    """Raises where something is missing that must be there before paying."""
    if asks_address(session):
        if typed["country"] not in COUNTRIES:
            raise StripeError(_("Choose your country."), param="country")
        if session["billing_address_collection"] == "required" and not (typed["line1"] and typed["city"]):
            raise StripeError(_("Enter your address."), param="line1")
    wanted = (session.get("tax_id_collection") or {}).get("required")
    if wanted == "if_supported" and typed["country"] in REVERSES_CHARGE and not typed["tax_id_value"]:
        raise StripeError(_("Enter your tax number."), param="tax_id_value")
    consent = session["consent_collection"] or {}
    if consent.get("terms_of_service") == "required" and typed["terms"] != "yes":
        raise StripeError(_("Accept the terms to go on."), param="terms")
    if typed["shown_total"] and typed["shown_total"] != str(session["amount_total"]):
        raise StripeError(_("The total has changed. Look at it, then pay."), param="total")


def consent_given(session: Json, typed: dict[str, str]) -> Json | None:
    """The session's ``consent`` after completion."""
    asked = session["consent_collection"]
    if asked is None:
        return None
    promotions = None
    if asked["promotions"] == "auto":
        promotions = "opt_in" if typed["promotions"] == "yes" else "opt_out"
    accepted = "accepted" if asked["terms_of_service"] == "required" else None
    return {"promotions": promotions, "terms_of_service": accepted}
