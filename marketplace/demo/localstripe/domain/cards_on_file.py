"""Payment methods: made from a typed card or a test token, attached to customers, detached."""

from __future__ import annotations

import time

from ..cards import CARDS, NO_CARDS, SHORT_NAMES, CardDetails, card_named, check_card, decline_error
from ..errors import StripeError, parameter_invalid, resource_missing, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..params import Params
from ..shapes.parts import ADDRESS_FIELDS, billing_details
from ..shapes.payments import payment_method
from ..shapes.wallets import wallet_method
from ..transaction import Json, Transaction


def check_typed_card(tx: Transaction, *, number: str, exp_month: str, exp_year: str, cvc: str | None) -> CardDetails:
    today = time.gmtime(tx.real_now_s)
    return check_card(
        number=number,
        exp_month=exp_month,
        exp_year=exp_year,
        cvc=cvc,
        now_year=today.tm_year,
        now_month=today.tm_mon,
    )


def create_payment_method(tx: Transaction, *, details: CardDetails, billing: Json | None = None) -> Json:
    """Store a card. Only its brand, last digits and behaviour are kept."""
    return tx.insert(
        "payment_method",
        payment_method(
            id=new_id("pm"),
            created=tx.real_now_s,
            details=details,
            billing=billing or billing_details(),
        ),
        {"behaviour": details.behaviour},
    )


def create_wallet_method(tx: Transaction, *, type: str, billing: Json) -> Json:
    """Store a payment method that is no card."""
    body = wallet_method(id=new_id("pm"), created=tx.real_now_s, type=type, billing=billing)
    return tx.insert("payment_method", body, {"behaviour": type})


def test_card_named(tx: Transaction, name: str, param: str) -> CardDetails:
    """The card behind ``pm_card_visa`` or ``tok_visa``."""
    short = name.removeprefix("pm_card_").removeprefix("tok_")
    number = SHORT_NAMES.get(short)
    if number is None:
        raise resource_missing("payment_method" if name.startswith("pm_") else "token", name, param=param)
    year = time.gmtime(tx.real_now_s).tm_year + 1
    cvc = "1234" if CARDS[number].brand == "amex" else "123"
    return CardDetails(number=number, exp_month=12, exp_year=year, cvc=cvc, behaviour=number)


def usable_payment_method(tx: Transaction, id: str, *, customer: str | None, param: str) -> Json:
    """The payment method, made on the spot for a ``pm_card_…`` name; refuses another customer's."""
    if id.startswith("pm_card_"):
        return create_payment_method(tx, details=test_card_named(tx, id, param))
    method = tx.load("payment_method", id, param=param)
    if tx.private(id).get("detached"):
        raise unexpected_state(
            "This PaymentMethod was previously detached from its Customer and can't be used again.",
            code="payment_method_unexpected_state",
            param=param,
        )
    if method["customer"] is not None and method["customer"] != customer:
        raise unexpected_state(
            f"The payment method {id} belongs to another customer: pass that customer.",
            code="payment_method_customer_mismatch",
            param=param,
        )
    return method


def attach(tx: Transaction, method: Json, customer: Json, *, charged: bool = False) -> Json:
    """Keep a card for a customer. A card that always declines can't be stored unless it was just charged."""
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] is not None or tx.private(method["id"]).get("detached"):
        raise unexpected_state(
            "This PaymentMethod was attached before: make a new one.", code="payment_method_unexpected_state"
        )
    if method["type"] in ("alipay", "wechat_pay"):
        raise parameter_invalid("payment_method", f"`{method['type']}` can be used once and can't be kept.")
    card = card_named(tx.private(method["id"])["behaviour"])
    if card.decline and not card.declines_later_only and not charged:
        raise decline_error(card.decline, charge=None, payment_intent=None)
    method["customer"] = customer["id"]
    tx.save(method)
    emit(tx, "payment_method.attached", method)
    return method


def detach(tx: Transaction, method: Json) -> Json:
    if method["customer"] is None:
        raise unexpected_state(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    customer = tx.load("customer", method["customer"])
    before = snapshot(customer)
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
        update_and_emit(tx, customer, before, "customer.updated")
    previous = {"customer": method["customer"]}
    method["customer"] = None
    tx.private(method["id"])["detached"] = True
    tx.save(method)
    emit(tx, "payment_method.detached", method, previous=previous)
    return method


def read_address(params: Params | None, current: Json | None = None) -> Json | None:
    if params is None:
        return current
    address = dict(current or dict.fromkeys(ADDRESS_FIELDS))
    for field in ADDRESS_FIELDS:
        if params.has(field):
            address[field] = params.text(field, max_length=500)
    return address


def read_billing_details(params: Params | None) -> Json:
    if params is None:
        return billing_details()
    return billing_details(
        email=params.text("email", max_length=512),
        name=params.text("name"),
        phone=params.text("phone"),
        address=read_address(params.section("address")),
    )


def read_card(tx: Transaction, params: Params) -> CardDetails:
    """The ``card[...]`` group: a number with its date, or a test token."""
    token = params.text("token")
    if token is not None:
        return test_card_named(tx, token, params.full("token"))
    number, month, year = params.need("number"), params.need("exp_month"), params.need("exp_year")
    try:
        return check_typed_card(tx, number=number, exp_month=month, exp_year=year, cvc=params.text("cvc"))
    except StripeError as error:
        if error.param is not None:
            raise StripeError(
                error.message,
                status=402,
                type="card_error",
                code=error.code,
                param=params.full(error.param),
            ) from None
        raise


def read_new_payment_method(tx: Transaction, params: Params) -> Json:
    """``type=card`` with ``card[...]`` and ``billing_details[...]``, or a wallet."""
    type = params.choice("type", ["card", *NO_CARDS], required=True)
    if type in NO_CARDS:
        params.section(type)
        billing = read_billing_details(params.section("billing_details"))
        return create_wallet_method(tx, type=type, billing=billing)
    card = params.section("card")
    if card is None:
        raise parameter_invalid(params.full("card"), "Missing required param: card.", code="parameter_missing")
    details = read_card(tx, card)
    return create_payment_method(tx, details=details, billing=read_billing_details(params.section("billing_details")))
