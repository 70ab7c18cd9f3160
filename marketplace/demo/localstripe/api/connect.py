"""/v1/accounts, /v1/account_links, /v1/transfers, /v1/payouts."""

from __future__ import annotations

from flask import Blueprint

from ..domain import connect, transfers, verification
from ..domain.books import balances
from ..errors import parameter_invalid, unexpected_state
from ..events import snapshot, update_and_emit
from ..identifiers import random_text
from ..params import Params
from ..shapes import connect as shapes
from ..transaction import Json, Transaction
from .dispatch import base_url, endpoint
from .listing import list_of, page_of

blueprint = Blueprint("connect", __name__)
CAPABILITIES = ("card_payments", "transfers", "legacy_payments")
BUSINESS_TYPES = ("company", "government_entity", "individual", "non_profit")
ADDRESS_LINES = ("line1", "line2", "postal_code", "state")
PERSON_FIELDS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
    "id_number": "tax_id",
}
COMPANY_FIELDS = {"name": "company_name", "phone": "phone", "tax_id": "tax_id", "vat_id": "vat_id"}
DASHBOARD_TYPE = {"express": "express", "full": "standard", "none": "none"}


def _read_controller(params: Params) -> tuple[str, dict[str, str]]:
    """The account's type and what the caller said about its controller."""
    kind = params.choice("type", ["custom", "express", "standard"])
    group = params.section("controller")
    if group is None:
        return kind or "express", {}
    if kind is not None:
        raise parameter_invalid("type", "You may pass only one of `type` and `controller`.")
    given: dict[str, str] = {}
    for name, inner, choices, target in (
        ("fees", "payer", ("account", "application"), "fees_payer"),
        ("losses", "payments", ("application", "stripe"), "losses"),
        ("stripe_dashboard", "type", ("express", "full", "none"), "dashboard"),
    ):
        section = group.section(name)
        value = section.choice(inner, choices) if section is not None else None
        if value:
            given[target] = value
    collected_by = group.choice("requirement_collection", ["application", "stripe"])
    if collected_by:
        given["requirement_collection"] = collected_by
    dashboard = given.setdefault("dashboard", "full")
    base = {"express": "express", "full": "standard", "none": "custom"}[dashboard]
    return base, given


def _read_account(params: Params, account: Json) -> None:
    account["metadata"] = params.metadata(current=account["metadata"])
    if params.has("email"):
        account["email"] = params.text("email", max_length=512)
    if params.has("business_type"):
        account["business_type"] = params.choice("business_type", BUSINESS_TYPES)
    profile = params.section("business_profile")
    if profile is not None:
        for name in ("mcc", "name", "product_description", "support_email", "support_phone", "support_url", "url"):
            if profile.has(name):
                account["business_profile"][name] = profile.text(name)
        support = profile.section("support_address")
        if support is not None:
            account["business_profile"]["support_address"] = shapes.address(
                _read_address(support), country=account["country"]
            )
    requested = params.section("capabilities")
    if requested is not None:
        for name in CAPABILITIES:
            section = requested.section(name)
            if section is not None and section.flag("requested"):
                connect.request_capability(account, name)
    settings = params.section("settings")
    payouts = settings.section("payouts") if settings is not None else None
    plan = payouts.section("schedule") if payouts is not None else None
    if plan is not None:
        interval = plan.choice("interval", ["daily", "manual"])
        if interval:
            account["settings"]["payouts"]["schedule"]["interval"] = interval


def _read_address(params: Params) -> Json:
    return {name: params.text(name, max_length=200) for name in ("city", "country", *ADDRESS_LINES)}


def _read_identity(params: Params, account: Json) -> Json:
    """What the platform says of the person or the company; allowed where it collects the requirements itself."""
    given: Json = {}
    for group, names in (("individual", PERSON_FIELDS), ("company", COMPANY_FIELDS)):
        section = params.section(group)
        if section is None:
            continue
        if account["controller"].get("requirement_collection") != "application":
            raise parameter_invalid(group, f"You cannot set `{group}`: Stripe collects this account's requirements.")
        given |= {ours: section.text(theirs, max_length=200) for theirs, ours in names.items()}
        address = section.section("address")
        given |= _read_address(address) if address is not None else {}
    return given


@endpoint(blueprint, "POST", "/v1/accounts")
def create(tx: Transaction, params: Params) -> Json:
    base, controller = _read_controller(params)
    country = (params.text("country", max_length=2) or tx.setting("country") or "US").upper()
    currency = params.currency("default_currency") or tx.setting("currency") or "usd"
    account = connect.create_account(
        tx, type=base, controller=controller, country=country, currency=currency, fields={}
    )
    if controller:
        account["type"] = DASHBOARD_TYPE[controller["dashboard"]]
    _read_account(params, account)
    if given := _read_identity(params, account):
        verification.learn(tx, account, given)
    verification.show(tx, account)
    return tx.save(account)


@endpoint(blueprint, "GET", "/v1/accounts")
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, "account", url="/v1/accounts")


@endpoint(blueprint, "GET", "/v1/account")
def own(tx: Transaction, params: Params) -> Json:
    if tx.account != tx.platform:
        return tx.load("account", tx.account, any_account=True)
    return platform_account(tx)


def platform_account(tx: Transaction) -> Json:
    account = shapes.account(
        id=tx.platform,
        created=0,
        country=tx.setting("country") or "US",
        currency=tx.setting("currency") or "usd",
        type="standard",
        controller={"type": "account"},
    )
    account.update(
        charges_enabled=True,
        details_submitted=True,
        payouts_enabled=True,
        capabilities={"card_payments": "active", "transfers": "active"},
        requirements=shapes.requirements([], disabled_reason=None),
    )
    return account


@endpoint(blueprint, "GET", "/v1/accounts/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    if id == tx.platform:
        return platform_account(tx)
    return tx.load("account", id, any_account=id == tx.account)


@endpoint(blueprint, "POST", "/v1/accounts/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    account = tx.load("account", id)
    before = snapshot(account)
    _read_account(params, account)
    if given := _read_identity(params, account):
        verification.learn(tx, account, given)
    connect.review(tx, account, before)
    return account


@endpoint(blueprint, "POST", "/v1/accounts/<id>/reject")
def reject(tx: Transaction, params: Params, id: str) -> Json:
    account = tx.load("account", id)
    reason = params.choice("reason", ["fraud", "other", "terms_of_service"], required=True)
    assert reason is not None
    if account["controller"]["losses"]["payments"] != "application":
        raise unexpected_state("You can only reject accounts whose losses you bear.", code="account_invalid")
    return connect.reject(tx, account, reason)


@endpoint(blueprint, "DELETE", "/v1/accounts/<id>")
def delete(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("account", id)
    with tx.acting_as(id):
        available, pending = balances(tx)
    if any(available.values()) or any(pending.values()):
        raise unexpected_state("Only accounts with a balance of zero can be deleted.", code="account_invalid")
    tx.delete(id)
    return {"id": id, "object": "account", "deleted": True}


@endpoint(blueprint, "GET", "/v1/accounts/<id>/external_accounts")
def external_accounts(tx: Transaction, params: Params, id: str) -> Json:
    account = tx.load("account", id)
    params.ignore("object")  # bank accounts are the only kind here
    return page_of(account["external_accounts"]["data"], params, url=f"/v1/accounts/{id}/external_accounts")


@endpoint(blueprint, "POST", "/v1/accounts/<id>/login_links")
def login_link(tx: Transaction, params: Params, id: str) -> Json:
    account = tx.load("account", id)
    if account["controller"]["stripe_dashboard"]["type"] != "express" or not account["details_submitted"]:
        raise unexpected_state(
            "Cannot create a login link for an account that has not completed onboarding.",
            code="account_invalid",
        )
    private = tx.private(id)
    key = random_text(24)
    private["login_keys"] = [*private.get("login_keys", []), key][-20:]
    tx.save(account)
    return shapes.login_link(created=tx.real_now_s, url=f"{base_url()}/express/{id}/{key}")


@endpoint(blueprint, "POST", "/v1/account_links")
def account_link(tx: Transaction, params: Params) -> Json:
    account = tx.load("account", params.need("account"), param="account")
    kind = params.choice("type", ["account_onboarding", "account_update"], required=True)
    return_url = params.url("return_url", required=True)
    refresh_url = params.url("refresh_url", required=True)
    assert kind is not None
    assert return_url is not None
    assert refresh_url is not None
    params.ignore("collect")  # the former way to say which fields
    collects = params.section("collection_options")
    fields = collects.choice("fields", ["currently_due", "eventually_due"]) if collects is not None else None
    return connect.create_link(
        tx,
        account,
        type=kind,
        return_url=return_url,
        refresh_url=refresh_url,
        base_url=base_url(),
        asks_for_all=fields == "eventually_due",
    )


@endpoint(blueprint, "POST", "/v1/transfers")
def create_transfer(tx: Transaction, params: Params) -> Json:
    amount = params.amount("amount", required=True)
    currency = params.currency(required=True)
    assert amount is not None
    assert currency is not None
    fields: Json = {
        "description": params.text("description"),
        "metadata": params.metadata(),
        "transfer_group": params.text("transfer_group"),
    }
    params.choice("source_type", ["card"])
    return transfers.create_transfer(
        tx,
        amount=amount,
        currency=currency,
        destination=params.need("destination"),
        source_transaction=params.text("source_transaction"),
        fields=fields,
    )


@endpoint(blueprint, "GET", "/v1/transfers")
def list_transfers(tx: Transaction, params: Params) -> Json:
    where = {"destination": params.text("destination"), "transfer_group": params.text("transfer_group")}
    return list_of(tx, params, "transfer", url="/v1/transfers", where=where)


@endpoint(blueprint, "GET", "/v1/transfers/<id>")
def retrieve_transfer(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("transfer", id)


@endpoint(blueprint, "POST", "/v1/transfers/<id>")
def update_transfer(tx: Transaction, params: Params, id: str) -> Json:
    transfer = tx.load("transfer", id)
    before = snapshot(transfer)
    transfer["metadata"] = params.metadata(current=transfer["metadata"])
    if params.has("description"):
        transfer["description"] = params.text("description")
    update_and_emit(tx, transfer, before, "transfer.updated")
    return transfer


@endpoint(blueprint, "POST", "/v1/transfers/<id>/reversals")
def reverse(tx: Transaction, params: Params, id: str) -> Json:
    return transfers.reverse_transfer(
        tx, tx.load("transfer", id), amount=params.amount("amount"), metadata=params.metadata()
    )


@endpoint(blueprint, "GET", "/v1/transfers/<id>/reversals")
def list_reversals(tx: Transaction, params: Params, id: str) -> Json:
    tx.load("transfer", id)
    url = f"/v1/transfers/{id}/reversals"
    return list_of(tx, params, "transfer_reversal", url=url, where={"transfer": id})


@endpoint(blueprint, "GET", "/v1/transfers/<id>/reversals/<reversal_id>")
def retrieve_reversal(tx: Transaction, params: Params, id: str, reversal_id: str) -> Json:
    tx.load("transfer", id)
    return tx.load("transfer_reversal", reversal_id)


@endpoint(blueprint, "POST", "/v1/payouts")
def create_payout(tx: Transaction, params: Params) -> Json:
    amount = params.amount("amount", required=True)
    currency = params.currency(required=True)
    assert amount is not None
    assert currency is not None
    params.choice("method", ["standard"])
    return transfers.create_payout(
        tx,
        amount=amount,
        currency=currency,
        fields={
            "description": params.text("description"),
            "metadata": params.metadata(),
            "statement_descriptor": params.text("statement_descriptor", max_length=22),
        },
    )


@endpoint(blueprint, "GET", "/v1/payouts")
def list_payouts(tx: Transaction, params: Params) -> Json:
    where = {"status": params.text("status"), "destination": params.text("destination")}
    return list_of(tx, params, "payout", url="/v1/payouts", where=where, ranges=("created", "arrival_date"))


@endpoint(blueprint, "GET", "/v1/payouts/<id>")
def retrieve_payout(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("payout", id)


@endpoint(blueprint, "POST", "/v1/payouts/<id>/cancel")
def cancel_payout(tx: Transaction, params: Params, id: str) -> Json:
    return transfers.cancel_payout(tx, tx.load("payout", id))
