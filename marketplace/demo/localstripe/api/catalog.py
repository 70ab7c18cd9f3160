"""/v1/products and /v1/prices."""

from __future__ import annotations

from flask import Blueprint

from ..errors import parameter_invalid, parameter_missing, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..params import Params
from ..shapes import catalog as shapes
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of

blueprint = Blueprint("catalog", __name__)
INTERVALS = ("day", "week", "month", "year")
PRODUCT_TEXTS = {"description": 40000, "statement_descriptor": 22, "tax_code": 100, "unit_label": 12, "url": 2048}


def create_product(tx: Transaction, params: Params, *, id: str | None = None) -> Json:
    """Make a product from ``name`` and the optional fields of ``params``."""
    product = shapes.product(
        id=id or new_id("prod", 14), created=tx.real_now_s, name=params.need("name", max_length=1500)
    )
    _read_product(params, product)
    tx.insert("product", product)
    emit(tx, "product.created", product)
    return product


def _read_product(params: Params, product: Json) -> None:
    product["metadata"] = params.metadata(current=product["metadata"])
    for name, length in PRODUCT_TEXTS.items():
        if params.has(name):
            product[name] = params.text(name, max_length=length)
    if params.has("images"):
        product["images"] = params.texts("images")
        if len(product["images"]) > 8:
            raise parameter_invalid("images", "A product has at most 8 images.")
    if params.has("marketing_features"):
        product["marketing_features"] = [
            {"name": feature.need("name", max_length=80)} for feature in params.sections("marketing_features")
        ]
    for name in ("active", "shippable"):
        if params.has(name):
            product[name] = params.flag(name)


def create_price(tx: Transaction, params: Params, *, product_id: str, currency: str) -> Json:
    """Make a price of a product from ``unit_amount`` and ``recurring[...]``."""
    amount = params.amount("unit_amount", minimum=0)
    text = params.text("unit_amount_decimal")
    if amount is None and text is not None:
        if not text.isdigit():
            raise parameter_invalid(
                "unit_amount_decimal", "This local server takes whole minor units only in unit_amount_decimal."
            )
        amount = int(text)
    custom = _custom_amount(params)
    if amount is None and custom is None:
        raise parameter_missing(params.full("unit_amount"))
    recurring = params.section("recurring")
    recurring_shape = None
    if recurring is not None:
        interval = recurring.choice("interval", INTERVALS, required=True)
        assert interval is not None
        recurring_shape = shapes.recurring(
            interval=interval,
            interval_count=recurring.whole("interval_count", minimum=1, maximum=365) or 1,
        )
        recurring.choice("usage_type", ["licensed"])
    price = shapes.price(
        id=new_id("price"),
        created=tx.real_now_s,
        product=product_id,
        currency=currency,
        unit_amount=amount,
        recurring=recurring_shape,
    )
    price["custom_unit_amount"] = custom
    price["tax_behavior"] = params.choice("tax_behavior", ["exclusive", "inclusive", "unspecified"]) or "unspecified"
    tx.insert("price", price)
    return price


def _custom_amount(params: Params) -> Json | None:
    """``custom_unit_amount[...]``: the buyer chooses what to pay, between bounds."""
    custom = params.section("custom_unit_amount")
    if custom is None or not custom.flag("enabled"):
        return None
    if params.has("unit_amount") or params.has("recurring"):
        raise parameter_invalid(
            "custom_unit_amount", "`custom_unit_amount` goes with neither `unit_amount` nor `recurring`."
        )
    bounds = {name: custom.amount(name, minimum=0) for name in ("maximum", "minimum", "preset")}
    low, high, preset = bounds["minimum"] or 0, bounds["maximum"], bounds["preset"]
    if (high is not None and high < low) or (preset is not None and not low <= preset <= (high or preset)):
        raise parameter_invalid("custom_unit_amount", "The bounds and the preset do not fit each other.")
    return bounds


@endpoint(blueprint, "POST", "/v1/products")
def post_product(tx: Transaction, params: Params) -> Json:
    wanted = params.text("id")
    if wanted and tx.find(wanted) is not None:
        raise unexpected_state(f"Product already exists with id {wanted}.", code="resource_already_exists", param="id")
    params.ignore("type")  # an old parameter: every product here is a service
    product = create_product(tx, params, id=wanted)
    data = params.section("default_price_data")
    if data is not None:
        currency = data.currency(required=True)
        assert currency is not None
        price = create_price(tx, data, product_id=product["id"], currency=currency)
        price["metadata"] = data.metadata()
        tx.save(price)
        emit(tx, "price.created", price)
        product["default_price"] = price["id"]
        tx.save(product)
    return product


@endpoint(blueprint, "GET", "/v1/products")
def list_products(tx: Transaction, params: Params) -> Json:
    where = {"active": params.flag("active")}
    conditions = []
    ids = params.texts("ids")
    if ids:
        conditions.append((f"id IN ({','.join('?' * len(ids))})", tuple(ids)))
    return list_of(tx, params, "product", url="/v1/products", where=where, conditions=conditions)


@endpoint(blueprint, "GET", "/v1/products/<id>")
def get_product(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("product", id)


@endpoint(blueprint, "POST", "/v1/products/<id>")
def update_product(tx: Transaction, params: Params, id: str) -> Json:
    product = tx.load("product", id)
    before = snapshot(product)
    if params.has("name"):
        product["name"] = params.need("name", max_length=1500)
    _read_product(params, product)
    if params.has("default_price"):
        price = params.text("default_price")
        if price and tx.load("price", price, param="default_price")["product"] != id:
            raise parameter_invalid("default_price", "The default price must be a price of this product.")
        product["default_price"] = price
    if product != before:
        product["updated"] = tx.real_now_s
    update_and_emit(tx, product, before, "product.updated")
    return product


@endpoint(blueprint, "DELETE", "/v1/products/<id>")
def delete_product(tx: Transaction, params: Params, id: str) -> Json:
    product = tx.load("product", id)
    if tx.select("price", where={"product": id}, limit=1):
        raise unexpected_state(
            "This product cannot be deleted because it has one or more user-created prices.",
            code="resource_in_use",
        )
    emit(tx, "product.deleted", product)
    tx.delete(id)
    return {"id": id, "object": "product", "deleted": True}


@endpoint(blueprint, "POST", "/v1/prices")
def post_price(tx: Transaction, params: Params) -> Json:
    currency = params.currency(required=True)
    assert currency is not None
    data = params.section("product_data")
    product_id = params.text("product")
    if data is not None and product_id is None:
        product_id = create_product(tx, data)["id"]
    if product_id is None:
        raise parameter_missing("product")
    tx.load("product", product_id, param="product")
    params.choice("billing_scheme", ["per_unit"])
    price = create_price(tx, params, product_id=product_id, currency=currency)
    _read_price(tx, params, price)
    tx.save(price)
    emit(tx, "price.created", price)
    return price


def _read_price(tx: Transaction, params: Params, price: Json) -> None:
    price["metadata"] = params.metadata(current=price["metadata"])
    if params.has("nickname"):
        price["nickname"] = params.text("nickname")
    if params.has("active"):
        price["active"] = params.flag("active")
    takes_over = params.flag("transfer_lookup_key")
    if params.has("lookup_key"):
        key = params.text("lookup_key", max_length=200)
        for other in tx.select("price", where={"lookup_key": key}) if key else []:
            if other["id"] == price["id"]:
                continue
            if not takes_over:
                raise parameter_invalid(
                    "lookup_key",
                    f"A price (`{other['id']}`) already uses that lookup key. "
                    "Pass transfer_lookup_key=true to move it.",
                )
            other["lookup_key"] = None
            tx.save(other)
        price["lookup_key"] = key


@endpoint(blueprint, "GET", "/v1/prices")
def list_prices(tx: Transaction, params: Params) -> Json:
    where = {
        "active": params.flag("active"),
        "currency": params.currency(),
        "product": params.text("product"),
        "type": params.choice("type", ["one_time", "recurring"]),
    }
    keys = params.texts("lookup_keys")
    conditions = []
    if keys:
        marks = ",".join("?" * len(keys))
        conditions.append((f"json_extract(body, '$.lookup_key') IN ({marks})", tuple(keys)))
    return list_of(tx, params, "price", url="/v1/prices", where=where, conditions=conditions)


@endpoint(blueprint, "GET", "/v1/prices/<id>")
def get_price(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("price", id)


@endpoint(blueprint, "POST", "/v1/prices/<id>")
def update_price(tx: Transaction, params: Params, id: str) -> Json:
    price = tx.load("price", id)
    before = snapshot(price)
    _read_price(tx, params, price)
    update_and_emit(tx, price, before, "price.updated")
    return price
