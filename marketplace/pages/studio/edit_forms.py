"""The forms of the picture tools: paint over, paint on, vary."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.engine import contract
from generation.models import GenerationModel, GenerationOutput
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed

_MOST_AT_ONCE = 4
_GROWTHS = [(0, _("not at all")), (64, "64 px"), (128, "128 px"), (256, "256 px")]


class EditForm(forms.Form):
    """What all tools ask."""

    count = forms.IntegerField(label=_("Pictures"), min_value=1, max_value=_MOST_AT_ONCE, initial=1)
    submission = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class _PaintingForm(EditForm):
    prompt = forms.CharField(
        label=_("What shall be there?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Say what shall be there, in English or Chinese.")},
    )
    negative_prompt = forms.CharField(label=_("What should it avoid?"), max_length=500, required=False)

    def settings(self, model: GenerationModel) -> PictureSettings:
        """What was chosen, with a new seed; the service sets the sides."""
        chosen = self.cleaned_data
        return PictureSettings(
            prompt=chosen["prompt"],
            negative_prompt=chosen.get("negative_prompt", ""),
            width=model.default_side,
            height=model.default_side,
            count=chosen["count"],
            seed=new_seed(),
            steps=model.default_steps,
            strength=chosen.get("strength"),
            painted_side=model.default_side,
        )


class InpaintForm(_PaintingForm):
    """Paint a part of the picture anew."""

    mask = forms.FileField(
        label=_("Mask"),
        required=False,
        help_text=_("A PNG of the picture's size: what is bright or opaque is painted anew."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png"}),
    )
    strength = forms.FloatField(
        label=_("How much of what is there may go"),
        min_value=0.2,
        max_value=1.0,
        initial=1.0,
        widget=forms.NumberInput(attrs={"type": "range", "min": "0.2", "max": "1", "step": "0.05"}),
    )

    def clean(self) -> dict[str, object]:
        """A mask is needed; the message says how to make one."""
        cleaned = super().clean() or {}
        if not cleaned.get("mask"):
            self.add_error("mask", _("Paint over the part of the picture that shall change."))
        return cleaned


class OutpaintForm(_PaintingForm):
    """Let the picture grow."""

    left = forms.TypedChoiceField(label=_("To the left"), choices=_GROWTHS, coerce=int, initial=0)
    right = forms.TypedChoiceField(label=_("To the right"), choices=_GROWTHS, coerce=int, initial=128)
    top = forms.TypedChoiceField(label=_("Upwards"), choices=_GROWTHS, coerce=int, initial=0)
    bottom = forms.TypedChoiceField(label=_("Downwards"), choices=_GROWTHS, coerce=int, initial=0)

    def clean(self) -> dict[str, object]:
        """At least one side grows."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[side] for side in ("left", "right", "top", "bottom")):
            raise forms.ValidationError(_("Choose at least one side to which the picture grows."))
        return cleaned

    def extension(self) -> contract.Extension:
        """By how much at each side."""
        return contract.Extension(**{side: self.cleaned_data[side] for side in ("left", "right", "top", "bottom")})


class VariationForm(EditForm):
    """Pictures near this one."""

    count = forms.IntegerField(label=_("Pictures"), min_value=1, max_value=contract.MOST_PICTURES, initial=4)
    amount = forms.FloatField(
        label=_("How far away from it"),
        min_value=0.05,
        max_value=1.0,
        initial=0.3,
        widget=forms.NumberInput(attrs={"type": "range", "min": "0.05", "max": "1", "step": "0.05"}),
        help_text=_("A little keeps the composition; all the way is another picture from the same words."),
    )


FORMS: dict[str, type[EditForm]] = {"over": InpaintForm, "beyond": OutpaintForm, "vary": VariationForm}


def initial_of(tool: str, output: GenerationOutput) -> dict[str, object]:
    """What a new form of ``tool`` begins with for ``output``."""
    if tool == "vary":
        return {}
    return {"prompt": output.job.prompt, "negative_prompt": output.job.negative_prompt}
