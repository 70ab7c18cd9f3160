"""The form in which an artist says what a tier is and costs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import EXPONENTS, Money
from marketplace.memberships.models import Tier
from marketplace.memberships.models.tiers import LONGEST_DESCRIPTION, LONGEST_NAME, MOST_TIERS
from marketplace.memberships.services import TierWords
from marketplace.pages.publishing.price_forms import CURRENCIES, amount_field


class TierForm(forms.Form):
    """A new tier; for one that is there, level and currency are fixed."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=[(level, level) for level in range(1, MOST_TIERS + 1)],
        help_text=_("1 is the lowest. A higher level sees what lower ones see, and more; it does not change later."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=LONGEST_NAME, required=False)
    name_zh_hans = forms.CharField(label=_("Name in Chinese"), max_length=LONGEST_NAME, required=False)
    description_en = forms.CharField(
        label=_("Description in English"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What members of this tier get."),
    )
    description_zh_hans = forms.CharField(
        label=_("Description in Chinese"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    monthly = amount_field(label=_("Price a month"))
    annual = amount_field(label=_("Price a year"), help_text=_("Leave it empty to sell by the month only."))

    def __init__(self, *args: Any, tier: Tier | None = None, currency: str = "USD", **options: Any) -> None:
        self._tier = tier
        options["initial"] = {"currency": currency} if tier is None else _as_it_is(tier)
        super().__init__(*args, **options)
        if tier is not None:
            del self.fields["level"], self.fields["currency"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name_en") and not cleaned.get("name_zh_hans"):
            self.add_error("name_en", _("A tier needs a name, in English, in Chinese, or in both."))
        if cleaned.get("monthly") is None and not self.errors.get("monthly"):
            self.add_error("monthly", _("A tier needs a price a month."))
        for name in ("monthly", "annual"):
            amount = cleaned.get(name)
            if amount is not None and amount.scaleb(EXPONENTS[self._currency()]) % 1:
                self.add_error(name, _("This currency has no smaller unit: use a whole number."))
        return cleaned

    def _currency(self) -> str:
        return self._tier.currency if self._tier is not None else str(self.cleaned_data.get("currency") or "USD")

    def words(self) -> TierWords:
        """What was written."""
        return TierWords(
            **{name: self.cleaned_data[name] for name in TierWords.__dataclass_fields__},
        )

    def money(self, name: str) -> Money | None:
        """``monthly`` or ``annual``; None where it is empty."""
        amount, currency = self.cleaned_data[name], self._currency()
        return None if amount is None else Money(int(amount.scaleb(EXPONENTS[currency])), currency)


def _as_it_is(tier: Tier) -> dict[str, Any]:
    begin: dict[str, Any] = {name: getattr(tier, name) for name in TierWords.__dataclass_fields__}
    for price in tier.prices.filter(is_current=True):
        begin["annual" if price.is_annual else "monthly"] = price.amount.major
    return begin
