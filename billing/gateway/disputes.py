"""Disputes as they stand at Stripe, and the shop's answers to them."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.gateway.client import client, done_once, options, translated
from billing.gateway.facts import id_of, moment
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute. ``is_withdrawn``: the bank has taken the money at some time; ``is_reinstated``: it came back.

    ``submissions``: how many times evidence was handed in.
    """

    id: str
    payment_intent_id: str
    amount: Money
    reason: str
    status: str
    created: datetime
    evidence_due_by: datetime | None
    is_withdrawn: bool
    is_reinstated: bool
    submissions: int = 0

    @classmethod
    def from_stripe(cls, dispute: Mapping[str, Any]) -> "Dispute":
        """From Stripe's dispute."""
        created = moment(dispute["created"])
        assert created is not None, "a dispute has a moment"
        moved = [entry["amount"] for entry in dispute.get("balance_transactions") or ()]
        return cls(
            id=dispute["id"],
            payment_intent_id=id_of(dispute.get("payment_intent")) or id_of(dispute["charge"]) or "",
            amount=Money(dispute["amount"], dispute["currency"].upper()),
            reason=dispute.get("reason") or "",
            status=dispute["status"],
            created=created,
            evidence_due_by=moment((dispute.get("evidence_details") or {}).get("due_by")),
            is_withdrawn=any(amount < 0 for amount in moved),
            is_reinstated=any(amount > 0 for amount in moved),
            submissions=(dispute.get("evidence_details") or {}).get("submission_count") or 0,
        )


def retrieve_dispute(dispute_id: str) -> Dispute:
    """The dispute as it is now."""
    with translated():
        return Dispute.from_stripe(client().v1.disputes.retrieve(dispute_id).to_dict())


def upload_evidence(document: bytes, *, filename: str, idempotency_key: str) -> str:
    """Store a PDF at Stripe for the banks to read (at most 4.5 MB); answers its id."""
    # Another copy harms nobody: only a file that is handed in is read.
    return done_once(lambda key: _upload(document, filename, key), idempotency_key, find=lambda: None)


def _upload(document: bytes, filename: str, idempotency_key: str) -> str:
    file = io.BytesIO(document)
    file.name = filename
    params: Any = {"purpose": "dispute_evidence", "file": file}
    with translated():
        return client().v1.files.create(params, options(idempotency_key)).id


def submit_evidence(
    dispute_id: str, *, texts: Mapping[str, str], files: Mapping[str, str], idempotency_key: str
) -> Dispute:
    """Hand in the evidence, once and for good: ``texts`` (at most 20,000 characters each, 150,000 together) and the
    ids of uploaded ``files``, each under Stripe's name for it. Raises StripeRefused where the dispute is over.
    """
    params: Any = {"evidence": {**texts, **files}, "submit": True}
    return done_once(
        lambda key: _submit(dispute_id, params, key),
        idempotency_key,
        find=lambda: _dispute_where(dispute_id, lambda found: found.submissions > 0),
    )


def _submit(dispute_id: str, params: Any, idempotency_key: str) -> Dispute:
    with translated():
        answer = client().v1.disputes.update(dispute_id, params, options(idempotency_key))
    return Dispute.from_stripe(answer.to_dict())


def _dispute_where(dispute_id: str, is_so: Callable[[Dispute], bool]) -> Dispute | None:
    found = retrieve_dispute(dispute_id)
    return found if is_so(found) else None


def accept_dispute(dispute_id: str, *, idempotency_key: str) -> Dispute:
    """Give a dispute up: it is lost at once and for good. Raises StripeRefused where it is over already."""
    return done_once(
        lambda key: _accept(dispute_id, key),
        idempotency_key,
        find=lambda: _dispute_where(dispute_id, lambda found: found.status == "lost"),
    )


def _accept(dispute_id: str, idempotency_key: str) -> Dispute:
    with translated():
        answer = client().v1.disputes.close(dispute_id, options=options(idempotency_key))
    return Dispute.from_stripe(answer.to_dict())
