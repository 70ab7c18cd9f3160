"""The form of pictures whose composition follows a sketch or another picture."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.engine.contract import Control, ControlKind
from generation.models import GenerationModel
from marketplace.pages.studio.forms import readable
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed

_MOST_AT_ONCE = 4
KINDS = {
    ControlKind.SKETCH: _("The lines of a sketch"),
    ControlKind.EDGES: _("The edges of a picture"),
    ControlKind.DEPTH: _("Its depth, bright is near"),
}


class LedForm(forms.Form):
    """``kinds``: what the models on offer can be led by. The picture is drawn, a file, or one of the person's."""

    control = forms.ChoiceField(label=_("What shall be followed?"), widget=forms.RadioSelect)
    prompt = forms.CharField(
        label=_("What should the picture show?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Describe the picture first, in English or Chinese.")},
    )
    negative_prompt = forms.CharField(label=_("What should it avoid?"), max_length=500, required=False)
    scale = forms.FloatField(
        label=_("How closely"),
        min_value=0.1,
        max_value=2.0,
        initial=1.0,
        widget=forms.NumberInput(attrs={"type": "range", "min": "0.1", "max": "2", "step": "0.1"}),
    )
    count = forms.IntegerField(label=_("Pictures"), min_value=1, max_value=_MOST_AT_ONCE, initial=2)
    picture_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    picture = forms.FileField(
        label=_("A sketch or picture as a file"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 15 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    submission = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args, kinds: list[ControlKind], **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        control = self.fields["control"]
        assert isinstance(control, forms.ChoiceField)
        control.choices = [(kind.value, label) for kind, label in KINDS.items() if kind in kinds]
        control.initial = kinds[0].value if kinds else None

    def clean_prompt(self) -> str:
        """Its weights must be written right."""
        return readable(self.cleaned_data["prompt"])

    def clean_negative_prompt(self) -> str:
        """Its weights must be written right."""
        return readable(self.cleaned_data["negative_prompt"])

    def clean(self) -> dict[str, Any]:
        """Something must be followed."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("picture") and not cleaned.get("picture_id"):
            self.add_error("picture", _("Draw something, or choose a picture to follow."))
        return cleaned

    def settings(self, model: GenerationModel) -> PictureSettings:
        """What was chosen, with a new seed; the service sets the sides."""
        chosen = self.cleaned_data
        return PictureSettings(
            prompt=chosen["prompt"],
            negative_prompt=chosen["negative_prompt"],
            width=model.default_side,
            height=model.default_side,
            count=chosen["count"],
            seed=new_seed(),
            steps=model.default_steps,
        )

    def what_leads(self) -> Control:
        """What was chosen to follow."""
        return Control(kind=ControlKind(self.cleaned_data["control"]), scale=self.cleaned_data["scale"])
