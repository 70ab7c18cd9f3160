"""What a visitor searches for and narrows down to."""

from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceTerms
from marketplace.pages.written_out import WrittenOutSelect
from recommendations.models import WorkColour
from recommendations.origins import Origin
from recommendations.palette import colour_of_hex
from recommendations.selectors import ColourWish, WorkFilter

ANY = [("", _("Any"))]
CENTS = Decimal(100)
COLOUR_AT_FIRST = "#3a6fb5"


def _choice(label: StrPromise, choices: type[TextChoices]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, choices=[*ANY, *choices.choices], widget=WrittenOutSelect)


class SearchForm(forms.Form):
    """Read from the address of /search, so that a search can be kept and sent on."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    medium = _choice(_("Medium"), Work.Medium)
    licence = _choice(_("Licence"), LicenceTerms.Code)
    colour = _choice(_("Colour"), WorkColour.Colour)
    price_from = forms.DecimalField(
        required=False, label=_("Price from"), min_value=0, max_value=1_000_000, decimal_places=2
    )
    price_to = forms.DecimalField(
        required=False, label=_("Price to"), min_value=0, max_value=1_000_000, decimal_places=2
    )
    aspect = _choice(_("Shape"), WorkColour.Aspect)
    origin = _choice(_("Origin"), Origin)
    model = forms.CharField(required=False, max_length=80, label=_("Model"), widget=WrittenOutSelect)
    artist = forms.CharField(required=False, max_length=40, label=_("Artist’s address"))
    by_colour = forms.BooleanField(
        required=False,
        label=_("Colour wished for"),
        widget=forms.RadioSelect(choices=[("", _("No colour")), ("on", _("Near this colour"))]),
    )
    near = forms.RegexField(r"^#[0-9a-fA-F]{6}$", required=False, label=_("Colour"))
    weight = forms.FloatField(required=False, min_value=0, max_value=1, label=_("How much it counts"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("price_from", "price_to"):
            self.fields[name].widget.attrs.update(min=0, step=1, inputmode="decimal", placeholder="$")
        self.fields["weight"].widget = forms.NumberInput(attrs={"type": "range", "min": 0, "max": 1, "step": 0.1})
        self.fields["artist"].widget.attrs.update(placeholder="@…")

    def clean(self) -> dict[str, object]:
        """A lowest price above the highest finds nothing: say so."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("price_from"), cleaned.get("price_to")
        if low is not None and high is not None and low > high:
            self.add_error("price_from", _("This is more than the highest price."))
        return cleaned

    @property
    def colour_shown(self) -> str:
        """What the field of the colour begins with: a browser would show an empty one as black."""
        return self.cleaned_data.get("near") or COLOUR_AT_FIRST

    @property
    def filters(self) -> WorkFilter:
        """What is valid of it; a field in error narrows nothing."""
        found = self.cleaned_data
        return WorkFilter(
            medium=found.get("medium") or "",
            licence=found.get("licence") or "",
            colour=found.get("colour") or "",
            artist_handle=(found.get("artist") or "").strip().removeprefix("@"),
            aspect=found.get("aspect") or "",
            origin=found.get("origin") or "",
            model=found.get("model") or "",
            price_from_minor=_minor(found.get("price_from")),
            price_to_minor=_minor(found.get("price_to")),
        )

    @property
    def colour_wish(self) -> ColourWish | None:
        """The colour that the works should show; None where none is wished for."""
        found = self.cleaned_data
        colour = colour_of_hex(found.get("near") or "")
        if not found.get("by_colour") or colour is None:
            return None
        weight = found.get("weight")
        return ColourWish(colour, 0.5 if weight is None else weight)


def _minor(price: Decimal | None) -> int | None:
    return None if price is None else int(price * CENTS)


def address_of(form: SearchForm) -> str:
    """The query string that shows what is valid of ``form`` again, the fields in their order: one for one search."""
    return urlencode({name: value for name, value in chosen_in(form).items() if name not in form.errors})


def chosen_in(form: SearchForm) -> dict[str, str]:
    """The fields that say something, in their order. A colour that is not wished for says nothing."""
    words = {name: " ".join(form.data.get(name, "").split()) for name in form.fields}
    silent = () if words["by_colour"] else ("near", "weight")
    return {name: value for name, value in words.items() if value and name not in silent}
