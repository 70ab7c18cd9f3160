"""The rates that automatic tax applied, kept as objects: an invoice names them by their ids."""

from __future__ import annotations

from ..shapes.tax import tax_rate
from ..transaction import Json, Transaction
from .tax import Taxation


def rate_of(tx: Transaction, applied: Taxation, *, is_inclusive: bool) -> Json:
    """The rate as an object, made when it is first applied."""
    kind = "in" if is_inclusive else "ex"
    rate_id = f"txr_local{applied.country or 'none'}{applied.rate_bp}{kind}"
    found = tx.find(rate_id, kind="tax_rate", any_account=True)
    if found is not None:
        return found
    return tx.insert(
        "tax_rate",
        tax_rate(
            id=rate_id,
            created=tx.real_now_s,
            country=applied.country,
            percentage=applied.rate_bp / 100,
            type=applied.type,
            inclusive=is_inclusive,
        ),
    )
