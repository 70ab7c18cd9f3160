"""Balance transactions and the balance."""

from __future__ import annotations

from .parts import Json


def balance_transaction(
    *,
    id: str,
    created: int,
    amount: int,
    fee: int,
    currency: str,
    type: str,
    reporting_category: str,
    source: str,
    available_on: int,
    description: str | None,
    fee_description: str,
) -> Json:
    details = []
    if fee:
        details.append(
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": fee_description,
                "type": "stripe_fee",
            }
        )
    return {
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": created,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details,
        "net": amount - fee,
        "reporting_category": reporting_category,
        "source": source,
        "status": "pending",
        "type": type,
    }


def balance(available: dict[str, int], pending: dict[str, int]) -> Json:
    def entries(amounts: dict[str, int]) -> list[Json]:
        return [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(amounts.items())
        ]

    return {
        "object": "balance",
        "available": entries(available),
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in sorted(available)],
        "livemode": False,
        "pending": entries(pending),
    }
