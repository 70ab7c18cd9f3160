"""Transfers to connected accounts, their reversals, and payouts to banks."""

from __future__ import annotations

from ..clocks import BILLING, billing_now, schedule, unschedule
from ..errors import StripeError, parameter_invalid, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..money import shown
from ..shapes import connect as shapes
from ..shapes.parts import billing_details
from ..shapes.payments import charge as charge_shape
from ..transaction import Json, Transaction
from .books import balances, book, require_available
from .connect import plan_automatic_payout

PAYOUT_ARRIVES = "payout_arrives"
PAYOUT_TAKES_S = 2 * 24 * 3600


def create_transfer(
    tx: Transaction,
    *,
    amount: int,
    currency: str,
    destination: str,
    source_transaction: str | None,
    fields: Json,
) -> Json:
    """Move money of the platform to a connected account.

    With ``source_transaction`` it waits for that charge's funds; without, available money must cover it.
    """
    account = tx.load("account", destination, param="destination")
    if account["capabilities"].get("transfers") != "active":
        raise unexpected_state(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    available_on = billing_now(tx)
    transfer = shapes.transfer(
        id=new_id("tr"), created=tx.real_now_s, amount=amount, currency=currency, destination=destination
    )
    transfer.update(fields)
    if source_transaction:
        charge = tx.load("charge", source_transaction, param="source_transaction")
        available_on = _check_source(tx, charge, amount=amount, currency=currency)
        transfer["source_transaction"] = charge["id"]
        transfer["transfer_group"] = transfer["transfer_group"] or charge["transfer_group"] or f"group_{charge['id']}"
    else:
        require_available(tx, amount=amount, currency=currency, purpose="transfer")
    entry = book(
        tx,
        type="transfer",
        source=transfer["id"],
        amount=-amount,
        currency=currency,
        available_on=available_on,
        description=transfer["description"],
    )
    transfer["balance_transaction"] = entry["id"]
    payment_id = new_id("py")
    transfer["destination_payment"] = payment_id
    tx.insert("transfer", transfer)
    emit(tx, "transfer.created", transfer)
    with tx.acting_as(destination):
        _receive(tx, transfer, payment_id=payment_id, available_on=available_on)
    return transfer


def _check_source(tx: Transaction, charge: Json, *, amount: int, currency: str) -> int:
    """When the charge's funds become available; raises where they can't cover the transfer."""
    if charge["status"] != "succeeded" or not charge["balance_transaction"]:
        raise parameter_invalid(
            "source_transaction", f"The charge {charge['id']} has no funds: it did not succeed or was not captured."
        )
    if charge["currency"] != currency:
        raise StripeError(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must be the same as the "
            f"transfer currency ({currency})",
            code="transfer_source_balance_parameters_mismatch",
            param="currency",
        )
    used = sum(
        other["amount"] - other["amount_reversed"]
        for other in tx.select("transfer", where={"source_transaction": charge["id"]})
    )
    if used + amount > charge["amount"]:
        raise StripeError(
            f"The transfers from source_transaction {charge['id']} may not exceed its amount: "
            f"{shown(charge['amount'] - used, currency)} of {shown(charge['amount'], currency)} is left.",
            code="amount_too_large",
            param="amount",
        )
    return int(tx.load("balance_transaction", charge["balance_transaction"])["available_on"])


def _receive(tx: Transaction, transfer: Json, *, payment_id: str, available_on: int) -> None:
    """The payment that the connected account sees."""
    payment = charge_shape(
        id=payment_id,
        created=tx.real_now_s,
        amount=transfer["amount"],
        currency=transfer["currency"],
        billing=billing_details(),
    )
    entry = book(
        tx,
        type="payment",
        reporting_category="charge",
        source=payment_id,
        amount=transfer["amount"],
        currency=transfer["currency"],
        available_on=available_on,
    )
    payment.update(
        amount_captured=transfer["amount"],
        balance_transaction=entry["id"],
        captured=True,
        paid=True,
        source_transfer=transfer["id"],
        status="succeeded",
        transfer_group=transfer["transfer_group"],
    )
    tx.insert("charge", payment)
    emit(tx, "payment.created", payment)


def reverse_transfer(tx: Transaction, transfer: Json, *, amount: int | None, metadata: dict[str, str]) -> Json:
    """Take back all that is left of a transfer, or a part."""
    left = transfer["amount"] - transfer["amount_reversed"]
    currency = transfer["currency"]
    if left <= 0:
        raise unexpected_state(
            f"Transfer {transfer['id']} is already fully reversed.", code="transfer_already_reversed"
        )
    amount = left if amount is None else amount
    if amount > left:
        raise StripeError(
            f"Reversal amount ({shown(amount, currency)}) is greater than unreversed amount on transfer "
            f"({shown(left, currency)})",
            param="amount",
        )
    paid = tx.load("balance_transaction", transfer["balance_transaction"])
    available_on = max(billing_now(tx), paid["available_on"])
    reversal = shapes.transfer_reversal(id=new_id("trr"), created=tx.real_now_s, amount=amount, transfer=transfer)
    reversal["metadata"] = metadata
    with tx.acting_as(transfer["destination"]):
        available, pending = balances(tx)
        held = available.get(currency, 0) + pending.get(currency, 0)
        if held < amount:
            raise unexpected_state(
                f"The connected account holds only {shown(held, currency)}: it can't cover this reversal.",
                code="balance_insufficient",
            )
        payment = tx.load("charge", transfer["destination_payment"])
        refund_id = new_id("pyr")
        book(
            tx,
            type="payment_refund",
            reporting_category="refund",
            source=refund_id,
            amount=-amount,
            currency=currency,
            available_on=available_on,
        )
        payment["amount_refunded"] += amount
        payment["refunded"] = payment["amount_refunded"] == payment["amount"]
        tx.save(payment)
    entry = book(
        tx,
        type="transfer_refund",
        reporting_category="transfer_reversal",
        source=reversal["id"],
        amount=amount,
        currency=currency,
        available_on=available_on,
    )
    reversal.update(balance_transaction=entry["id"], destination_payment_refund=refund_id)
    tx.insert("transfer_reversal", reversal)
    previous = {"amount_reversed": transfer["amount_reversed"], "reversed": transfer["reversed"]}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, snapshot(reversal))
    tx.save(transfer)
    emit(tx, "transfer.reversed", transfer, previous=previous)
    return reversal


def create_payout(
    tx: Transaction, *, amount: int, currency: str, automatic: bool = False, fields: Json | None = None
) -> Json:
    """Send available money of the acting account to its bank; it arrives two days later."""
    destination: str | None = None
    if tx.account != tx.platform:
        account = tx.load("account", tx.account, any_account=True)
        if not account["payouts_enabled"]:
            raise unexpected_state(
                "Your account must be onboarded, with a bank account, before payouts.", code="payouts_not_allowed"
            )
        banks = [bank for bank in account["external_accounts"]["data"] if bank["currency"] == currency]
        if not banks:
            raise parameter_invalid(
                "currency", f"Sorry, you don't have any external accounts in that currency ({currency})."
            )
        destination = banks[0]["id"]
    require_available(tx, amount=amount, currency=currency, purpose="payout")
    arrival = billing_now(tx) + PAYOUT_TAKES_S
    payout = shapes.payout(
        id=new_id("po"),
        created=tx.real_now_s,
        amount=amount,
        currency=currency,
        arrival_date=arrival,
        destination=destination,
    )
    payout.update(fields or {})
    payout["automatic"] = automatic
    if automatic:
        payout["reconciliation_status"] = "completed"
    entry = book(
        tx,
        type="payout",
        source=payout["id"],
        amount=-amount,
        currency=currency,
        description=payout["description"] or "STRIPE PAYOUT",
    )
    payout["balance_transaction"] = entry["id"]
    tx.insert("payout", payout)
    schedule(tx, object_id=payout["id"], task=PAYOUT_ARRIVES, clock=BILLING, due_at=arrival)
    emit(tx, "payout.created", payout)
    return payout


def arrive(tx: Transaction, payout: Json) -> None:
    unschedule(tx, object_id=payout["id"], task=PAYOUT_ARRIVES)
    if payout["status"] not in ("pending", "in_transit"):
        return
    bank = tx.load("bank_account", payout["destination"]) if payout["destination"] else None
    code = tx.private(bank["id"]).get("refuses_with") if bank else None
    if bank and code:
        _fail(tx, payout, bank, code)
        return
    previous = {"status": payout["status"]}
    payout.update(status="paid", trace_id={"status": "supported", "value": payout["id"][-16:].upper()})
    tx.save(payout)
    emit(tx, "payout.paid", payout, previous=previous)


FAILURES = {
    "no_account": "The bank account could not be located.",
    "account_closed": "The bank account has been closed.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
}
"""Stripe's sentences for its codes (https://docs.stripe.com/api/payouts/failures)."""


def _fail(tx: Transaction, payout: Json, bank: Json, code: str) -> None:
    """The bank sends the money back; nothing more is paid out to that bank account."""
    previous = {"status": payout["status"]}
    entry = book(
        tx,
        type="payout_failure",
        source=payout["id"],
        amount=payout["amount"],
        currency=payout["currency"],
        reporting_category="payout_reversal",
        description="REFUND FOR FAILED PAYOUT",
    )
    payout.update(
        status="failed",
        failure_code=code,
        failure_message=FAILURES[code],
        failure_balance_transaction=entry["id"],
    )
    tx.save(payout)
    emit(tx, "payout.failed", payout, previous=previous)
    before = snapshot(bank)
    bank["status"] = "errored"
    account = tx.load("account", tx.account, any_account=True)
    account["external_accounts"]["data"] = [
        snapshot(bank) if one["id"] == bank["id"] else one for one in account["external_accounts"]["data"]
    ]
    tx.save(account)
    update_and_emit(tx, bank, before, "account.external_account.updated")


def cancel_payout(tx: Transaction, payout: Json) -> Json:
    """Only before it arrives; the money comes back."""
    if payout["status"] != "pending" or payout["automatic"]:
        raise unexpected_state("Only pending manual payouts can be canceled.", code="payout_not_cancelable")
    payout["status"] = "canceled"
    book(
        tx,
        type="payout_cancel",
        source=payout["id"],
        amount=payout["amount"],
        currency=payout["currency"],
        reporting_category="payout_reversal",
    )
    tx.save(payout)
    unschedule(tx, object_id=payout["id"], task=PAYOUT_ARRIVES)
    emit(tx, "payout.canceled", payout)
    return payout


def pay_out_automatically(tx: Transaction, account: Json) -> None:
    """The daily payout of a connected account whose schedule is not manual."""
    plan_automatic_payout(tx, account)
    if account["settings"]["payouts"]["schedule"]["interval"] == "manual" or not account["payouts_enabled"]:
        return
    with tx.acting_as(account["id"]):
        amount = balances(tx)[0].get(account["default_currency"], 0)
        works = any(bank["status"] != "errored" for bank in account["external_accounts"]["data"])
        if amount > 0 and works:
            create_payout(tx, amount=amount, currency=account["default_currency"], automatic=True)
