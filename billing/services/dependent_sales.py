"""What the platform adds to a sale out of its own pocket. Each is a row beside the sale, and goes back as it does."""

from billing.models import Sale
from billing.services.sales import platform_fee, record_sale
from marketplace.accounts.models import Artist
from marketplace.core.money import Money


def record_promotion(*, sale: Sale, discount: Money) -> Sale | None:
    """The platform pays the artist what its own code took off; once, None where nothing was taken off.

    Her share is that of the full price to the last unit: the fees of both rows add up to the fee of the full price.
    """
    if not discount.amount_minor:
        return None
    return record_sale(
        order_ref=sale.order_ref,
        line_ref=f"promotion:{_number_of(sale)}",
        artist=sale.artist,
        gross=discount,
        fee=platform_fee(sale.gross + discount, sale.artist) - sale.fee,
        available_at=sale.available_at,
        work=sale.work,
        kind=Sale.Kind.PROMOTION,
        part_of=sale,
    )


def record_referral(*, sale: Sale, affiliate: Artist, share: Money) -> Sale | None:
    """The platform gives ``share`` of its fee in a sale to whoever brought the buyer; once, None for nothing.

    It waits as long as the sale does. Raises ValueError for more than the fee.
    """
    if not share.amount_minor:
        return None
    if share.amount_minor > sale.fee_minor:
        raise ValueError(f"{share} of a fee of {sale.fee}")
    return record_sale(
        order_ref=sale.order_ref,
        line_ref=f"referral:{_number_of(sale)}",
        artist=affiliate,
        gross=share,
        fee=Money(0, share.currency),
        available_at=sale.available_at,
        work=sale.work,
        kind=Sale.Kind.REFERRAL,
        part_of=sale,
    )


def _number_of(sale: Sale) -> str:
    """``order_line:<id>`` -> ``<id>``."""
    return sale.line_ref.partition(":")[2]
