"""Booking the sale of one licence: its artist's share, what of it goes on to others, and a discount that is paid."""

from collections.abc import Mapping

from billing.models import Sale
from billing.services import platform_fee, record_promotion, record_royalties, record_sale
from marketplace.accounts.models import Artist
from marketplace.core.money import Money, split_by_largest_remainder
from marketplace.orders.models import Order, OrderLine
from marketplace.royalties.selectors import Sharing


def book_line(order: Order, line: OrderLine, *, sharing: Sharing) -> Sale:
    """Book the sale of ``line``, whose licence was given just now, in the transaction that gave it.

    Others get their shares of what tax, fee and discount leave: of what the buyer paid and of what the platform adds,
    each by itself, since each goes back in its own proportion.
    """
    artist = line.work.artist
    taxable = line.paid - line.tax
    shares = sharing.royalties(taxable - platform_fee(taxable, artist))
    sale = record_sale(
        order_ref=order.reference,
        line_ref=line.reference,
        artist=artist,
        gross=line.paid,
        tax=line.tax,
        royalties=_together(shares, line.price.currency),
        work=line.work,
        payment_ref=order.payment_intent_id,
    )
    record_royalties(sale=sale, shares=shares)
    if order.is_discounted_by_platform:
        _book_discount(sale, _without_tax(line, line.discount), sharing)
    return sale


def _book_discount(sale: Sale, discount: Money, sharing: Sharing) -> None:
    fee = platform_fee(sale.taxable + discount, sale.artist) - sale.fee
    shares = sharing.royalties(discount - fee)
    promotion = record_promotion(sale=sale, discount=discount, royalties=_together(shares, discount.currency))
    if promotion is not None:
        record_royalties(sale=promotion, shares=shares)


def _without_tax(line: OrderLine, amount: Money) -> Money:
    """``amount`` as prices are said on this line, without the tax in it: so much of it as of the price."""
    inside = (line.tax - line.tax_added).amount_minor
    if not inside:
        return amount
    net, _tax = split_by_largest_remainder(amount.amount_minor, [line.price_minor - inside, inside])
    return Money(net, amount.currency)


def _together(shares: Mapping[Artist, Money], currency: str) -> Money:
    return sum(shares.values(), start=Money(0, currency))
