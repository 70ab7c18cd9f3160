"""The studio's form: what an artist may choose, from the model's own sizes."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.engine import contract
from generation.models import GenerationModel
from marketplace.pages.studio.choosing import FormFacts
from marketplace.pages.studio.lora_fields import ROWS, add_lora_fields, clean_loras
from marketplace.studio.again import begun_as
from marketplace.studio.choosing import Wish
from marketplace.studio.errors import PromptUnreadable
from marketplace.studio.loras.choices import ChosenLora
from marketplace.studio.pricing import words_without_weights
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed

QUICK, STANDARD, FINE = "quick", "standard", "fine"


def readable(words: str) -> str:
    """``words`` where their weights are written right. Raises ValidationError with what is not, and the way out."""
    try:
        words_without_weights(words)
    except PromptUnreadable as error:
        raise forms.ValidationError(f"{error.message} {error.way_out}") from error
    return words


class StudioForm(forms.Form):
    """Give it the facts for its data (`choosing.form_facts`); ``settings()`` of a valid one is what the studio's
    services take.
    """

    prompt = forms.CharField(
        label=_("What should the picture show?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Describe the picture first, in English or Chinese.")},
    )
    negative_prompt = forms.CharField(
        label=_("What should it avoid?"), max_length=500, required=False, help_text=_("Can stay empty.")
    )
    wish = forms.ChoiceField(
        label=_("What matters most?"),
        required=False,
        initial=Wish.BEST.value,
        choices=[
            (Wish.BEST.value, _("the best pictures")),
            (Wish.FAST.value, _("soon ready")),
            (Wish.CHEAP.value, _("few credits")),
        ],
    )
    size = forms.ChoiceField(label=_("Size"))
    count = forms.IntegerField(label=_("Pictures"), min_value=1, max_value=contract.MOST_PICTURES, initial=4)
    quality = forms.ChoiceField(
        label=_("Care"),
        initial=STANDARD,
        choices=[(QUICK, _("quick sketch")), (STANDARD, _("standard")), (FINE, _("fine"))],
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        max_value=contract.LARGEST_SEED,
        help_text=_("The same seed and words give the same picture again. Empty: a new one each time."),
    )
    picture = forms.FileField(
        label=_("Begin with a picture"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 15 MB. Where it was taken and by which camera is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    input_output = forms.UUIDField(required=False, widget=forms.HiddenInput)
    strength = forms.FloatField(
        label=_("How far to move away from it"),
        required=False,
        min_value=0.1,
        max_value=1.0,
        initial=0.45,
        widget=forms.NumberInput(attrs={"type": "range", "min": "0.1", "max": "1", "step": "0.05"}),
    )
    steps = forms.IntegerField(
        label=_("Steps"),
        required=False,
        min_value=1,
        max_value=contract.MOST_STEPS,
        help_text=_("Empty: as many as the care needs."),
    )
    guidance = forms.FloatField(
        label=_("Guidance"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=_("How closely the words are followed. Empty: the model's own."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    model = forms.ChoiceField(label=_("Image model"), required=False)
    recipe = forms.CharField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args, facts: FormFacts, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.facts, self.choice = facts, facts.choice
        self.chosen_model: GenerationModel = facts.choice.model
        self.chosen_loras: tuple[ChosenLora, ...] = ()
        add_lora_fields(self, facts.loras)
        size, model = self.fields["size"], self.fields["model"]
        assert isinstance(size, forms.ChoiceField)
        assert isinstance(model, forms.ChoiceField)
        size.choices = [(f"{w}x{h}", f"{w} × {h}") for w, h in facts.sizes]
        model.choices = [("", _("by what matters most")), *((str(one.id), one.title) for one in facts.models)]

    @property
    def lora_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For the template: each row's two fields."""
        return [(self[lora], self[weight]) for lora, weight in ROWS]

    @property
    def shows_loras(self) -> bool:
        """Whether a row is filled in, or at fault."""
        return any(lora.value() or lora.errors or weight.errors for lora, weight in self.lora_rows)

    def clean_prompt(self) -> str:
        """Its weights must be written right."""
        return readable(self.cleaned_data["prompt"])

    def clean_negative_prompt(self) -> str:
        """Its weights must be written right."""
        return readable(self.cleaned_data["negative_prompt"])

    def clean(self) -> dict[str, object]:
        """Strength belongs to a picture to begin with, and a recipe's beginning to no other picture."""
        cleaned = super().clean() or {}
        for name, error in self.facts.problems.items():
            self.add_error(name if name in self.fields else None, f"{error.message} {error.way_out}".strip())
        recipe = self.facts.recipe
        begins_with_picture = bool(cleaned.get("picture") or cleaned.get("input_output"))
        if begins_with_picture and recipe is not None and recipe.kind is not contract.Kind.IMAGE_TO_IMAGE:
            self.add_error("picture", _("The recipe has its own picture. Begin without it to choose another."))
        needs_strength = begins_with_picture or (recipe is not None and recipe.strength is not None)
        if needs_strength and cleaned.get("strength") is None:
            self.add_error("strength", _("Choose how far to move away from the picture."))
        if not any(name in self.errors for row in ROWS for name in row):
            self.chosen_loras = clean_loras(self, user=self.facts.user, model=self.chosen_model)
        return cleaned

    @property
    def recipe_used(self) -> contract.Recipe | None:
        """The recipe whose beginning the order has; None where another picture takes its place."""
        begins_with_picture = self.cleaned_data.get("picture") or self.cleaned_data.get("input_output")
        return None if begins_with_picture else self.facts.recipe

    def settings(self) -> PictureSettings:
        """What was chosen; an empty seed becomes a new one."""
        chosen = self.cleaned_data
        width, height = (int(side) for side in chosen["size"].split("x"))
        recipe = self.recipe_used
        has_strength = bool(chosen.get("picture") or chosen.get("input_output") or (recipe and recipe.strength))
        settings = PictureSettings(
            prompt=chosen["prompt"],
            negative_prompt=chosen.get("negative_prompt", ""),
            width=width,
            height=height,
            count=chosen["count"],
            seed=chosen["seed"] if chosen.get("seed") is not None else new_seed(),
            steps=chosen["steps"] or self.steps_of(chosen["quality"]),
            guidance=chosen["guidance"],
            strength=chosen["strength"] if has_strength else None,
            loras=self.chosen_loras,
        )
        return settings if recipe is None else begun_as(settings, recipe)

    def steps_of(self, quality: str) -> int:
        """Steps of a quality, from the model's own number."""
        factor = {QUICK: 0.4, STANDARD: 1.0, FINE: 2.0}[quality]
        return min(contract.MOST_STEPS, max(1, round(self.chosen_model.default_steps * factor)))


class QuoteForm(StudioForm):
    """The same while it is being filled in: no words yet is no mistake, and no file is sent along."""

    prompt = forms.CharField(max_length=500, required=False)
    picture = None  # type: ignore[assignment]
    submission = None  # type: ignore[assignment]
    has_picture = forms.BooleanField(required=False)

    def settings(self) -> PictureSettings:
        """A picture that is chosen but not sent yet counts too."""
        if self.cleaned_data.get("has_picture"):
            self.cleaned_data["input_output"] = self.cleaned_data.get("input_output") or True
        return super().settings()
