"""What Stripe knows of a payment's card and risk, and what banks warn of early."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import id_of


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The card that paid, by Stripe's fingerprint, and Radar's risk level; empty where there is none."""

    fingerprint: str
    risk_level: str


@dataclass(frozen=True, slots=True)
class FraudWarning:
    """An early fraud warning: a dispute is likely to follow. ``type``: Stripe's word for the kind of fraud."""

    id: str
    type: str
    charge_id: str
    payment_intent_id: str
    is_actionable: bool

    @classmethod
    def from_stripe(cls, warning: Mapping[str, Any]) -> "FraudWarning":
        """From Stripe's radar.early_fraud_warning."""
        return cls(
            id=warning["id"],
            type=warning.get("fraud_type") or "",
            charge_id=id_of(warning["charge"]) or "",
            payment_intent_id=id_of(warning.get("payment_intent")) or "",
            is_actionable=bool(warning.get("actionable")),
        )


def card_facts(payment_intent_id: str) -> CardFacts:
    """The card and the risk of a payment that succeeded."""
    with translated():
        answer = client().v1.payment_intents.retrieve(payment_intent_id, {"expand": ["latest_charge"]})
    charge = answer.to_dict().get("latest_charge")
    if not isinstance(charge, Mapping):
        return CardFacts("", "")
    details = (charge.get("payment_method_details") or {}).get("card") or {}
    outcome = charge.get("outcome") or {}
    return CardFacts(fingerprint=details.get("fingerprint") or "", risk_level=outcome.get("risk_level") or "")


def payment_of_charge(charge_id: str) -> str:
    """The payment intent of a charge; empty where it has none."""
    with translated():
        return id_of(client().v1.charges.retrieve(charge_id).to_dict().get("payment_intent")) or ""
