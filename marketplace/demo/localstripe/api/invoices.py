"""/v1/invoices, /v1/invoiceitems, /v1/invoice_payments."""

from __future__ import annotations

from flask import Blueprint

from ..clocks import customer_now
from ..domain import cards_on_file, changes, invoices
from ..errors import parameter_invalid, unexpected_state
from ..events import emit
from ..identifiers import new_id
from ..params import Params
from ..shapes import billing as shapes
from ..transaction import Json, Transaction
from .dispatch import base_url, endpoint
from .listing import list_of, page_of
from .subscriptions import read_terms

blueprint = Blueprint("invoices", __name__)
URL = "/v1/invoices"


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    customer = tx.load("customer", params.need("customer"), param="customer")
    params.choice("collection_method", ["charge_automatically"])
    including = params.choice("pending_invoice_items_behavior", ["exclude", "include"])
    invoice = invoices.create_invoice(
        tx,
        customer=customer,
        currency=params.currency() or customer["currency"] or tx.setting("currency") or "usd",
        billing_reason="manual",
        fields={"metadata": params.metadata(), "description": params.text("description", max_length=1500)},
    )
    params.flag("auto_advance")  # a manual invoice waits for its finalization here
    if including == "include":
        invoices.take_pending_items(tx, invoice, subscription=None)
    tx.save(invoice)
    emit(tx, "invoice.created", invoice)
    return invoice


@endpoint(blueprint, "POST", f"{URL}/create_preview")
def create_preview(tx: Transaction, params: Params) -> Json:
    """What a subscription would be charged: by a change now, else by its next renewal. Nothing is kept."""
    subscription = tx.load("subscription", params.need("subscription"), param="subscription")
    details = params.section("subscription_details") or Params({})
    given = [
        (one.need("id"), one.text("price"), one.whole("quantity", minimum=1, maximum=999_999))
        for one in details.sections("items")
    ]
    return changes.preview(tx, subscription["id"], given, read_terms(tx, details, subscription))


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    where = {
        "customer": params.text("customer"),
        "status": params.choice("status", ["draft", "open", "paid", "uncollectible", "void"]),
        "parent.subscription_details.subscription": params.text("subscription"),
    }
    return list_of(tx, params, "invoice", url=URL, where=where)


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("invoice", id)


@endpoint(blueprint, "GET", f"{URL}/<id>/lines")
def lines(tx: Transaction, params: Params, id: str) -> Json:
    return page_of(tx.load("invoice", id)["lines"]["data"], params, url=f"{URL}/{id}/lines")


@endpoint(blueprint, "POST", f"{URL}/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    invoice = tx.load("invoice", id)
    invoice["metadata"] = params.metadata(current=invoice["metadata"])
    if params.has("description"):
        if invoice["status"] != "draft":
            raise unexpected_state("Finalized invoices can't be updated in this way", code="invoice_not_editable")
        invoice["description"] = params.text("description", max_length=1500)
    tx.save(invoice)
    emit(tx, "invoice.updated", invoice)
    return invoice


@endpoint(blueprint, "DELETE", f"{URL}/<id>")
def delete(tx: Transaction, params: Params, id: str) -> Json:
    invoice = tx.load("invoice", id)
    if invoice["status"] != "draft":
        raise unexpected_state("You can only delete draft invoices.", code="invoice_not_editable")
    emit(tx, "invoice.deleted", invoice)
    tx.delete(id)
    return {"id": id, "object": "invoice", "deleted": True}


@endpoint(blueprint, "POST", f"{URL}/<id>/finalize")
def finalize(tx: Transaction, params: Params, id: str) -> Json:
    params.flag("auto_advance")
    return invoices.finalize(tx, tx.load("invoice", id), base_url=base_url())


@endpoint(blueprint, "POST", f"{URL}/<id>/pay")
def pay(tx: Transaction, params: Params, id: str) -> Json:
    invoice = tx.load("invoice", id)
    wanted = params.text("payment_method")
    if wanted is None and invoice["parent"]:
        subscription = tx.find(invoices.subscription_of(invoice) or "", kind="subscription")
        wanted = subscription["default_payment_method"] if subscription else None
    method = None
    if wanted:
        method = cards_on_file.usable_payment_method(tx, wanted, customer=invoice["customer"], param="payment_method")[
            "id"
        ]
    return invoices.pay_invoice(
        tx,
        invoice,
        payment_method=method,
        off_session=params.flag("off_session") is not False,
        base_url=base_url(),
    )


@endpoint(blueprint, "POST", f"{URL}/<id>/void")
def void(tx: Transaction, params: Params, id: str) -> Json:
    return invoices.void(tx, tx.load("invoice", id))


@endpoint(blueprint, "POST", f"{URL}/<id>/mark_uncollectible")
def mark_uncollectible(tx: Transaction, params: Params, id: str) -> Json:
    invoice = tx.load("invoice", id)
    if invoice["status"] != "open":
        raise unexpected_state("You can only mark an open invoice as uncollectible.", code="invoice_not_editable")
    invoices.stop_collecting(tx, invoice)
    invoice["status"] = "uncollectible"
    invoice["status_transitions"]["marked_uncollectible_at"] = customer_now(tx, invoice["customer"])
    tx.save(invoice)
    emit(tx, "invoice.marked_uncollectible", invoice)
    return invoice


@endpoint(blueprint, "POST", "/v1/invoiceitems")
def create_item(tx: Transaction, params: Params) -> Json:
    customer = tx.load("customer", params.need("customer"), param="customer")
    quantity = params.whole("quantity", minimum=1, maximum=999_999) or 1
    pricing = params.section("pricing")
    price_id = pricing.text("price") if pricing is not None else None
    price = tx.load("price", price_id, param="pricing[price]") if price_id else None
    amount = params.whole("amount", minimum=-99_999_999, maximum=99_999_999, required=price is None)
    if price is not None:
        amount = price["unit_amount"] * quantity
    assert amount is not None
    item = shapes.invoice_item(
        id=new_id("ii"),
        created=customer_now(tx, customer["id"]),
        customer=customer["id"],
        amount=amount,
        currency=params.currency() or (price or {}).get("currency") or customer["currency"] or "usd",
        quantity=quantity,
    )
    item.update(description=params.text("description"), metadata=params.metadata(), test_clock=customer["test_clock"])
    if price is not None:
        item["pricing"] = {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        }
    subscription = params.text("subscription")
    if subscription:
        tx.load("subscription", subscription, param="subscription")
        item["parent"] = {
            "subscription_details": {"subscription": subscription},
            "type": "subscription_details",
        }
    tx.insert("invoiceitem", item)
    invoice_id = params.text("invoice")
    if invoice_id:
        invoice = tx.load("invoice", invoice_id, param="invoice")
        if invoice["status"] != "draft" or invoice["customer"] != customer["id"]:
            raise parameter_invalid("invoice", "Items can be added to the customer's draft invoices only.")
        invoices.take_pending_items(tx, invoice, subscription=subscription)
        tx.save(invoice)
    emit(tx, "invoiceitem.created", item)
    return item


@endpoint(blueprint, "GET", "/v1/invoiceitems")
def list_items(tx: Transaction, params: Params) -> Json:
    where = {"customer": params.text("customer"), "invoice": params.text("invoice")}
    return list_of(tx, params, "invoiceitem", url="/v1/invoiceitems", where=where)


@endpoint(blueprint, "GET", "/v1/invoiceitems/<id>")
def retrieve_item(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("invoiceitem", id)


@endpoint(blueprint, "DELETE", "/v1/invoiceitems/<id>")
def delete_item(tx: Transaction, params: Params, id: str) -> Json:
    item = tx.load("invoiceitem", id)
    if item["invoice"] is not None:
        raise unexpected_state("This item is on an invoice already.", code="invoice_not_editable")
    emit(tx, "invoiceitem.deleted", item)
    tx.delete(id)
    return {"id": id, "object": "invoiceitem", "deleted": True}


@endpoint(blueprint, "GET", "/v1/invoice_payments")
def list_payments(tx: Transaction, params: Params) -> Json:
    where = {"invoice": params.text("invoice"), "status": params.text("status")}
    payment = params.section("payment")
    if payment is not None:
        payment.choice("type", ["payment_intent"])
        where["payment.payment_intent"] = payment.text("payment_intent")
    return list_of(tx, params, "invoice_payment", url="/v1/invoice_payments", where=where)


@endpoint(blueprint, "GET", "/v1/invoice_payments/<id>")
def retrieve_payment(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("invoice_payment", id)
