"""Amounts of which Stripe tells, also in currencies that the shop does not trade in."""

from django.utils.translation import gettext as _

from marketplace.core.money import EXPONENTS, Money


def amount_at_stripe(amount_minor: int, currency: str) -> Money | str:
    """For people to read. How many decimals a currency has that we do not trade in, nobody here knows: minor units."""
    if currency in EXPONENTS:
        return Money(amount_minor, currency)
    return _("%(amount)s minor units of %(currency)s") % {"amount": f"{amount_minor:,}", "currency": currency}
