"""Refunds: full or partial, never above what is left; a fee is not returned."""

from __future__ import annotations

from ..clocks import billing_now
from ..errors import StripeError, unexpected_state
from ..events import emit, snapshot
from ..identifiers import new_id
from ..money import shown
from ..shapes.payments import refund as refund_shape
from ..transaction import Json, Transaction
from .books import book


def charge_of_intent(tx: Transaction, intent: Json) -> Json:
    if intent["status"] != "succeeded" or not intent["latest_charge"]:
        raise unexpected_state(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return tx.load("charge", intent["latest_charge"])


def refund_charge(
    tx: Transaction, charge: Json, *, amount: int | None, reason: str | None, metadata: dict[str, str]
) -> Json:
    """Give back ``amount`` minor units, or all that is left."""
    if not charge["captured"]:
        raise unexpected_state(
            f"Charge {charge['id']} has not been captured: cancel its PaymentIntent instead.",
            code="charge_not_captured",
        )
    if charge["disputed"]:
        raise unexpected_state(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left <= 0:
        raise unexpected_state(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount > left:
        currency = charge["currency"]
        raise StripeError(
            f"Refund amount ({shown(amount, currency)}) is greater than unrefunded amount on charge "
            f"({shown(left, currency)})",
            param="amount",
        )
    refund = refund_shape(id=new_id("re"), created=tx.real_now_s, amount=amount, charge=charge, reason=reason)
    refund["metadata"] = metadata
    tx.insert("refund", refund)
    charged = tx.load("balance_transaction", charge["balance_transaction"])
    entry = book(
        tx,
        type="refund",
        source=refund["id"],
        amount=-amount,
        currency=charge["currency"],
        available_on=max(billing_now(tx), charged["available_on"]),
        description="REFUND FOR CHARGE" + (f" ({charge['description']})" if charge["description"] else ""),
    )
    refund["balance_transaction"] = entry["id"]
    tx.save(refund)
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    charge["refunds"]["data"].insert(0, snapshot(refund))
    tx.save(charge)
    emit(tx, "refund.created", refund)
    emit(tx, "charge.refunded", charge, previous=previous)
    return refund
