"""What a basket costs: the prices, what a code takes off, and the total. The cart's page and the order use the same."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.core.money import CREDITS, EXPONENTS, LOWEST_CHARGE, Money
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.services.offers import HIGHEST_MAJOR
from marketplace.orders.basket import MOST_LICENCES, Basket, Wanted, WantedTip
from marketplace.orders.errors import AmountNotPossible, BasketNotPossible
from marketplace.orders.models import Bundle, DiscountCode
from marketplace.orders.services.discounts import taken_off


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A licence with what the buyer pays for it (``price``), after the discount."""

    offer: LicenceOffer
    price: Money
    discount: Money
    bundle: Bundle | None = None


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """All of a basket in one currency."""

    lines: tuple[PricedLine, ...]
    tips: tuple[WantedTip, ...]
    code: DiscountCode | None
    discount: Money
    total: Money

    @property
    def subtotal(self) -> Money:
        """Before the discount."""
        return self.total + self.discount


def price_basket(basket: Basket, *, code: DiscountCode | None = None) -> PricedBasket:
    """The basket's prices; its bundles are unpacked. ``code``: the row, checked already for who uses it and when.

    Raises BasketNotPossible (empty, too many, two currencies, a work twice, a total that no card can pay),
    AmountNotPossible (less than the artist's least price, or another than a fixed one) and DiscountNotUsable.
    """
    currency = _currency_of(basket)
    listed = [check_amount(one) for one in basket.wanted]
    offers = [one.offer for one in basket.wanted]
    off = [0] * len(offers)
    if basket.by_club:
        off = [price.amount_minor for price in listed]
    elif code:
        off = taken_off(code, list(zip(offers, listed, strict=True)))
    lines = tuple(
        PricedLine(one.offer, Money(price.amount_minor - less, currency), Money(less, currency), one.bundle)
        for one, price, less in zip(basket.wanted, listed, off, strict=True)
    )
    given = sum(tip.amount.amount_minor for tip in basket.tips)
    total = Money(sum(line.price.amount_minor for line in lines) + given, currency)
    if 0 < total.amount_minor < LOWEST_CHARGE[currency]:
        raise BasketNotPossible(
            _("%(total)s is less than a card can pay.") % {"total": total},
            way_out=_("Add another work or a tip, or leave out the discount code."),
        )
    return PricedBasket(lines, basket.tips, code, Money(sum(off), currency), total)


def _currency_of(basket: Basket) -> str:
    if not basket.wanted and not basket.tips:
        raise BasketNotPossible(_("There is nothing in it yet."), way_out=_("Look around and choose a licence."))
    if len(basket.wanted) > MOST_LICENCES:
        raise BasketNotPossible.too_many(MOST_LICENCES)
    if len({one.offer.work_id for one in basket.wanted}) < len(basket.wanted):
        raise BasketNotPossible(_("A work is in it twice."), way_out=_("Choose one licence for each work."))
    if len({tip.artist.pk for tip in basket.tips}) < len(basket.tips):
        raise BasketNotPossible(_("An artist has two tips in it."), way_out=_("Put them together."))
    currencies = {one.offer.currency for one in basket.wanted} | {tip.amount.currency for tip in basket.tips}
    if len(currencies) > 1:
        raise BasketNotPossible(
            _("The works are sold in different currencies."), way_out=_("Buy those of one currency at a time.")
        )
    for tip in basket.tips:
        _check_tip(tip)
    return currencies.pop()


def check_amount(one: Wanted) -> Money:
    """What a licence costs before a discount. Raises AmountNotPossible."""
    offer = one.offer
    if one.bundle is not None and one.amount is not None:
        return one.amount
    if one.amount is None:
        return offer.suggested or offer.price
    if one.amount.currency != offer.currency or (offer.suggested is None and one.amount != offer.price):
        raise AmountNotPossible(_("This licence has a fixed price: %(price)s.") % {"price": offer.price})
    if one.amount < offer.price or one.amount.amount_minor > _highest(offer.currency):
        raise AmountNotPossible(
            _("The artist asks for at least %(price)s.") % {"price": offer.price},
            way_out=_("Give that much or more."),
        )
    return one.amount


def _check_tip(tip: WantedTip) -> None:
    currency = tip.amount.currency
    if currency == CREDITS or not LOWEST_CHARGE[currency] <= tip.amount.amount_minor <= _highest(currency):
        lowest = Money(LOWEST_CHARGE.get(currency, 1), currency)
        raise AmountNotPossible(
            _("A tip is %(lowest)s or more.") % {"lowest": lowest}, way_out=_("Give another amount, or none.")
        )


def _highest(currency: str) -> int:
    return HIGHEST_MAJOR * int(10 ** EXPONENTS[currency])
