"""Radar's verdict on a charge, reviews and early fraud warnings."""

from __future__ import annotations

from .parts import Json


def outcome(
    *,
    type: str,
    reason: str | None,
    network_status: str,
    seller_message: str,
    risk_level: str,
    risk_score: int | None,
    advice: str | None = None,
) -> Json:
    found: Json = {
        "advice_code": advice,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": reason,
        "risk_level": risk_level,
        "seller_message": seller_message,
        "type": type,
    }
    if risk_score is not None:
        found["risk_score"] = risk_score
    return found


def review(*, id: str, created: int, charge: Json) -> Json:
    return {
        "id": id,
        "object": "review",
        "billing_zip": charge["billing_details"]["address"]["postal_code"],
        "charge": charge["id"],
        "closed_reason": None,
        "created": created,
        "ip_address": None,
        "ip_address_location": None,
        "livemode": False,
        "open": True,
        "opened_reason": "rule",
        "payment_intent": charge["payment_intent"],
        "reason": "rule",
        "session": None,
    }


def early_fraud_warning(*, id: str, created: int, charge: Json, fraud_type: str) -> Json:
    return {
        "id": id,
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": created,
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
