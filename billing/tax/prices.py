"""Whether a price is said with tax or without, by the buyer's country.

EU, UK, Norway, Switzerland, Australia, New Zealand, Japan, China, Korea and nearly all others: a price shown to a
consumer is what she pays (Directive 98/6/EC, articles 2(a) and 3; in Japan article 63 of the Consumption Tax Act).
United States and Canada: sales tax is added at the till. A business in another country of the EU than the seller's owes
the tax itself (article 196 of Directive 2006/112/EC), so prices are without it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905
# With the territories of the United States, which Unicode counts as countries.
_TAX_ON_TOP = frozenset({"US", "CA", "PR", "GU", "VI", "AS", "MP"})
_VAT = EU | {"GB", "NO", "CH", "LI", "IS", "CN", "KR", "ZA", "AE", "SA", "TR", "MX", "CL", "TW", "TH", "PH", "VN", "ID"}


class PriceTax(models.TextChoices):
    """What Stripe calls an amount's tax behaviour."""

    INCLUSIVE = "inclusive", _("with tax")
    EXCLUSIVE = "exclusive", _("without tax")


def owes_tax_herself(*, country: str, vat_id: str, seller_country: str) -> bool:
    """Whether the charge is reversed: a business with a VAT id in the EU, but not in the seller's country."""
    return bool(vat_id) and country in EU and seller_country in EU and country != seller_country


def price_tax(*, country: str, vat_id: str = "", seller_country: str) -> PriceTax:
    """How prices are said to a buyer; countries by ISO 3166, ``vat_id`` of right form or empty."""
    on_top = country in _TAX_ON_TOP
    if on_top or owes_tax_herself(country=country, vat_id=vat_id, seller_country=seller_country):
        return PriceTax.EXCLUSIVE
    return PriceTax.INCLUSIVE


def is_called_vat(country: str) -> bool:
    """Whether people there call the tax in a price VAT."""
    return country in _VAT
