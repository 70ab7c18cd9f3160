"""The publish form: words in two languages, tags, licences with prices, and what of the recipe is shown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.licensing.models import LicenceTerms
from marketplace.pages.publishing.audience_forms import AudienceForm
from marketplace.pages.publishing.price_forms import PricesForm
from marketplace.publishing.services import Words
from marketplace.publishing.words import Suggestions


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, up to 25 MB. Camera data, places and other hidden notes are removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class PublishForm(AudienceForm, PricesForm):
    """What a listing says and costs."""

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
        super().__init__(*args, terms=terms, **options)
        self.fields["audience"].required = False
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
        return cleaned

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
