"""/v1/customers and /v1/payment_methods."""

from __future__ import annotations

from flask import Blueprint

from ..domain import cards_on_file
from ..domain.customers import create_customer
from ..domain.tax_ids import create_tax_id
from ..errors import parameter_invalid
from ..events import emit, snapshot, update_and_emit
from ..params import Params
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of
from .tax import read_tax_id

blueprint = Blueprint("customers", __name__)
TEXT_FIELDS = {"description": 350, "email": 512, "name": 256, "phone": 20}


def _read_fields(tx: Transaction, params: Params, current: Json) -> Json:
    fields: Json = {"metadata": params.metadata(current=current.get("metadata"))}
    for name, length in TEXT_FIELDS.items():
        if params.has(name):
            fields[name] = params.text(name, max_length=length)
    if params.has("address"):
        fields["address"] = cards_on_file.read_address(params.section("address"), current.get("address"))
    if params.has("preferred_locales"):
        fields["preferred_locales"] = params.texts("preferred_locales")
    if params.has("tax_exempt"):
        fields["tax_exempt"] = params.choice("tax_exempt", ["exempt", "none", "reverse"]) or "none"
    if params.has("balance"):
        balance = params.whole("balance", minimum=0)
        if balance:
            raise parameter_invalid("balance", "This local server keeps no customer balances.")
    return fields


def _default_method(tx: Transaction, params: Params, customer: Json) -> None:
    settings = params.section("invoice_settings")
    if settings is None or not settings.has("default_payment_method"):
        return
    method_id = settings.text("default_payment_method")
    if method_id is not None:
        method = tx.load("payment_method", method_id, param="invoice_settings[default_payment_method]")
        if method["customer"] != customer["id"]:
            raise parameter_invalid(
                "invoice_settings[default_payment_method]",
                f"The customer does not have a payment method with the ID {method_id}. The payment method must be "
                "attached to the customer.",
            )
    customer["invoice_settings"]["default_payment_method"] = method_id


@endpoint(blueprint, "POST", "/v1/customers")
def create(tx: Transaction, params: Params) -> Json:
    fields = _read_fields(tx, params, {})
    method_id = params.text("payment_method")
    clock = params.text("test_clock")
    if clock:
        tx.load("test_helpers.test_clock", clock, param="test_clock")
        fields["test_clock"] = clock
    given_ids = [read_tax_id(item) for item in params.sections("tax_id_data")]
    customer = create_customer(tx, fields)
    for type, value in given_ids:
        create_tax_id(tx, customer, type=type, value=value)
    if method_id:
        method = cards_on_file.usable_payment_method(tx, method_id, customer=customer["id"], param="payment_method")
        cards_on_file.attach(tx, method, customer)
    _default_method(tx, params, customer)
    return tx.save(customer)


@endpoint(blueprint, "GET", "/v1/customers")
def listing(tx: Transaction, params: Params) -> Json:
    where = {"email": params.text("email"), "test_clock": params.text("test_clock")}
    return list_of(tx, params, "customer", url="/v1/customers", where=where)


@endpoint(blueprint, "GET", "/v1/customers/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    gone = tx.find(id, kind="deleted_customer")
    return gone or tx.load("customer", id)


@endpoint(blueprint, "POST", "/v1/customers/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    customer = tx.load("customer", id)
    before = snapshot(customer)
    customer.update(_read_fields(tx, params, customer))
    _default_method(tx, params, customer)
    update_and_emit(tx, customer, before, "customer.updated")
    return customer


@endpoint(blueprint, "DELETE", "/v1/customers/<id>")
def delete(tx: Transaction, params: Params, id: str) -> Json:
    from ..domain import subscriptions

    customer = tx.load("customer", id)
    for subscription in tx.select("subscription", where={"customer": id}):
        if subscription["status"] in (*subscriptions.LIVE, "incomplete"):
            subscriptions.cancel_now(tx, subscription, at=tx.real_now_s, reason="cancellation_requested")
    emit(tx, "customer.deleted", customer)
    tx.delete(id)
    gone = {"id": id, "object": "customer", "deleted": True}
    return tx.insert("deleted_customer", gone)


@endpoint(blueprint, "GET", "/v1/customers/<id>/payment_methods")
def methods_of(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("customer", id)
    where = {"customer": id, "type": params.text("type")}
    return list_of(tx, params, "payment_method", url=f"/v1/customers/{id}/payment_methods", where=where)


@endpoint(blueprint, "GET", "/v1/customers/<id>/payment_methods/<method_id>")
def method_of(tx: Transaction, params: Params, id: str, method_id: str) -> Json:
    method = tx.load("payment_method", method_id)
    if method["customer"] != id:
        raise parameter_invalid("payment_method", f"No such payment method for this customer: {method_id}")
    return method


@endpoint(blueprint, "POST", "/v1/payment_methods")
def create_method(tx: Transaction, params: Params) -> Json:
    method = cards_on_file.read_new_payment_method(tx, params)
    method["metadata"] = params.metadata()
    return tx.save(method)


@endpoint(blueprint, "GET", "/v1/payment_methods")
def list_methods(tx: Transaction, params: Params) -> Json:
    where = {"customer": params.text("customer"), "type": params.text("type")}
    return list_of(tx, params, "payment_method", url="/v1/payment_methods", where=where)


@endpoint(blueprint, "GET", "/v1/payment_methods/<id>")
def retrieve_method(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("payment_method", id)


@endpoint(blueprint, "POST", "/v1/payment_methods/<id>")
def update_method(tx: Transaction, params: Params, id: str) -> Json:
    method = tx.load("payment_method", id)
    before = snapshot(method)
    method["metadata"] = params.metadata(current=method["metadata"])
    if params.has("billing_details"):
        method["billing_details"] = cards_on_file.read_billing_details(params.section("billing_details"))
    update_and_emit(tx, method, before, "payment_method.updated")
    return method


@endpoint(blueprint, "POST", "/v1/payment_methods/<id>/attach")
def attach_method(tx: Transaction, params: Params, id: str) -> Json:
    customer = tx.load("customer", params.need("customer"), param="customer")
    method = cards_on_file.usable_payment_method(tx, id, customer=customer["id"], param="payment_method")
    return cards_on_file.attach(tx, method, customer)


@endpoint(blueprint, "POST", "/v1/payment_methods/<id>/detach")
def detach_method(tx: Transaction, params: Params, id: str) -> Json:
    return cards_on_file.detach(tx, tx.load("payment_method", id))
