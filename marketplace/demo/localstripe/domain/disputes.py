"""Disputes and inquiries: opened by test cards, answered with evidence, decided by test evidence or by time.

https://docs.stripe.com/testing#disputes and https://docs.stripe.com/disputes/how-disputes-work. An inquiry
(``warning_…``) takes no money until it becomes a chargeback.
"""

from __future__ import annotations

from ..clocks import BILLING, billing_now, schedule, unschedule
from ..errors import parameter_invalid, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..money import DISPUTE_FEE_MINOR
from ..shapes.payments import EVIDENCE_FIELDS, EVIDENCE_FILES
from ..shapes.payments import dispute as dispute_shape
from ..transaction import Json, Transaction
from . import radar
from .books import as_of_now, book

PASSES = "dispute_is_due"
ANSWER_WITHIN_S = 9 * 24 * 3600
INQUIRY_CLOSES_AFTER_S = 120 * 24 * 3600
OUTCOME_OF_EVIDENCE = {"winning_evidence": "won", "losing_evidence": "lost"}
"""What the documented test evidence in ``uncategorized_text`` decides (https://docs.stripe.com/testing#disputes)."""
ESCALATING_EVIDENCE = "escalate_inquiry_evidence"
ENDED = ("won", "lost", "warning_closed")
MOST_EVIDENCE_CHARACTERS = 150_000


def open_dispute(
    tx: Transaction, charge: Json, *, reason: str, is_inquiry: bool = False, amount: int | None = None
) -> Json:
    """A chargeback withdraws the charge's money, or ``amount`` of it, and the dispute fee; an inquiry only asks."""
    if charge["disputed"]:
        raise unexpected_state(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    due_by = tx.real_now_s + ANSWER_WITHIN_S
    dispute = dispute_shape(id=new_id("du"), created=tx.real_now_s, charge=charge, reason=reason, due_by=due_by)
    if amount is not None:
        dispute["amount"] = amount
    if is_inquiry:
        dispute.update(status="warning_needs_response", is_charge_refundable=True)
        dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
    tx.insert("dispute", dispute)
    wait_s = INQUIRY_CLOSES_AFTER_S if is_inquiry else ANSWER_WITHIN_S
    schedule(tx, object_id=dispute["id"], task=PASSES, clock=BILLING, due_at=billing_now(tx) + wait_s)
    before = snapshot(charge)
    charge["disputed"] = True
    if is_inquiry:
        emit(tx, "charge.dispute.created", dispute)
    else:
        _withdraw(tx, dispute)
        emit(tx, "charge.dispute.created", dispute)
        emit(tx, "charge.dispute.funds_withdrawn", dispute)
    update_and_emit(tx, charge, before, "charge.updated")
    radar.settle(tx, charge, "disputed")
    return dispute


def _withdraw(tx: Transaction, dispute: Json) -> None:
    entry = book(
        tx,
        type="adjustment",
        source=dispute["id"],
        amount=-dispute["amount"],
        fee=DISPUTE_FEE_MINOR,
        currency=dispute["currency"],
        reporting_category="dispute",
        description=f"Chargeback withdrawal for {dispute['charge']}",
        fee_description="Dispute fee",
    )
    dispute["balance_transactions"].append(as_of_now(tx, entry))
    tx.save(dispute)


def check_evidence(tx: Transaction, evidence: Json) -> None:
    """Raises where a document is no uploaded file of evidence, or the texts are too long together."""
    for name in EVIDENCE_FILES:
        if evidence.get(name):
            file = tx.load("file", evidence[name], param=f"evidence[{name}]")
            if file["purpose"] != "dispute_evidence":
                raise parameter_invalid(f"evidence[{name}]", "The file's purpose must be dispute_evidence.")
    texts = (evidence.get(name) or "" for name in EVIDENCE_FIELDS if name not in EVIDENCE_FILES)
    if sum(map(len, texts)) > MOST_EVIDENCE_CHARACTERS:
        raise parameter_invalid("evidence", f"Evidence has at most {MOST_EVIDENCE_CHARACTERS} characters in all.")


def answer_dispute(tx: Transaction, dispute: Json, *, evidence: dict[str, str | None], submit: bool) -> Json:
    """Store evidence and hand it in unless ``submit`` is false; test evidence decides at once."""
    _require_open(dispute)
    before = snapshot(dispute)
    check_evidence(tx, {**dispute["evidence"], **evidence})
    dispute["evidence"].update(evidence)
    details = dispute["evidence_details"]
    details["has_evidence"] = any(value for name, value in dispute["evidence"].items() if name != "enhanced_evidence")
    is_submitted = submit and details["has_evidence"]
    if is_submitted:
        details["submission_count"] += 1
        details["past_due"] = tx.real_now_s > details["due_by"]
        dispute["status"] = "warning_under_review" if _is_inquiry(dispute) else "under_review"
    update_and_emit(tx, dispute, before, "charge.dispute.updated")
    if is_submitted:
        _decide(tx, dispute, str(dispute["evidence"]["uncategorized_text"]))
    return dispute


def _decide(tx: Transaction, dispute: Json, text: str) -> None:
    outcome = OUTCOME_OF_EVIDENCE.get(text)
    if _is_inquiry(dispute) and text == ESCALATING_EVIDENCE:
        escalate_inquiry(tx, dispute)
    elif outcome:
        close_dispute(tx, dispute, status=outcome)


def escalate_inquiry(tx: Transaction, dispute: Json) -> None:
    """The bank makes a chargeback of its inquiry: the money goes, and evidence is asked for anew."""
    before = snapshot(dispute)
    dispute.update(status="needs_response", is_charge_refundable=False)
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    dispute["evidence_details"]["due_by"] = tx.real_now_s + ANSWER_WITHIN_S
    schedule(tx, object_id=dispute["id"], task=PASSES, clock=BILLING, due_at=billing_now(tx) + ANSWER_WITHIN_S)
    _withdraw(tx, dispute)
    update_and_emit(tx, dispute, before, "charge.dispute.updated")
    emit(tx, "charge.dispute.funds_withdrawn", dispute)


def close_dispute(tx: Transaction, dispute: Json, *, status: str = "lost") -> Json:
    """``lost`` keeps the money away; ``won`` brings it back with the fee. An inquiry just ends."""
    _require_open(dispute)
    unschedule(tx, object_id=dispute["id"], task=PASSES)
    dispute["status"] = "warning_closed" if _is_inquiry(dispute) else status
    if dispute["status"] == "won":
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


def pass_due(tx: Transaction, dispute: Json) -> None:
    """The time is over: unanswered, a chargeback is lost; an inquiry that went no further ends."""
    if dispute["status"] in ("needs_response", "warning_needs_response", "warning_under_review"):
        close_dispute(tx, dispute)


def refuse_refund_of_disputed(tx: Transaction, charge: Json) -> None:
    """Raises where the money of a charge was taken by a chargeback; during an inquiry, and when a chargeback is won and
    the money is back, it can be given back.
    """
    for dispute in tx.select("dispute", where={"charge": charge["id"]}):
        if not dispute["is_charge_refundable"] and dispute["status"] != "won":
            raise unexpected_state(f"Charge {charge['id']} has been charged back.", code="charge_disputed")


def after_refund(tx: Transaction, charge: Json) -> None:
    """An inquiry about money that was given back whole is over."""
    for dispute in tx.select("dispute", where={"charge": charge["id"]}) if charge["refunded"] else []:
        if _is_inquiry(dispute) and dispute["status"] not in ENDED:
            close_dispute(tx, dispute)


def _is_inquiry(dispute: Json) -> bool:
    return str(dispute["status"]).startswith("warning_")


def _require_open(dispute: Json) -> None:
    if dispute["status"] in ENDED:
        raise unexpected_state("This dispute is already closed.", code="dispute_closed")
