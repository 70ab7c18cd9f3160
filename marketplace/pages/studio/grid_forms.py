"""The form of a grid: the studio's settings for all pictures, and what differs along its axes."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.studio.choosing import FormFacts
from marketplace.pages.studio.forms import StudioForm
from marketplace.studio.errors import GridUnusable
from marketplace.studio.grids.axes import Axis, What, axis_of, values_in
from marketplace.studio.grids.models import PictureGrid
from marketplace.studio.grids.plans import GridSettings, require_shape, settings_of_grid

_WHAT = [
    (What.WORDS.value, _("words in the prompt")),
    (What.SEED.value, _("seed")),
    (What.STEPS.value, _("steps")),
    (What.GUIDANCE.value, _("guidance")),
    (What.MODEL.value, _("image model")),
]
# What the form's facts are asked with: no picture and no recipe begins a grid.
FACTS = ("size", "wish", "model")
_SHOWN_ROWS = 4


class GridForm(StudioForm):
    """As the studio's form, for one picture a cell and without a picture to begin with."""

    picture = None  # type: ignore[assignment]
    input_output = None  # type: ignore[assignment]
    strength = None  # type: ignore[assignment]
    count = None  # type: ignore[assignment]
    recipe = None  # type: ignore[assignment]

    x_what = forms.ChoiceField(label=_("Columns differ by"), choices=_WHAT)
    x_values = forms.CharField(
        label=_("Values of the columns (x)"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": _SHOWN_ROWS, "autocomplete": "off"}),
        help_text=_("One per line, or with commas; numbers also as a range, like 4-8:2."),
    )
    y_what = forms.ChoiceField(
        label=_("Rows differ by"), choices=[("", _("nothing: a single row")), *_WHAT], required=False
    )
    y_values = forms.CharField(
        label=_("Values of the rows (y)"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": _SHOWN_ROWS, "autocomplete": "off"}),
    )

    def __init__(self, *args, facts: FormFacts, **kwargs) -> None:  # type: ignore[no-untyped-def]
        # A grid is made without LoRA files: none can be chosen.
        super().__init__(*args, facts=replace(facts, loras=[]), **kwargs)

    def clean(self) -> dict[str, object]:
        """The axes, each by itself and both together."""
        cleaned = super().clean()
        self.axes: dict[str, Axis] = {}
        for name in ("x", "y"):
            what, typed = str(cleaned.get(f"{name}_what") or ""), str(cleaned.get(f"{name}_values") or "")
            if what and f"{name}_values" not in self.errors:
                self._read_axis(name, What(what), typed)
        if not self.errors:
            try:
                require_shape(self.grid_settings())
            except GridUnusable as error:
                raise forms.ValidationError(f"{error.message} {error.way_out}") from error
        return cleaned

    def _read_axis(self, name: str, what: What, typed: str) -> None:
        try:
            self.axes[name] = axis_of(what, values_in(what, typed), models=self.facts.models)
        except GridUnusable as error:
            self.add_error(f"{name}_values", f"{error.message} {error.way_out}")

    def grid_settings(self) -> GridSettings:
        """What the grids' services take."""
        self.cleaned_data["count"] = 1
        return GridSettings(self.settings(), self.chosen_model, self.axes["x"], self.axes.get("y"))


class GridQuoteForm(GridForm):
    """The same while it is being filled in."""

    submission = None  # type: ignore[assignment]


def initial_of(grid: PictureGrid) -> dict[str, Any]:
    """A form filled in as ``grid`` was ordered."""
    ordered = settings_of_grid(grid)
    base = ordered.base
    initial: dict[str, Any] = {
        "prompt": base.prompt,
        "negative_prompt": base.negative_prompt,
        "size": f"{base.width}x{base.height}",
        "seed": base.seed,
        "steps": base.steps,
        "guidance": base.guidance,
        "model": str(ordered.model.id),
    }
    for name, axis in ordered.axes:
        initial |= {f"{name}_what": axis.what.value, f"{name}_values": "\n".join(axis.labels)}
    return initial
