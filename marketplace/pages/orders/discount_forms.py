"""The form in which an artist makes a discount code."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import CREDITS, EXPONENTS, Money
from marketplace.orders.services import Limits
from marketplace.pages.orders.work_choices import work_choice
from marketplace.publishing.selectors import works_of

# More boxes than that are no list to choose from; such a code is for all works.
MOST_WORKS = 200


class DiscountForm(forms.Form):
    """A share or an amount; for all works or some; when and how often."""

    code = forms.CharField(
        label=_("Code"),
        max_length=24,
        help_text=_("3 to 24 letters, digits and hyphens. Buyers type it at the checkout, in capitals or not."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    percent = forms.DecimalField(
        label=_("Share off each price, in %"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    amount = forms.DecimalField(
        label=_("or an amount off the order"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency of the amount"), required=False, choices=[(one, one) for one in EXPONENTS if one != CREDITS]
    )
    works = forms.TypedMultipleChoiceField(
        label=_("For these works alone"),
        required=False,
        coerce=UUID,
        help_text=_("Choose none and it is for all of your works, also those to come."),
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label=_("Last day of validity"),
        required=False,
        help_text=_("Days begin and end by UTC. Empty: from now on, without an end."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    most_uses = forms.IntegerField(
        label=_("Uses in all"), required=False, min_value=1, max_value=1_000_000, help_text=_("Empty: no limit.")
    )
    most_uses_per_buyer = forms.IntegerField(
        label=_("Uses per buyer"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        initial=1,
        help_text=_("Empty: no limit."),
    )

    def __init__(self, *args: Any, artist: Artist, **options: Any) -> None:
        super().__init__(*args, **options)
        hers = works_of(artist).exclude(sold_exclusively=True).exclude(status=Work.Status.HIDDEN)[:MOST_WORKS]
        choices = [(work.pk, work_choice(work)) for work in hers]
        self.fields["works"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["works"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        percent, amount = cleaned.get("percent"), cleaned.get("amount")
        if (percent is None) == (amount is None) and not {"percent", "amount"} & set(self.errors):
            self.add_error("percent", _("Give a share or an amount, one of them."))
        exponent = EXPONENTS[cleaned.get("currency") or "USD"]
        if amount is not None and amount.scaleb(exponent) % 1:
            self.add_error("amount", _("This currency has no smaller unit: use a whole number."))
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The code would end before it begins."))
        return cleaned

    def takes(self) -> int | Money:
        """Basis points, or money."""
        if self.cleaned_data["percent"] is not None:
            return int(self.cleaned_data["percent"] * 100)
        currency = self.cleaned_data["currency"] or "USD"
        return Money(int(self.cleaned_data["amount"].scaleb(EXPONENTS[currency])), currency)

    def limits(self) -> Limits:
        """The last day counts to its end."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        return Limits(
            starts_at=_begin_of(first) if first else None,
            ends_at=_begin_of(last + timedelta(days=1)) if last else None,
            most_uses=self.cleaned_data["most_uses"],
            most_uses_per_buyer=self.cleaned_data["most_uses_per_buyer"],
        )


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
