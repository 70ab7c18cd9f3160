"""Disputes: opened by two test cards, answered with evidence, closed."""

from __future__ import annotations

from ..errors import unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..money import DISPUTE_FEE_MINOR
from ..shapes.payments import dispute as dispute_shape
from ..transaction import Json, Transaction
from .books import as_of_now, book

ANSWER_WITHIN_S = 9 * 24 * 3600
OUTCOME_OF_EVIDENCE = {"winning_evidence": "won", "losing_evidence": "lost"}
"""What the documented test evidence in ``uncategorized_text`` decides (https://docs.stripe.com/testing#disputes)."""


def open_dispute(tx: Transaction, charge: Json, *, reason: str, amount: int | None = None) -> Json:
    """Withdraw the charge's money, or ``amount`` minor units of it, and the dispute fee."""
    if charge["disputed"]:
        raise unexpected_state(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    amount = charge["amount"] if amount is None else amount
    dispute = dispute_shape(
        id=new_id("du"),
        created=tx.real_now_s,
        charge=charge,
        reason=reason,
        due_by=tx.real_now_s + ANSWER_WITHIN_S,
    )
    dispute["amount"] = amount
    tx.insert("dispute", dispute)
    entry = book(
        tx,
        type="adjustment",
        source=dispute["id"],
        amount=-amount,
        fee=DISPUTE_FEE_MINOR,
        currency=charge["currency"],
        reporting_category="dispute",
        description=f"Chargeback withdrawal for {charge['id']}",
        fee_description="Dispute fee",
    )
    dispute["balance_transactions"] = [as_of_now(tx, entry)]
    tx.save(dispute)
    before = snapshot(charge)
    charge["disputed"] = True
    emit(tx, "charge.dispute.created", dispute)
    emit(tx, "charge.dispute.funds_withdrawn", dispute)
    update_and_emit(tx, charge, before, "charge.updated")
    return dispute


def answer_dispute(tx: Transaction, dispute: Json, *, evidence: dict[str, str | None], submit: bool) -> Json:
    """Store evidence and hand it in unless ``submit`` is false; test evidence decides at once."""
    _require_open(dispute)
    before = snapshot(dispute)
    dispute["evidence"].update(evidence)
    has_evidence = any(value for name, value in dispute["evidence"].items() if name != "enhanced_evidence")
    dispute["evidence_details"]["has_evidence"] = has_evidence
    if submit and has_evidence:
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = "under_review"
    update_and_emit(tx, dispute, before, "charge.dispute.updated")
    outcome = OUTCOME_OF_EVIDENCE.get(str(dispute["evidence"]["uncategorized_text"]))
    if submit and outcome:
        close_dispute(tx, dispute, status=outcome)
    return dispute


def close_dispute(tx: Transaction, dispute: Json, *, status: str = "lost") -> Json:
    """``lost`` keeps the money away; ``won`` brings it back with the fee."""
    _require_open(dispute)
    dispute["status"] = status
    if status == "won":
        entry = book(
            tx,
            type="adjustment",
            source=dispute["id"],
            amount=dispute["amount"],
            fee=-DISPUTE_FEE_MINOR,
            currency=dispute["currency"],
            reporting_category="dispute_reversal",
            description=f"Chargeback reversal for {dispute['charge']}",
            fee_description="Dispute fee refund",
        )
        dispute["balance_transactions"].append(as_of_now(tx, entry))
        emit(tx, "charge.dispute.funds_reinstated", dispute)
    tx.save(dispute)
    emit(tx, "charge.dispute.closed", dispute)
    return dispute


def _require_open(dispute: Json) -> None:
    if dispute["status"] in ("won", "lost"):
        raise unexpected_state("This dispute is already closed.", code="dispute_closed")
