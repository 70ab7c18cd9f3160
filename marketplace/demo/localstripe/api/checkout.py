"""/v1/checkout/sessions."""

from __future__ import annotations

from flask import Blueprint

from ..domain import payments, wallets
from ..domain.checkout import due_now, expire_session, plan_expiry
from ..domain.customers import refuse_second_currency
from ..domain.pricing import price_session
from ..errors import parameter_invalid, parameter_missing
from ..expansion import line_items_of
from ..identifiers import new_id, random_text
from ..params import Params
from ..shapes.checkout import checkout_session, session_line_item
from ..transaction import Json, Transaction
from .catalog import create_price, create_product
from .checkout_options import read_options
from .dispatch import base_url, endpoint
from .listing import list_of, page_of

blueprint = Blueprint("checkout", __name__)
SHORTEST_S, LONGEST_S = 30 * 60, 24 * 3600
CLOCK_SLACK_S = 60
"""An expiry computed as now + 30 minutes is a little less than 30 minutes away when it arrives."""
URL = "/v1/checkout/sessions"
LOCALES = [
    "auto",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "en-GB",
    "es",
    "es-419",
    "et",
    "fi",
    "fil",
    "fr",
    "fr-CA",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "vi",
    "zh",
    "zh-HK",
    "zh-TW",
]


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    mode = params.choice("mode", ["payment", "subscription"], required=True)
    assert mode is not None
    params.choice("ui_mode", ["hosted_page", "hosted"])
    types = params.texts("payment_method_types") or ["card"]
    id = f"cs_test_a1{random_text(58)}"
    session = checkout_session(
        id=id,
        created=tx.real_now_s,
        mode=mode,
        expires_at=_expiry(tx, params),
        url=f"{base_url()}/c/pay/{id}",
    )
    items = [_line_item(tx, item, mode) for item in params.sections("line_items", required=True)]
    if len({item["currency"] for item in items}) > 1:
        raise parameter_invalid("line_items", "All line items must have the same currency.")
    if mode == "subscription" and not any(item["price"]["recurring"] for item in items):
        raise parameter_invalid("line_items", "You must provide at least one recurring price in `subscription` mode.")
    chosen = [item for item in items if item["price"]["custom_unit_amount"]]
    if chosen and (len(items) > 1 or items[0]["quantity"] > 1):
        raise parameter_invalid("line_items", "A price with `custom_unit_amount` stands alone, with quantity 1.")
    session.update(
        amount_subtotal=sum(item["amount_subtotal"] for item in items),
        currency=items[0]["currency"],
        success_url=params.url("success_url", required=True),
        cancel_url=params.url("cancel_url"),
        client_reference_id=params.text("client_reference_id", max_length=200),
        customer_email=params.text("customer_email", max_length=512),
        locale=params.choice("locale", LOCALES),
        metadata=params.metadata(),
        submit_type=params.choice("submit_type", ["auto", "book", "donate", "pay", "subscribe"]),
    )
    wallets.check_types(types, currency=session["currency"], mode=mode)
    session.update(payment_method_types=types, payment_method_options=_method_options(params, types))
    _read_customer(tx, params, session)
    if mode == "subscription" and session["customer"]:
        refuse_second_currency(tx, session["customer"], session["currency"])
    private: Json = {"line_items": items}
    read_options(tx, params, session, private)
    if chosen and (session["allow_promotion_codes"] or private.get("discount")):
        raise parameter_invalid("line_items", "A price with `custom_unit_amount` can't be discounted.")
    if mode == "payment":
        private["payment_intent_data"] = _payment_intent_data(params.section("payment_intent_data"))
    else:
        private["subscription_data"] = _subscription_data(params.section("subscription_data"))
    tx.insert("checkout.session", session, private)
    price_session(tx, session)
    if mode == "payment" and session["amount_total"] and not chosen:
        payments.check_amount(session["amount_total"], session["currency"], param="line_items")
    if due_now(tx, session) == 0 and not chosen:
        session["payment_status"] = "no_payment_required"
        tx.save(session)
    plan_expiry(tx, session)
    return session


def _expiry(tx: Transaction, params: Params) -> int:
    expires_at = params.whole("expires_at")
    if expires_at is None:
        return tx.real_now_s + LONGEST_S
    ahead = expires_at - tx.real_now_s
    if ahead < SHORTEST_S - CLOCK_SLACK_S:
        raise parameter_invalid(
            "expires_at",
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
        )
    if ahead > LONGEST_S + CLOCK_SLACK_S:
        raise parameter_invalid(
            "expires_at",
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
        )
    return expires_at


def _line_item(tx: Transaction, item: Params, mode: str) -> Json:
    quantity = item.whole("quantity", minimum=1, maximum=999_999) or 1
    price_id = item.text("price")
    data = item.section("price_data")
    if price_id is not None:
        price = tx.load("price", price_id, param=item.full("price"))
        if not price["active"]:
            raise parameter_invalid(
                item.full("price"), f"The price specified is inactive: {price_id}. Only active prices can be used."
            )
    elif data is not None:
        currency = data.currency(required=True)
        assert currency is not None
        product_id = data.text("product")
        product_data = data.section("product_data")
        if product_data is not None:
            product_id = create_product(tx, product_data)["id"]
        if product_id is None:
            raise parameter_missing(data.full("product_data"))
        tx.load("product", product_id, param=data.full("product"))
        price = create_price(tx, data, product_id=product_id, currency=currency)
        price["active"] = False  # as on Stripe: a price made inline is for this session only
        tx.save(price)
    else:
        raise parameter_missing(item.full("price"))
    if price["recurring"] and mode == "payment":
        raise parameter_invalid(
            item.full("price"),
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or "
            "use only one-time prices.",
        )
    if not price["recurring"] and mode == "subscription":
        raise parameter_invalid(
            item.full("price"), "This local server takes only recurring prices in `subscription` mode."
        )
    product = tx.load("product", price["product"])
    return session_line_item(id=new_id("li"), price=price, quantity=quantity, description=product["name"])


def _read_customer(tx: Transaction, params: Params, session: Json) -> None:
    customer = params.text("customer")
    creation = params.choice("customer_creation", ["always", "if_required"])
    if customer is not None:
        if session["customer_email"] is not None:
            raise parameter_invalid(
                "customer_email", "You may only specify one of these parameters: customer, customer_email."
            )
        tx.load("customer", customer, param="customer")
        session["customer"] = customer
    elif session["mode"] == "payment":
        session["customer_creation"] = creation or "if_required"
    if creation is not None and session["mode"] != "payment":
        raise parameter_invalid("customer_creation", "`customer_creation` can only be used in `payment` mode.")


def _method_options(params: Params, types: list[str]) -> Json:
    """``payment_method_options``; WeChat Pay must be told that the buyer pays on the web."""
    options: Json = {}
    given = params.section("payment_method_options")
    wechat = given.section("wechat_pay") if given is not None else None
    client = wechat.choice("client", ["web"]) if wechat is not None else None
    if "wechat_pay" in types and client is None:
        raise parameter_missing("payment_method_options[wechat_pay][client]")
    if client is not None:
        options["wechat_pay"] = {"app_id": None, "client": client, "setup_future_usage": "none"}
    card = given.section("card") if given is not None else None
    if card is not None:
        secure = card.choice("request_three_d_secure", ["automatic", "any", "challenge"])
        options["card"] = {"request_three_d_secure": secure or "automatic"}
    return options


def _payment_intent_data(data: Params | None) -> Json:
    if data is None:
        return {}
    fields: Json = {"metadata": data.metadata()}
    for name in ("description", "transfer_group", "receipt_email", "statement_descriptor_suffix"):
        if data.has(name):
            fields[name] = data.text(name, max_length=1000)
    if data.has("setup_future_usage"):
        fields["setup_future_usage"] = data.choice("setup_future_usage", ["off_session", "on_session"])
    data.choice("capture_method", ["automatic", "automatic_async"])
    return fields


def _subscription_data(data: Params | None) -> Json:
    if data is None:
        return {}
    return {
        "metadata": data.metadata(),
        "description": data.text("description", max_length=500),
        "trial_period_days": data.whole("trial_period_days", minimum=1, maximum=730),
    }


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    where = {
        "customer": params.text("customer"),
        "payment_intent": params.text("payment_intent"),
        "subscription": params.text("subscription"),
        "status": params.choice("status", ["open", "complete", "expired"]),
    }
    conditions = []
    details = params.section("customer_details")
    if details is not None:
        conditions.append(("json_extract(body, '$.customer_details.email') = ?", (details.need("email"),)))
    return list_of(tx, params, "checkout.session", url=URL, where=where, conditions=conditions)


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("checkout.session", id)


@endpoint(blueprint, "POST", f"{URL}/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    session = tx.load("checkout.session", id)
    session["metadata"] = params.metadata(current=session["metadata"])
    return tx.save(session)


@endpoint(blueprint, "POST", f"{URL}/<id>/expire")
def expire(tx: Transaction, params: Params, id: str) -> Json:
    return expire_session(tx, tx.load("checkout.session", id))


@endpoint(blueprint, "GET", f"{URL}/<id>/line_items")
def line_items(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("checkout.session", id)
    wanted = [path.removeprefix("data.") for path in params.texts("expand")]
    return page_of(line_items_of(tx, id, wanted), params, url=f"{URL}/{id}/line_items")
