"""What a buyer says who asks for money back, and what an artist answers. Amounts are in major units."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import EXPONENTS, Money
from marketplace.orders.models import RefundRequest


class _AmountForm(forms.Form):
    amount = forms.DecimalField(required=False)

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most = most
        field = self.fields["amount"]
        field.label = self.amount_label % {"currency": most.currency}
        coin = str(Decimal(1).scaleb(-EXPONENTS[most.currency]))
        field.widget.attrs |= {"min": coin, "step": coin, "max": str(most.major)}
        field.initial = most.major

    amount_label: Any = "%(currency)s"

    def money(self) -> Money | None:
        """The amount; None where all of it is meant."""
        given = self.cleaned_data.get("amount")
        if given is None:
            return None
        minor = given.scaleb(EXPONENTS[self._most.currency])
        return Money(int(minor), self._most.currency)

    def clean_amount(self) -> Decimal | None:
        """Whole minor units, at least one."""
        given: Decimal | None = self.cleaned_data["amount"]
        if given is not None and given <= 0:
            raise forms.ValidationError(_("Say an amount above nothing, or leave it empty for all of it."))
        if given is not None and given.scaleb(EXPONENTS[self._most.currency]) % 1:
            raise forms.ValidationError(_("That is finer than the currency's smallest coin."))
        return given


_REASONS = [(reason.value, reason.label) for reason in RefundRequest.BUYERS_REASONS]


class AskForm(_AmountForm):
    """For which reason, in whose words, how much."""

    amount_label = _("How much (%(currency)s)")
    reason = forms.ChoiceField(label=_("Why?"), choices=_REASONS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["reason", "words", "amount"]


class DecideForm(_AmountForm):
    """Yes or no, how much, and an answer to the buyer."""

    amount_label = _("How much goes back (%(currency)s)")
    answer = forms.CharField(
        label=_("Your answer to the buyer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
