"""The forms of the picture tools that need no words: enlarge, restore, colours, style, palette, cut out."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.engine.contract import Kind, ToolSettings
from generation.engine.picture_tools.restoring.kinds import LOCAL_KINDS, DamageKind
from generation.models import DAMAGE_SHOWN

_PICTURE_FILES = {"accept": "image/png,image/jpeg,image/webp"}


class ToolForm(forms.Form):
    """What all tools ask: one of the person's pictures (its id), or a file."""

    kind: ClassVar[Kind]
    takes_mask: ClassVar[bool] = False
    takes_reference: ClassVar[bool] = False

    picture_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    picture = forms.FileField(
        label=_("A picture file"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 15 MB; more than 2048 pixels on a side are reduced to that."),
        widget=forms.FileInput(attrs=_PICTURE_FILES),
    )
    submission = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A picture is needed; a file that was just chosen goes before the one that was there."""
        cleaned = super().clean() or {}
        if not cleaned.get("picture") and not cleaned.get("picture_id") and not self.errors:
            self.add_error("picture", _("Choose one of your pictures, or a file."))
        return cleaned

    def tool(self) -> ToolSettings:
        """What was chosen, for the tool; also of a form whose picture is still missing."""
        return ToolSettings()


class EnlargeForm(ToolForm):
    """Two or four times as wide and high."""

    kind = Kind.UPSCALE
    factor = forms.TypedChoiceField(
        label=_("How much larger"),
        choices=[(2, _("2 × (four times the pixels)")), (4, _("4 × (sixteen times the pixels)"))],
        coerce=int,
        initial=2,
        widget=forms.RadioSelect,
    )

    def tool(self) -> ToolSettings:
        """The factor."""
        return ToolSettings(factor=self.cleaned_data.get("factor") or 2)


class RestoreForm(ToolForm):
    """Damage by kind; local damage is looked for where no mask is painted."""

    kind = Kind.RESTORE
    takes_mask = True
    damage = forms.MultipleChoiceField(
        label=_("What is damaged?"),
        choices=[(kind.value, label) for kind, label in DAMAGE_SHOWN.items()],
        initial=[DamageKind.SCRATCHES.value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say at least one kind of damage.")},
    )
    mask = forms.FileField(
        label=_("Where it is damaged"),
        required=False,
        help_text=_("A PNG of the picture's size, bright or opaque where it is damaged. Without it we look ourselves."),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )

    def clean(self) -> dict[str, Any]:
        """What was painted is for damage that lies on a part of the picture."""
        cleaned = super().clean()
        damage = cleaned.get("damage")
        if cleaned.get("mask") and damage and not set(damage) & {kind.value for kind in LOCAL_KINDS}:
            told = _("You painted where it is damaged: say how, by scratches for example, or clear what you painted.")
            self.add_error("damage", told)
        return cleaned

    def tool(self) -> ToolSettings:
        """The kinds of damage."""
        chosen = self.cleaned_data.get("damage") or [DamageKind.SCRATCHES.value]
        return ToolSettings(damage=tuple(DamageKind(name) for name in chosen))


class _ReferenceForm(ToolForm):
    takes_reference = True
    needs_reference: ClassVar[bool] = True

    reference_id = forms.UUIDField(required=False)
    reference = forms.FileField(
        label=_("Another picture"), required=False, widget=forms.FileInput(attrs=_PICTURE_FILES)
    )

    def clean(self) -> dict[str, Any]:
        """Style and palette come from a picture; colours may."""
        cleaned = super().clean()
        if self.needs_reference and not cleaned.get("reference") and not cleaned.get("reference_id"):
            self.add_error("reference", _("Choose one of your pictures, or a file."))
        return cleaned


class ColoursForm(_ReferenceForm):
    """Colours for a grey picture."""

    kind = Kind.COLOURIZE
    needs_reference = False


class _AmountForm(_ReferenceForm):
    amount = forms.FloatField(
        label=_("How much of it"),
        min_value=0.05,
        max_value=1.0,
        initial=0.8,
        widget=forms.NumberInput(attrs={"type": "range", "min": "0.05", "max": "1", "step": "0.05"}),
        help_text=_("A little keeps most of your picture; all the way takes as much of the other as it can."),
    )

    def tool(self) -> ToolSettings:
        """The amount."""
        return ToolSettings(amount=self.cleaned_data.get("amount") or 0.8)


class StyleForm(_AmountForm):
    """In the manner of another picture."""

    kind = Kind.STYLE_TRANSFER


class PaletteForm(_AmountForm):
    """In the colours of another picture."""

    kind = Kind.PALETTE_TRANSFER


class CutOutForm(ToolForm):
    """Without its background."""

    kind = Kind.BACKGROUND_REMOVAL
    takes_mask = True
    mask = forms.FileField(
        label=_("What shall stay"),
        required=False,
        help_text=_("A PNG of the picture's size, bright or opaque roughly where the subject is."),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )


FORMS: dict[str, type[ToolForm]] = {
    "enlarge": EnlargeForm,
    "restore": RestoreForm,
    "colours": ColoursForm,
    "style": StyleForm,
    "palette": PaletteForm,
    "cut-out": CutOutForm,
}


class SizeForm(forms.Form):
    """The size of the picture in the browser, for a price before it is sent."""

    width = forms.IntegerField(min_value=1, max_value=100_000)
    height = forms.IntegerField(min_value=1, max_value=100_000)
