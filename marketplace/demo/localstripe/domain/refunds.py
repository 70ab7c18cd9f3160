"""Refunds: full or partial, never above what is left; a fee is not returned.

Two test cards end a refund later than they answer (https://docs.stripe.com/testing#refunds).
"""

from __future__ import annotations

from ..cards import card_named
from ..clocks import REAL, billing_now, schedule
from ..errors import StripeError, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..money import shown
from ..shapes.payments import refund as refund_shape
from ..transaction import Json, Transaction
from . import disputes, radar
from .books import book

SETTLE = "settle_refund"
SETTLES_AFTER_S = 3
"""Stripe says "some time later"; a person who tries it should see both states."""


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
    disputes.refuse_refund_of_disputed(tx, charge)
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
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        refund["destination_details"] = {kind: {}, "type": kind}
    card = card_named(tx.private(charge["payment_method"])["behaviour"])
    if card.refund_waits:
        refund["status"] = "pending"
    tx.insert("refund", refund)
    if card.refund_waits or card.refund_fails:
        schedule(tx, object_id=refund["id"], task=SETTLE, clock=REAL, due_at=tx.real_now_s + SETTLES_AFTER_S)
    charged = tx.load("balance_transaction", charge["balance_transaction"])
    entry = book(
        tx,
        type="refund" if kind == "card" else "payment_refund",
        reporting_category="refund",
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
    radar.after_refund(tx, charge, reason=reason)
    disputes.after_refund(tx, charge)
    return refund


def settle(tx: Transaction, refund: Json) -> None:
    """What became of a refund whose end came later: a pending one arrives, the other one fails."""
    before = snapshot(refund)
    if refund["status"] == "pending":
        refund["status"] = "succeeded"
        update_and_emit(tx, refund, before, "refund.updated")
        return
    charge = tx.load("charge", refund["charge"])
    entry = book(
        tx,
        type="refund_failure",
        source=refund["id"],
        amount=refund["amount"],
        currency=refund["currency"],
        description=f"REFUND FAILURE FOR CHARGE {charge['id']}",
    )
    refund.update(status="failed", failure_reason="expired_or_canceled_card", failure_balance_transaction=entry["id"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    tx.save(charge)
    update_and_emit(tx, refund, before, "refund.updated")
    emit(tx, "refund.failed", refund)
