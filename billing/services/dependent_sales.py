"""What comes with a sale: what the platform adds out of its own pocket, and what goes from it to others. Each is a row
beside the sale, and goes back as it does.
"""

from collections.abc import Mapping

from billing.models import Sale
from billing.services.sales import platform_fee, record_sale
from marketplace.accounts.models import Artist
from marketplace.core.money import Money


def record_promotion(*, sale: Sale, discount: Money, royalties: Money | None = None) -> Sale | None:
    """The platform pays the artist what its own code took off; once, None where nothing was taken off.

    Her share is that of the full price to the last unit: the fees of both rows add up to the fee of the full price.
    ``royalties``: see `record_sale`; `record_royalties` hands them on.
    """
    if not discount.amount_minor:
        return None
    return record_sale(
        order_ref=sale.order_ref,
        line_ref=f"promotion:{_number_of(sale)}",
        artist=sale.artist,
        gross=discount,
        fee=platform_fee(sale.taxable + discount, sale.artist) - sale.fee,
        royalties=royalties,
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
    if share.amount_minor > sale.fee.amount_minor:
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


def record_royalties(*, sale: Sale, shares: Mapping[Artist, Money]) -> list[Sale]:
    """Hand what ``sale`` has for others on to them, each share once; those of nothing are left out.

    It waits as long as the sale does. Raises ValueError where the shares are not all of the sale's royalties, and
    where one is the seller's own.
    """
    total = sum(share.amount_minor for share in shares.values())
    if total != sale.royalty_minor or any(share.currency != sale.currency for share in shares.values()):
        raise ValueError(f"shares of {total} in royalties of {sale.royalties}")
    if sale.artist in shares:
        raise ValueError("what is the seller's own is no royalty")
    return [
        record_sale(
            order_ref=sale.order_ref,
            line_ref=f"royalty:{sale.pk}:{artist.pk}",
            artist=artist,
            gross=share,
            fee=Money(0, share.currency),
            available_at=sale.available_at,
            work=sale.work,
            kind=Sale.Kind.ROYALTY,
            part_of=sale,
        )
        for artist, share in sorted(shares.items(), key=lambda item: item[0].pk)
        if share.amount_minor
    ]


def _number_of(sale: Sale) -> str:
    """``order_line:<id>`` -> ``<id>``."""
    return sale.line_ref.partition(":")[2]
