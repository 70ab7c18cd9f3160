"""Disputes as they stand at Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import id_of, moment
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute. ``is_withdrawn``: the bank has taken the money at some time; ``is_reinstated``: it came back."""

    id: str
    payment_intent_id: str
    amount: Money
    reason: str
    status: str
    created: datetime
    evidence_due_by: datetime | None
    is_withdrawn: bool
    is_reinstated: bool

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
        )


def retrieve_dispute(dispute_id: str) -> Dispute:
    """The dispute as it is now."""
    with translated():
        return Dispute.from_stripe(client().v1.disputes.retrieve(dispute_id).to_dict())
