"""The form in which an artist puts works of hers together."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import EXPONENTS, Money
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.selectors import current_terms
from marketplace.orders.models import Bundle
from marketplace.pages.orders.work_choices import work_choice
from marketplace.publishing.selectors import works_of

# More boxes than that are no list to choose from: the newest are there.
MOST_WORKS = 200


class BundleForm(forms.Form):
    """Title, words, licence, works and the price of all together, in the currency in which they are sold."""

    title = forms.CharField(label=_("Title"), max_length=140)
    description = forms.CharField(
        label=_("Description"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    licence = forms.ChoiceField(label=_("Licence"))
    works = forms.TypedMultipleChoiceField(label=_("Works"), coerce=UUID, widget=forms.CheckboxSelectMultiple)
    price = forms.DecimalField(
        label=_("Price of all together"),
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        help_text=_("Less than they cost one by one, in the currency in which they are sold."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )

    def __init__(self, *args: Any, artist: Artist, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["licence"].choices = [  # type: ignore[attr-defined]
            (terms.code, terms.name) for terms in current_terms() if terms.code in Bundle.LICENCES
        ]
        there = works_of(artist).filter(status=Work.Status.LISTED, sold_exclusively=False)[:MOST_WORKS]
        self._offers: dict[UUID, list[LicenceOffer]] = {}
        choices = []
        for work in there:
            offers = [offer for offer in getattr(work, "active_offers", []) if offer.terms.code in Bundle.LICENCES]
            if offers:
                self._offers[work.pk] = offers
                prices = " · ".join(f"{offer.terms.name} {offer.price}" for offer in offers)
                choices.append((work.pk, work_choice(work, prices)))
        self.fields["works"].choices = choices if len(choices) > 1 else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        price = cleaned.get("price")
        if price is not None and cleaned.get("works") and price.scaleb(EXPONENTS[self._currency()]) % 1:
            self.add_error("price", _("This currency has no smaller unit: use a whole number."))
        return cleaned

    def _currency(self) -> str:
        """That of the first work; whether the others agree is the service's to check."""
        return str(self._offers[self.cleaned_data["works"][0]][0].currency)

    def money(self) -> Money:
        """The price."""
        currency = self._currency()
        return Money(int(self.cleaned_data["price"].scaleb(EXPONENTS[currency])), currency)
