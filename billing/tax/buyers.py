"""Where a buyer is, as far as she has told us before she pays."""

from dataclasses import dataclass

from django.conf import settings

from billing.models import BillingDetails
from billing.tax.prices import PriceTax, is_called_vat, owes_tax_herself, price_tax
from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """A buyer's country (ISO 3166) and VAT id: from her billing details (``is_kept``), else a choice or a default."""

    country: str
    vat_id: str = ""
    is_kept: bool = False

    @property
    def prices(self) -> PriceTax:
        """How prices are said to her."""
        return price_tax(country=self.country, vat_id=self.vat_id, seller_country=settings.CONFIGURATION.seller_country)

    @property
    def is_reversed(self) -> bool:
        """Whether she owes the tax herself."""
        return owes_tax_herself(
            country=self.country, vat_id=self.vat_id, seller_country=settings.CONFIGURATION.seller_country
        )

    @property
    def is_vat(self) -> bool:
        """Whether the tax in a price is called VAT there."""
        return is_called_vat(self.country)


def tax_place_of(user: User | None, *, chosen: str = "") -> TaxPlace | None:
    """``user``'s place; for somebody without billing details the country that she chose. None with Stripe Tax off."""
    configuration = settings.CONFIGURATION
    if not configuration.stripe_tax:
        return None
    details = BillingDetails.objects.filter(user=user).first() if user is not None else None
    if details is not None:
        return TaxPlace(details.country, details.vat_id, is_kept=True)
    return TaxPlace(chosen or configuration.default_country)
