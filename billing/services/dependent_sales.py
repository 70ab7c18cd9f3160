"""What the platform adds to a sale out of its own pocket. Each is a row beside the sale, and goes back as it does."""

from billing.models import Sale
from billing.services.sales import platform_fee, record_sale
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
        fee=platform_fee(sale.gross + discount) - platform_fee(sale.gross),
        available_at=sale.available_at,
        work=sale.work,
        kind=Sale.Kind.PROMOTION,
        part_of=sale,
    )


def _number_of(sale: Sale) -> str:
    """``order_line:<id>`` -> ``<id>``."""
    return sale.line_ref.partition(":")[2]
