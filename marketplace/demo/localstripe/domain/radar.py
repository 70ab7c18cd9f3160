"""Radar by test card (https://docs.stripe.com/radar/testing): the risk of a charge, blocking, reviews, warnings.

Two rules can be set, as in the real dashboard: block what is of the highest risk (on), review what is elevated (off).
"""

from __future__ import annotations

from ..cards import Card
from ..errors import unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..shapes import radar as shapes
from ..transaction import Json, Transaction

SCORES = {"normal": 32, "elevated": 70, "highest": 92}
RULES = {"block_highest": "on", "review_elevated": "off"}
"""The rules and what each is until it is set."""
FRAUD_TYPE = "made_with_stolen_card"


def rules(tx: Transaction) -> dict[str, bool]:
    return {name: (tx.setting(f"radar_{name}") or default) == "on" for name, default in RULES.items()}


def set_rules(tx: Transaction, wanted: dict[str, bool]) -> None:
    for name, is_on in wanted.items():
        tx.set_setting(f"radar_{name}", "on" if is_on else "off")


def blocks(tx: Transaction, card: Card) -> bool:
    return card.always_blocked or (card.risk == "highest" and rules(tx)["block_highest"])


def outcome_of(tx: Transaction, card: Card) -> Json:
    """The outcome of a charge that the bank authorized."""
    is_reviewed = card.risk == "elevated" and rules(tx)["review_elevated"]
    return shapes.outcome(
        type="manual_review" if is_reviewed else "authorized",
        reason="elevated_risk_level" if is_reviewed else None,
        network_status="approved_by_network",
        seller_message=(
            "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue."
            if is_reviewed
            else "Payment complete."
        ),
        risk_level=card.risk,
        risk_score=SCORES[card.risk],
    )


def outcome_of_failure(card: Card, *, reason: str, decline_code: str | None, advice: str | None) -> Json:
    """The outcome of a charge that Radar blocked or the bank declined."""
    if reason == "blocked":
        return shapes.outcome(
            type="blocked",
            reason="highest_risk_level",
            network_status="not_sent_to_network",
            seller_message="Stripe blocked this payment as too risky.",
            risk_level="highest",
            risk_score=SCORES["highest"],
            advice=advice,
        )
    return shapes.outcome(
        type="issuer_declined",
        reason=decline_code,
        network_status="declined_by_network",
        seller_message=f"The bank returned the decline code `{decline_code}`.",
        risk_level=card.risk,
        risk_score=SCORES[card.risk],
        advice=advice,
    )


def after_charge(tx: Transaction, charge: Json, intent: Json, card: Card) -> None:
    """Open the review that the outcome asks for, and tell the warning that a card brings."""
    if charge["outcome"]["type"] == "manual_review":
        review = shapes.review(id=new_id("prv"), created=tx.real_now_s, charge=charge)
        tx.insert("review", review)
        charge["review"] = intent["review"] = review["id"]
        tx.save(charge)
        tx.save(intent)
        emit(tx, "review.opened", review)
    if card.warned:
        warning = shapes.early_fraud_warning(
            id=new_id("issfr"), created=tx.real_now_s, charge=charge, fraud_type=FRAUD_TYPE
        )
        tx.insert("radar.early_fraud_warning", warning)
        emit(tx, "radar.early_fraud_warning.created", warning)


def approve(tx: Transaction, review: Json) -> Json:
    if not review["open"]:
        raise unexpected_state("This review is already closed.", code="review_closed")
    return _close_review(tx, review, "approved")


def _close_review(tx: Transaction, review: Json, reason: str) -> Json:
    review.update(open=False, closed_reason=reason, reason=reason)
    tx.save(review)
    emit(tx, "review.closed", review)
    return review


def after_refund(tx: Transaction, charge: Json, *, reason: str | None) -> None:
    """A charge given back whole needs no review and no further action on its warning."""
    if reason == "fraudulent":
        charge["fraud_details"] = {"user_report": "fraudulent"}
        tx.save(charge)
    if charge["refunded"]:
        settle(tx, charge, "refunded_as_fraud" if reason == "fraudulent" else "refunded")


def settle(tx: Transaction, charge: Json, reason: str) -> None:
    """Close a charge's review (``refunded``, ``refunded_as_fraud``, ``disputed``); its warning needs nothing more."""
    review = tx.find(charge["review"] or "", kind="review")
    if review is not None and review["open"]:
        _close_review(tx, review, reason)
    for warning in tx.select("radar.early_fraud_warning", where={"charge": charge["id"], "actionable": True}):
        before = snapshot(warning)
        warning["actionable"] = False
        update_and_emit(tx, warning, before, "radar.early_fraud_warning.updated")
