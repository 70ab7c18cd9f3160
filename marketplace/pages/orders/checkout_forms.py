"""What a buyer says before she pays: a code, tips, for whom it is, and her consent."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.core.errors import AtelierError
from marketplace.core.money import Money
from marketplace.orders.basket import GiftWish, WantedTip
from marketplace.orders.consent import WORDS
from marketplace.pages.orders.amounts import typed_money

# More artists than that in one cart get no field for a tip: the page would be all fields.
MOST_TIPS = 6


class CheckoutForm(forms.Form):
    """``email`` is asked of guests alone, ``consent`` where files are delivered."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The files and the receipt go there. You need no account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    code = forms.CharField(
        label=_("Discount code"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 14}),
    )
    is_gift = forms.BooleanField(label=_("It is a gift"), required=False)
    recipient_name = forms.CharField(label=_("Name of whom it is for"), required=False, max_length=80)
    recipient_email = forms.EmailField(label=_("Her or his e-mail address"), required=False)
    gift_words = forms.CharField(
        label=_("Your words to go with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent = forms.BooleanField(label=WORDS, required=False)

    def __init__(
        self,
        *args: Any,
        currency: str,
        artists: Sequence[Artist],
        is_guest: bool,
        delivers: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._currency = currency
        self._artists = list(artists)[:MOST_TIPS]
        if not is_guest:
            del self.fields["email"]
        if not delivers:
            # A tip alone: there is nothing to deliver, and nothing to withdraw from.
            del self.fields["consent"]
        for artist in self._artists:
            self.fields[f"tip_{artist.pk}"] = forms.CharField(
                label=_("A tip for %(artist)s (%(currency)s)") % {"artist": artist.name, "currency": currency},
                required=False,
                max_length=12,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
            )

    @property
    def tip_fields(self) -> list[Any]:
        """One for each artist."""
        return [self[f"tip_{artist.pk}"] for artist in self._artists]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for artist in self._artists:
            name = f"tip_{artist.pk}"
            try:
                cleaned[name] = typed_money(cleaned[name], self._currency) if cleaned.get(name, "").strip() else None
            except AtelierError as error:
                self.add_error(name, error.message)
        if cleaned.get("is_gift") and not cleaned.get("recipient_email") and "recipient_email" not in self.errors:
            self.add_error("recipient_email", _("Say to whom we should send it."))
        return cleaned

    def tips(self) -> tuple[WantedTip, ...]:
        """Those that give something."""
        given: list[tuple[Artist, Money | None]] = [
            (artist, self.cleaned_data.get(f"tip_{artist.pk}")) for artist in self._artists
        ]
        return tuple(WantedTip(artist, amount) for artist, amount in given if amount and amount.amount_minor)

    def gift(self) -> GiftWish | None:
        """Whom it is for, where it is a gift."""
        said = self.cleaned_data
        if not said.get("is_gift"):
            return None
        return GiftWish(said["recipient_email"], said.get("recipient_name", ""), said.get("gift_words", ""))
