"""/v1/payment_intents, /v1/charges, /v1/refunds, /v1/disputes."""

from __future__ import annotations

from flask import Blueprint

from ..domain import cards_on_file, disputes, payments, refunds, wallets
from ..errors import parameter_invalid, parameter_missing
from ..events import emit, snapshot, update_and_emit
from ..params import Params
from ..shapes.payments import EVIDENCE_FIELDS
from ..transaction import Json, Transaction
from .dispatch import base_url, endpoint
from .listing import list_of

blueprint = Blueprint("payments", __name__)
INTENTS = "/v1/payment_intents"
CANCEL_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")


def _read_intent(tx: Transaction, params: Params, current: Json) -> Json:
    fields: Json = {"metadata": params.metadata(current=current.get("metadata"))}
    for name in ("description", "transfer_group", "receipt_email", "statement_descriptor"):
        if params.has(name):
            fields[name] = params.text(name, max_length=1000)
    if params.has("statement_descriptor_suffix"):
        fields["statement_descriptor_suffix"] = params.text("statement_descriptor_suffix", max_length=22)
    if params.has("setup_future_usage"):
        fields["setup_future_usage"] = params.choice("setup_future_usage", ["off_session", "on_session"])
    if params.has("customer"):
        customer = params.text("customer")
        if customer:
            tx.load("customer", customer, param="customer")
        fields["customer"] = customer
    types = params.texts("payment_method_types")
    if types:
        wallets.check_types(types, currency=current.get("currency") or params.currency() or "usd")
        fields["payment_method_types"] = types
    calculation = _tax_calculation(tx, params)
    if calculation is not None:
        fields["hooks"] = {"inputs": {"tax": {"calculation": calculation}}}
    automatic = params.section("automatic_payment_methods")
    if automatic is not None:
        fields["automatic_payment_methods"] = {"enabled": automatic.flag("enabled")}
        automatic.choice("allow_redirects", ["always", "never"])
    return fields


def _tax_calculation(tx: Transaction, params: Params) -> str | None:
    """``hooks[inputs][tax][calculation]``: whose amount is being paid."""
    hooks = params.section("hooks")
    inputs = hooks.section("inputs") if hooks is not None else None
    of_tax = inputs.section("tax") if inputs is not None else None
    calculation = of_tax.text("calculation") if of_tax is not None else None
    if calculation is not None:
        tx.load("tax.calculation", calculation, param="hooks[inputs][tax][calculation]")
    return calculation


def _read_method(tx: Transaction, params: Params, customer: str | None) -> str | None:
    data = params.section("payment_method_data")
    if data is not None:
        return str(cards_on_file.read_new_payment_method(tx, data)["id"])
    wanted = params.text("payment_method")
    if wanted is None:
        return None
    method = cards_on_file.usable_payment_method(tx, wanted, customer=customer, param="payment_method")
    return str(method["id"])


@endpoint(blueprint, "POST", INTENTS)
def create(tx: Transaction, params: Params) -> Json:
    amount = params.amount("amount", required=True)
    currency = params.currency(required=True)
    assert amount is not None
    assert currency is not None
    fields = _read_intent(tx, params, {})
    fields["payment_method"] = _read_method(tx, params, fields.get("customer"))
    fields["capture_method"] = (
        params.choice("capture_method", ["automatic", "automatic_async", "manual"]) or "automatic"
    )
    params.choice("confirmation_method", ["automatic"])
    confirm_now = params.flag("confirm")
    off_session = params.flag("off_session")
    return_url = params.url("return_url")
    if off_session is not None and not confirm_now:
        raise parameter_invalid("off_session", "off_session can only be passed when confirm is true.")
    intent = payments.create_intent(tx, amount=amount, currency=currency, fields=fields)
    if confirm_now:
        payments.confirm(tx, intent, off_session=bool(off_session), return_url=return_url, base_url=base_url())
    return intent


@endpoint(blueprint, "GET", INTENTS)
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, "payment_intent", url=INTENTS, where={"customer": params.text("customer")})


@endpoint(blueprint, "GET", f"{INTENTS}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    params.ignore("client_secret")  # the secret key may read every intent
    return tx.load("payment_intent", id)


@endpoint(blueprint, "POST", f"{INTENTS}/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    intent = tx.load("payment_intent", id)
    fields = _read_intent(tx, params, intent)
    amount = params.amount("amount")
    method = _read_method(tx, params, fields.get("customer", intent["customer"]))
    if amount is not None or method is not None:
        payments.require_status(
            intent, ("requires_payment_method", "requires_confirmation", "requires_action"), "update"
        )
    intent.update(fields)
    if amount is not None:
        payments.check_amount(amount, intent["currency"])
        intent["amount"] = amount
    if method is not None:
        intent.update(payment_method=method, status="requires_confirmation", next_action=None)
    return tx.save(intent)


@endpoint(blueprint, "POST", f"{INTENTS}/<id>/confirm")
def confirm(tx: Transaction, params: Params, id: str) -> Json:
    intent = tx.load("payment_intent", id)
    intent.update(_read_intent(tx, params, intent))
    method = _read_method(tx, params, intent["customer"])
    off_session = bool(params.flag("off_session"))
    return_url = params.url("return_url")
    params.ignore("client_secret")  # the secret key may confirm every intent
    if method is not None:
        payments.require_status(
            intent, ("requires_payment_method", "requires_confirmation", "requires_action"), "confirm"
        )
        intent["payment_method"] = method
    return payments.confirm(tx, intent, off_session=off_session, return_url=return_url, base_url=base_url())


@endpoint(blueprint, "POST", f"{INTENTS}/<id>/capture")
def capture(tx: Transaction, params: Params, id: str) -> Json:
    intent = tx.load("payment_intent", id)
    intent["metadata"] = params.metadata(current=intent["metadata"])
    return payments.capture(tx, intent, params.amount("amount_to_capture"))


@endpoint(blueprint, "POST", f"{INTENTS}/<id>/cancel")
def cancel(tx: Transaction, params: Params, id: str) -> Json:
    reason = params.choice("cancellation_reason", CANCEL_REASONS)
    return payments.cancel_intent(tx, tx.load("payment_intent", id), reason=reason)


@endpoint(blueprint, "GET", "/v1/charges")
def list_charges(tx: Transaction, params: Params) -> Json:
    where = {
        "customer": params.text("customer"),
        "payment_intent": params.text("payment_intent"),
        "transfer_group": params.text("transfer_group"),
    }
    return list_of(tx, params, "charge", url="/v1/charges", where=where)


@endpoint(blueprint, "GET", "/v1/charges/<id>")
def retrieve_charge(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("charge", id)


@endpoint(blueprint, "POST", "/v1/charges/<id>")
def update_charge(tx: Transaction, params: Params, id: str) -> Json:
    charge = tx.load("charge", id)
    before = snapshot(charge)
    charge["metadata"] = params.metadata(current=charge["metadata"])
    for name in ("description", "transfer_group", "receipt_email"):
        if params.has(name):
            charge[name] = params.text(name)
    fraud = params.section("fraud_details")
    if fraud is not None:
        charge["fraud_details"] = {
            **charge["fraud_details"],
            "user_report": fraud.choice("user_report", ["fraudulent", "safe"]),
        }
    update_and_emit(tx, charge, before, "charge.updated")
    return charge


@endpoint(blueprint, "GET", "/v1/charges/<id>/refunds")
def refunds_of(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("charge", id)
    return list_of(tx, params, "refund", url=f"/v1/charges/{id}/refunds", where={"charge": id})


@endpoint(blueprint, "POST", "/v1/refunds")
def create_refund(tx: Transaction, params: Params) -> Json:
    charge_id, intent_id = params.text("charge"), params.text("payment_intent")
    if charge_id:
        charge = tx.load("charge", charge_id, param="charge")
    elif intent_id:
        charge = refunds.charge_of_intent(tx, tx.load("payment_intent", intent_id, param="payment_intent"))
    else:
        raise parameter_missing("charge")
    return refunds.refund_charge(
        tx,
        charge,
        amount=params.amount("amount"),
        reason=params.choice("reason", ["duplicate", "fraudulent", "requested_by_customer"]),
        metadata=params.metadata(),
    )


@endpoint(blueprint, "GET", "/v1/refunds")
def list_refunds(tx: Transaction, params: Params) -> Json:
    where = {"charge": params.text("charge"), "payment_intent": params.text("payment_intent")}
    return list_of(tx, params, "refund", url="/v1/refunds", where=where)


@endpoint(blueprint, "GET", "/v1/refunds/<id>")
def retrieve_refund(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("refund", id)


@endpoint(blueprint, "POST", "/v1/refunds/<id>")
def update_refund(tx: Transaction, params: Params, id: str) -> Json:
    refund = tx.load("refund", id)
    before = snapshot(refund)
    refund["metadata"] = params.metadata(current=refund["metadata"])
    if before != refund:
        tx.save(refund)
        emit(tx, "refund.updated", refund, previous={"metadata": before["metadata"]})
    return refund


@endpoint(blueprint, "GET", "/v1/disputes")
def list_disputes(tx: Transaction, params: Params) -> Json:
    where = {"charge": params.text("charge"), "payment_intent": params.text("payment_intent")}
    return list_of(tx, params, "dispute", url="/v1/disputes", where=where)


@endpoint(blueprint, "GET", "/v1/disputes/<id>")
def retrieve_dispute(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("dispute", id)


@endpoint(blueprint, "POST", "/v1/disputes/<id>")
def update_dispute(tx: Transaction, params: Params, id: str) -> Json:
    dispute = tx.load("dispute", id)
    dispute["metadata"] = params.metadata(current=dispute["metadata"])
    given = params.section("evidence")
    submit = params.flag("submit")
    evidence: dict[str, str | None] = {}
    if given is not None:
        evidence = {name: given.text(name, max_length=20000) for name in EVIDENCE_FIELDS if given.has(name)}
    if given is None and submit is None:
        return tx.save(dispute)
    return disputes.answer_dispute(tx, dispute, evidence=evidence, submit=submit is not False)


@endpoint(blueprint, "POST", "/v1/disputes/<id>/close")
def close_dispute(tx: Transaction, params: Params, id: str) -> Json:
    return disputes.close_dispute(tx, tx.load("dispute", id))


@endpoint(blueprint, "POST", "/v1/test_helpers/charges/<id>/dispute")
def dispute_charge(tx: Transaction, params: Params, id: str) -> Json:
    """An addition of this server: the card holder disputes a charge that was paid before, after a refund too."""
    charge = tx.load("charge", id)
    if not charge["captured"]:
        raise parameter_invalid("id", f"Charge {id} has not been captured.")
    amount = params.amount("amount")
    if amount is not None and amount > charge["amount"]:
        raise parameter_invalid("amount", "A dispute is about the charge's amount at most.")
    reason = params.choice("reason", ["fraudulent", "product_not_received", "product_unacceptable"])
    return disputes.open_dispute(tx, charge, reason=reason or "fraudulent", amount=amount)
