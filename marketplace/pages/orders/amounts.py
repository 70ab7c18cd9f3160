"""Amounts that people type, in major units."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from marketplace.core.money import EXPONENTS, Money
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.errors import AmountNotPossible


def typed_money(text: str, currency: str) -> Money:
    """``12``, ``12.50`` or ``12,50`` as money. Raises AmountNotPossible."""
    try:
        minor = Decimal(text.strip().replace(",", ".")).scaleb(EXPONENTS[currency])
    except InvalidOperation as error:
        raise AmountNotPossible(_("“%(text)s” is not an amount.") % {"text": text[:20]}) from error
    if not minor.is_finite() or minor % 1 or not 0 <= minor < 10**12:
        raise AmountNotPossible(_("“%(text)s” is not an amount.") % {"text": text[:20]})
    return Money(int(minor), currency)


def amount_in(text: str, *, offer: LicenceOffer) -> Money | None:
    """What a buyer gives for a licence whose price is open; None where nothing was typed or the price is fixed."""
    if not text.strip() or offer.suggested is None:
        return None
    return typed_money(text, offer.currency)
