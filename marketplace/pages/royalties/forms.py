"""The forms in which an artist gives others a share, in per cent."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.royalties.models import LEAST_SHARE, MOST_OF_A_REMIX, MOST_SHARED


def _percent_field(*, label: Any, least: int, most: int, help_text: Any) -> forms.DecimalField:
    """``least`` and ``most`` in basis points."""
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least) / 100,
        max_value=Decimal(most) / 100,
        decimal_places=2,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


class ShareForm(forms.Form):
    """Whom, and how much."""

    handle = forms.CharField(
        label=_("Storefront"),
        max_length=41,
        help_text=_("The address of her storefront: what follows the @."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    percent = _percent_field(
        label=_("Share in %"),
        least=LEAST_SHARE,
        most=MOST_SHARED,
        help_text=_("Of what each sale leaves after the platform's fee and what is owed to works it was made from."),
    )

    @property
    def basis_points(self) -> int:
        """The share that was given."""
        return int(self.cleaned_data["percent"] * 100)


class RemixForm(forms.Form):
    """How much remixes owe."""

    percent = _percent_field(
        label=_("Share of remixes in %"),
        least=0,
        most=MOST_OF_A_REMIX,
        help_text=_("Of what each sale of a work that was made from this one leaves to its artist. 0: nothing."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        # It stands beside the other form, whose field has the same name: a label must find its own.
        super().__init__(*args, **{"auto_id": "id_remix_%s", **options})

    @property
    def basis_points(self) -> int:
        """The share that was given."""
        return int(self.cleaned_data["percent"] * 100)
