"""The platform's fee in a part of a sale."""

from billing.models import Sale
from marketplace.core.money import split_by_largest_remainder


def fee_in(sale: Sale, amount_minor: int) -> int:
    """The fee's part of the next ``amount_minor`` that leave a sale, by a refund or a dispute.

    The fee that has left is the share of all that has left, rounded once (largest remainder), so that parts add up to
    the whole to the last unit.
    """
    if not sale.gross_minor:
        return 0
    gone = sale.refunded_minor + sale.disputed_minor
    fee_gone = sale.fee_refunded_minor + sale.disputed_minor - sale.held_minor
    left = sale.gross_minor - gone - amount_minor
    return split_by_largest_remainder(sale.fee_minor, [left, gone + amount_minor])[1] - fee_gone
