"""The publish form: words in two languages, tags, licences with prices, and what of the recipe is shown."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import EXPONENTS, Money
from marketplace.licensing.models import LicenceTerms
from marketplace.licensing.services import OfferTerms
from marketplace.publishing.services import Words
from marketplace.publishing.words import Suggestions

CURRENCIES = ("USD", "EUR", "CNY", "JPY")
# What the fields begin with, in major units of the first currency; None: not offered unless the artist ticks it.
FIRST_PRICES = {"personal": Decimal(12), "commercial": Decimal(49), "exclusive": Decimal(490)}
OFFERED_AT_FIRST = ("personal", "commercial")


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, up to 25 MB. Camera data, places and other hidden notes are removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class PublishForm(forms.Form):
    """What a listing says and costs. ``offer_rows`` pairs each licence with its two fields for the template."""

    title_en = forms.CharField(label=_("Title in English"), max_length=140, required=False)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=140, required=False)
    description_en = forms.CharField(
        label=_("Description in English"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    description_zh = forms.CharField(
        label=_("Description in Chinese"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=800,
        required=False,
        help_text=_("Up to 12, separated by commas, in either language: sunset and 日落 are the same tag."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES], initial="USD")
    show_prompt = forms.BooleanField(
        label=_("Show my prompt on the work's page and in the file"),
        required=False,
        help_text=_("Off: nobody but you sees it, and the file does not carry it."),
    )

    def __init__(
        self,
        *args: Any,
        terms: Sequence[LicenceTerms],
        has_prompt: bool,
        suggestions: Suggestions | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.terms = terms
        for one in terms:
            self.fields[f"offer_{one.code}"] = forms.BooleanField(
                label=one.name, required=False, initial=one.code in OFFERED_AT_FIRST
            )
            self.fields[f"price_{one.code}"] = forms.DecimalField(
                label=_("Price"),
                required=False,
                min_value=Decimal(0),
                max_digits=9,
                decimal_places=2,
                initial=FIRST_PRICES.get(one.code),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            )
        if not has_prompt:
            del self.fields["show_prompt"]
        if suggestions:
            self._begin_with(suggestions)

    def _begin_with(self, suggestions: Suggestions) -> None:
        for suffix, language in (("en", "en"), ("zh", "zh-hans")):
            self.fields[f"title_{suffix}"].initial = suggestions.titles.get(language, "")
            self.fields[f"description_{suffix}"].initial = suggestions.descriptions.get(language, "")
        own = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        self.fields["tags"].initial = ", ".join(suggestions.tags.get(own, ()))

    @property
    def offer_rows(self) -> list[dict[str, Any]]:
        """For each licence: its terms and the two bound fields."""
        return [
            {"terms": one, "offer": self[f"offer_{one.code}"], "price": self[f"price_{one.code}"]} for one in self.terms
        ]

    @property
    def word_fields(self) -> list[Any]:
        """The fields for words, the reader's language first."""
        order = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
        return [self[f"{name}_{suffix}"] for suffix in order for name in ("title", "description")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title_en") and not cleaned.get("title_zh"):
            first = self.word_fields[0].name
            self.add_error(first, _("Give the work a title in at least one language."))
        for suffix in ("en", "zh"):
            if cleaned.get(f"description_{suffix}") and not cleaned.get(f"title_{suffix}"):
                self.add_error(f"title_{suffix}", _("This language has a description but no title."))
        self._clean_prices(cleaned)
        return cleaned

    def _clean_prices(self, cleaned: dict[str, Any]) -> None:
        chosen = [one.code for one in self.terms if cleaned.get(f"offer_{one.code}")]
        if not chosen:
            self.add_error(None, _("Choose at least one licence and give it a price."))
        exponent = EXPONENTS.get(cleaned.get("currency", ""), 2)
        for code in chosen:
            price = cleaned.get(f"price_{code}")
            if price is None:
                if not self.errors.get(f"price_{code}"):
                    self.add_error(f"price_{code}", _("This licence needs a price."))
            elif price.scaleb(exponent) % 1:
                self.add_error(f"price_{code}", _("This currency has no smaller unit: use a whole number."))

    def texts(self) -> dict[str, Words]:
        """The words by language, those without a title left out."""
        found = {
            language: Words(self.cleaned_data[f"title_{suffix}"], self.cleaned_data[f"description_{suffix}"])
            for suffix, language in (("en", "en"), ("zh", "zh-hans"))
        }
        return {language: words for language, words in found.items() if words.title}

    def language(self) -> str:
        """The work's first language: the reader's where it has a title, else the other."""
        own = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        texts = self.texts()
        return own if own in texts else next(iter(texts))

    def tag_labels(self) -> list[str]:
        """The tags one by one; Chinese commas separate too."""
        text = self.cleaned_data["tags"].replace("，", ",").replace("、", ",")
        return [label.strip() for label in text.split(",") if label.strip()]

    def offers(self) -> list[OfferTerms]:
        """The licences ticked, with their prices."""
        currency = self.cleaned_data["currency"]
        return [
            OfferTerms(
                one.code,
                Money(int(self.cleaned_data[f"price_{one.code}"].scaleb(EXPONENTS[currency])), currency),
            )
            for one in self.terms
            if self.cleaned_data.get(f"offer_{one.code}")
        ]
