"""Licences with their prices: a part of the publish form, and a form of its own for a work that is published."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import EXPONENTS, Money
from marketplace.licensing.models import LicenceOffer, LicenceTerms
from marketplace.licensing.services import OfferTerms

CURRENCIES = ("USD", "EUR", "CNY", "JPY")
# What the fields begin with, in major units of the first currency; None: not offered unless the artist ticks it.
FIRST_PRICES = {"personal": Decimal(12), "commercial": Decimal(49), "exclusive": Decimal(490)}
OFFERED_AT_FIRST = ("personal", "commercial")


def amount_field(**options: Any) -> forms.DecimalField:
    """An amount of money in major units of a currency that is chosen elsewhere in the form."""
    return forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        **options,
    )


class PricesForm(forms.Form):
    """Which licences are offered for how much. ``offer_rows`` pairs each licence with its fields for the template."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES], initial="USD")

    def __init__(self, *args: Any, terms: Sequence[LicenceTerms], **options: Any) -> None:
        super().__init__(*args, **options)
        self.terms = terms
        for one in terms:
            self.fields[f"offer_{one.code}"] = forms.BooleanField(
                label=one.name, required=False, initial=one.code in OFFERED_AT_FIRST
            )
            self.fields[f"price_{one.code}"] = amount_field(label=_("Price"), initial=FIRST_PRICES.get(one.code))
            self.fields[f"open_{one.code}"] = forms.BooleanField(label=_("Buyers may pay more"), required=False)
            self.fields[f"suggested_{one.code}"] = amount_field(label=_("You suggest"))

    @property
    def offer_rows(self) -> list[dict[str, Any]]:
        """For each licence: its terms and the bound fields."""
        names = ("offer", "price", "open", "suggested")
        return [{"terms": one} | {name: self[f"{name}_{one.code}"] for name in names} for one in self.terms]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [one.code for one in self.terms if cleaned.get(f"offer_{one.code}")]
        if not chosen:
            self.add_error(None, _("Choose at least one licence and give it a price."))
        for code in chosen:
            if cleaned.get(f"price_{code}") is None and not self.errors.get(f"price_{code}"):
                self.add_error(f"price_{code}", _("This licence needs a price."))
            self._refuse_parts_of_units(f"price_{code}", cleaned)
            if cleaned.get(f"open_{code}"):
                self._clean_suggestion(code, cleaned)
        return cleaned

    def _clean_suggestion(self, code: str, cleaned: dict[str, Any]) -> None:
        self._refuse_parts_of_units(f"suggested_{code}", cleaned)
        price, suggested = cleaned.get(f"price_{code}"), cleaned.get(f"suggested_{code}")
        if price is not None and suggested is not None and suggested < price:
            self.add_error(f"suggested_{code}", _("Suggest the price or more."))

    def _refuse_parts_of_units(self, name: str, cleaned: dict[str, Any]) -> None:
        amount = cleaned.get(name)
        if amount is not None and amount.scaleb(EXPONENTS.get(cleaned.get("currency", ""), 2)) % 1:
            self.add_error(name, _("This currency has no smaller unit: use a whole number."))

    def offers(self) -> list[OfferTerms]:
        """The licences ticked, with their prices. Where buyers may pay more and nothing is suggested, the price is."""
        chosen = [one.code for one in self.terms if self.cleaned_data.get(f"offer_{one.code}")]
        return [OfferTerms(code, self._money(f"price_{code}"), self._suggested(code)) for code in chosen]

    def _suggested(self, code: str) -> Money | None:
        if not self.cleaned_data.get(f"open_{code}"):
            return None
        is_given = self.cleaned_data.get(f"suggested_{code}") is not None
        return self._money(f"suggested_{code}" if is_given else f"price_{code}")

    def _money(self, name: str) -> Money:
        currency = self.cleaned_data["currency"]
        return Money(int(self.cleaned_data[name].scaleb(EXPONENTS[currency])), currency)


def present_prices(offers: Iterable[LicenceOffer], terms: Iterable[LicenceTerms]) -> dict[str, Any]:
    """What the form of a published work begins with: what it is sold for now."""
    present = {offer.terms.code: offer for offer in offers}
    begin: dict[str, Any] = {f"offer_{one.code}": one.code in present for one in terms}
    for code, offer in present.items():
        begin["currency"] = offer.currency
        begin[f"price_{code}"] = offer.price.major
        begin[f"open_{code}"] = offer.suggested is not None
        begin[f"suggested_{code}"] = offer.suggested.major if offer.suggested else None
    return begin
