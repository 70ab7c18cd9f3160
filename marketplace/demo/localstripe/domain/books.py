"""The books: one balance transaction for each movement of money; the balance is their sum, never a stored figure."""

from __future__ import annotations

from ..clocks import billing_now
from ..errors import unexpected_state
from ..identifiers import new_id
from ..money import shown
from ..shapes import books as shapes
from ..transaction import Json, Transaction


def book(
    tx: Transaction,
    *,
    type: str,
    source: str,
    amount: int,
    currency: str,
    fee: int = 0,
    available_on: int | None = None,
    reporting_category: str | None = None,
    description: str | None = None,
    fee_description: str = "Stripe processing fees",
) -> Json:
    """Record a movement on the acting account. ``amount`` is signed; ``available_on`` defaults to now."""
    now = billing_now(tx)
    return tx.insert(
        "balance_transaction",
        shapes.balance_transaction(
            id=new_id("txn"),
            created=tx.real_now_s,
            amount=amount,
            fee=fee,
            currency=currency,
            type=type,
            reporting_category=reporting_category or type,
            source=source,
            available_on=now if available_on is None else available_on,
            description=description,
            fee_description=fee_description,
        ),
    )


def as_of_now(tx: Transaction, entry: Json) -> Json:
    """A copy with the status that the billing clock gives it."""
    status = "available" if entry["available_on"] <= billing_now(tx) else "pending"
    return {**entry, "status": status}


def balances(tx: Transaction) -> tuple[dict[str, int], dict[str, int]]:
    """Available and pending money of the acting account by currency, in minor units."""
    rows = tx.execute(
        """SELECT json_extract(body, '$.currency') AS currency,
                  json_extract(body, '$.available_on') <= ? AS is_available,
                  sum(json_extract(body, '$.net')) AS net
           FROM objects WHERE account = ? AND kind = 'balance_transaction' GROUP BY 1, 2""",
        (billing_now(tx), tx.account),
    ).fetchall()
    available: dict[str, int] = {}
    pending: dict[str, int] = {}
    for row in rows:
        available.setdefault(row["currency"], 0)
        pending.setdefault(row["currency"], 0)
        (available if row["is_available"] else pending)[row["currency"]] += row["net"]
    return available, pending


def require_available(tx: Transaction, *, amount: int, currency: str, purpose: str) -> None:
    """Raises ``balance_insufficient`` where the available money does not cover the amount."""
    available = balances(tx)[0].get(currency, 0)
    if available < amount:
        raise unexpected_state(
            f"You have insufficient available funds in your Stripe account for this {purpose}: "
            f"{shown(amount, currency)} wanted, {shown(available, currency)} available. Card payments become "
            "available after some days; try the card 4000000000000077 to add available funds at once, or tie a "
            "transfer to its charge by source_transaction.",
            code="balance_insufficient",
        )
