"""Booking the sale of one licence: its artist's share, what of it goes on to others, and a discount that is paid."""

from collections.abc import Mapping

from billing.models import Sale
from billing.services import platform_fee, record_promotion, record_royalties, record_sale
from marketplace.accounts.models import Artist
from marketplace.core.money import Money
from marketplace.orders.models import Order, OrderLine
from marketplace.royalties.selectors import Sharing


def book_line(order: Order, line: OrderLine, *, sharing: Sharing) -> Sale:
    """Book the sale of ``line``, whose licence was given just now, in the transaction that gave it.

    Others get their shares of what fee and discount leave: of what the buyer paid and of what the platform adds, each
    by itself, since each goes back in its own proportion.
    """
    artist = line.work.artist
    shares = sharing.royalties(line.price - platform_fee(line.price, artist))
    sale = record_sale(
        order_ref=order.reference,
        line_ref=line.reference,
        artist=artist,
        gross=line.price,
        royalties=_together(shares, line.price.currency),
        work=line.work,
        payment_ref=order.payment_intent_id,
    )
    record_royalties(sale=sale, shares=shares)
    if order.is_discounted_by_platform:
        _book_discount(sale, line.discount, sharing)
    return sale


def _book_discount(sale: Sale, discount: Money, sharing: Sharing) -> None:
    fee = platform_fee(sale.taxable + discount, sale.artist) - sale.fee
    shares = sharing.royalties(discount - fee)
    promotion = record_promotion(sale=sale, discount=discount, royalties=_together(shares, discount.currency))
    if promotion is not None:
        record_royalties(sale=promotion, shares=shares)


def _together(shares: Mapping[Artist, Money], currency: str) -> Money:
    return sum(shares.values(), start=Money(0, currency))
