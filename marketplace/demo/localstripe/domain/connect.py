"""Connected accounts: made, onboarded through a link, allowed to receive transfers and payouts."""

from __future__ import annotations

import hashlib

from ..clocks import BILLING, billing_now, schedule
from ..errors import StripeError, parameter_invalid
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id, random_text
from ..shapes import connect as shapes
from ..transaction import Json, Transaction
from . import verification

LINK_FOR_S = 5 * 60
AUTO_PAYOUT = "automatic_payout"
DAY_S = 24 * 3600

CONTROLLERS = {
    "express": {"fees_payer": "application_express", "losses": "application", "dashboard": "express"},
    "standard": {"fees_payer": "account", "losses": "stripe", "dashboard": "full"},
    "custom": {"fees_payer": "application_custom", "losses": "application", "dashboard": "none"},
}
TEST_BANK_NUMBERS = {"000123456789", "000999999991", "DE89370400440532013000", "GB82WEST12345698765432"}
"""Bank account numbers of https://docs.stripe.com/connect/testing that pay out."""
REFUSING_BANK_NUMBERS = {
    "000111111116": "no_account",
    "000111111113": "account_closed",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
"""Those to which payouts fail, with Stripe's code for why."""


def create_account(
    tx: Transaction, *, type: str, controller: dict[str, str], country: str, currency: str, fields: Json
) -> Json:
    """``type`` express, standard or custom; ``controller`` overrides who pays fees, bears losses, sees what."""
    base = CONTROLLERS[type]
    account = shapes.account(
        id=new_id("acct", 16),
        created=tx.real_now_s,
        country=country,
        currency=currency,
        type=type,
        controller=shapes.controller(
            fees_payer=controller.get("fees_payer", base["fees_payer"]),
            losses=controller.get("losses", base["losses"]),
            requirement_collection=controller.get(
                "requirement_collection", "application" if type == "custom" else "stripe"
            ),
            dashboard=controller.get("dashboard", base["dashboard"]),
        ),
    )
    account.update(fields)
    tx.insert("account", account, {"links": {}, "person": new_id("person", 16)})
    verification.show(tx, account)
    return account


def request_capability(account: Json, name: str) -> None:
    account["capabilities"].setdefault(name, "active" if account["details_submitted"] else "inactive")


def create_link(
    tx: Transaction,
    account: Json,
    *,
    type: str,
    return_url: str,
    refresh_url: str,
    base_url: str,
    asks_for_all: bool = False,
) -> Json:
    """A link to the hosted onboarding page: works once, for five minutes. ``asks_for_all``: also what is due later."""
    if type == "account_update" and account["controller"]["requirement_collection"] != "application":
        raise parameter_invalid(
            "type", "account_update links need an account whose requirements the platform collects."
        )
    key = random_text(24)
    private = tx.private(account["id"])
    expires_at = tx.real_now_s + LINK_FOR_S
    private["links"] = {
        name: link for name, link in private["links"].items() if link["expires_at"] > tx.real_now_s - DAY_S
    }
    private["links"][key] = {
        "expires_at": expires_at,
        "is_used": False,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "asks_for_all": asks_for_all,
    }
    tx.save(account)
    return shapes.account_link(
        created=tx.real_now_s, expires_at=expires_at, url=f"{base_url}/setup/e/{account['id']}/{key}"
    )


def open_link(tx: Transaction, account: Json, key: str) -> tuple[Json, bool]:
    """The link's record, and whether it still works. Raises where no such link was ever made."""
    link = tx.private(account["id"])["links"].get(key)
    if link is None:
        raise StripeError("No such onboarding link.", status=404)
    return link, not link["is_used"] and link["expires_at"] > tx.real_now_s


def add_bank_account(tx: Transaction, account: Json, *, number: str, routing: str | None, holder: str | None) -> Json:
    """Attach a bank account for payouts; test numbers only."""
    compact = number.replace(" ", "").replace("-", "").upper()
    if compact not in TEST_BANK_NUMBERS and compact not in REFUSING_BANK_NUMBERS:
        raise parameter_invalid(
            "account_number",
            "You must use a test bank account number in test mode. Try 000123456789 with routing 110000000.",
            code="account_number_invalid",
        )
    bank = shapes.bank_account(
        id=new_id("ba"),
        country=account["country"],
        currency=account["default_currency"],
        holder=holder,
        last4=compact[-4:],
        routing=routing,
        fingerprint=hashlib.sha256(compact.encode()).hexdigest()[:16],
    )
    with tx.acting_as(account["id"]):
        tx.insert("bank_account", bank, {"refuses_with": REFUSING_BANK_NUMBERS.get(compact)})
        emit(tx, "account.external_account.created", bank)
    account["external_accounts"]["data"] = [snapshot(bank)]
    return bank


def submit_details(tx: Transaction, account: Json, *, given: Json, ip: str | None, user_agent: str | None) -> Json:
    """All that onboarding asks for was given: capabilities become active, payouts can begin, unless what was given
    cannot be verified.
    """
    before = snapshot(account)
    account.update(
        details_submitted=True,
        email=account["email"] or given.get("email"),
        tos_acceptance={"date": tx.real_now_s, "ip": ip, "user_agent": user_agent},
    )
    verification.learn(tx, account, given)
    if not account["capabilities"]:
        account["capabilities"] = {"transfers": "inactive"}
    review(tx, account, before)
    plan_automatic_payout(tx, account)
    return account


def review(tx: Transaction, account: Json, before: Json) -> None:
    """Decide anew what the account may do, and tell what has changed since ``before``."""
    if account["details_submitted"]:
        account["requirements"] = verification.requirements_of(tx, account)
        may = account["requirements"]["disabled_reason"] is None
        account["charges_enabled"] = may
        account["payouts_enabled"] = may and bool(account["external_accounts"]["data"])
        account["capabilities"] = dict.fromkeys(account["capabilities"], "active" if may else "inactive")
    verification.show(tx, account)
    with tx.acting_as(account["id"]):
        for name, status in account["capabilities"].items():
            former = before["capabilities"].get(name, "inactive")
            if former != status:
                capability = shapes.capability(name, account=account["id"], requested_at=tx.real_now_s, status=status)
                emit(tx, "capability.updated", capability, previous={"status": former})
        update_and_emit(tx, account, before, "account.updated")


def reject(tx: Transaction, account: Json, reason: str) -> Json:
    """The platform closes an account for good: ``reason`` fraud, terms_of_service or other."""
    before = snapshot(account)
    tx.private(account["id"])["rejected_for"] = reason
    account["details_submitted"] = True
    review(tx, account, before)
    return account


def plan_automatic_payout(tx: Transaction, account: Json) -> None:
    schedule(tx, object_id=account["id"], task=AUTO_PAYOUT, clock=BILLING, due_at=billing_now(tx) + DAY_S)
