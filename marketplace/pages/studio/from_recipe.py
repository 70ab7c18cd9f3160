"""From a recipe to the studio's form: every setting filled in, and what is not here told."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from generation.engine.contract import Kind, Recipe
from generation.models import GenerationOutput
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.lora_fields import loras_of_address
from marketplace.studio.again import (
    kept_control,
    kept_input,
    kept_mask,
    model_of_recipe,
    recipe_of,
    require_for_recipe,
    settings_of_recipe,
)
from marketplace.studio.errors import InputPictureMissing, RecipeOfTool
from marketplace.studio.recipes import signed_recipe

# What the studio's form can be filled in for; other tools have their own pages.
IN_THE_FORM = (Kind.TEXT_TO_IMAGE, Kind.IMAGE_TO_IMAGE, Kind.VARIATIONS, Kind.INPAINT, Kind.OUTPAINT)


@dataclass(frozen=True, slots=True)
class Opened:
    """The form's initial values, and sentences on what of the recipe could not be carried over."""

    initial: dict[str, Any]
    told: list[str] = field(default_factory=list)


def open_output(user: User, output: GenerationOutput) -> Opened:
    """Of one of ``user``'s pictures, with its seed and the number of pictures of its job."""
    return open_recipe(user, recipe_of(output), signed_recipe(user, output.id), count=output.job.count)


def open_recipe(user: User, recipe: Recipe, signed: dict[str, str], *, count: int = 1) -> Opened:
    """Of a recipe that was read from ``signed``."""
    if recipe.kind.is_tool:
        refusal = RecipeOfTool(way_out=_("Use the tool again, with another picture or other settings."))
        return Opened({}, [f"{refusal.message} {refusal.way_out}"])
    settings = settings_of_recipe(recipe)
    told: list[str] = []
    initial: dict[str, Any] = {
        "prompt": settings.prompt,
        "negative_prompt": settings.negative_prompt,
        "size": f"{settings.width}x{settings.height}",
        "count": count,
        "seed": settings.seed,
        "steps": settings.steps,
        "guidance": settings.guidance,
    }
    if settings.strength is not None:
        initial["strength"] = settings.strength
    if recipe.kind not in IN_THE_FORM:
        told.append(_("This recipe is of another tool: only its words, size and seed are filled in."))
    elif recipe.kind is not Kind.TEXT_TO_IMAGE or recipe.control is not None:
        _carry_beginning(user, recipe, signed, initial, told)
    if recipe.adapters:
        rows = loras_of_address(user, [f"{one.sha256}:{one.weight}" for one in recipe.adapters])
        initial |= rows
        if len(rows) < 2 * len(recipe.adapters):
            told.append(_("Not all of its LoRA files are among yours: it is filled in without the others."))
    try:
        model = model_of_recipe(recipe)
        require_for_recipe(user, model, kind=recipe.kind)
        initial["model"] = str(model.id)
        if model.weights_sha256 and model.weights_sha256 != recipe.weights_sha256:
            told.append(_("The model has other weights here than the recipe names: the picture will differ."))
    except AtelierError as error:
        told.append(_("%(problem)s Another model is chosen.") % {"problem": error.message})
    return Opened(initial, told)


def _carry_beginning(
    user: User, recipe: Recipe, signed: dict[str, str], initial: dict[str, Any], told: list[str]
) -> None:
    try:
        if recipe.parent_input_sha256:
            kept_input(user, recipe.parent_input_sha256)
        if recipe.mask_sha256:
            kept_mask(user, recipe.mask_sha256)
        if recipe.control_sha256:
            kept_control(user, recipe.control_sha256)
    except InputPictureMissing as error:
        told.append(_("%(problem)s Choose another below, or begin without one.") % {"problem": error.message})
    else:
        initial["recipe"] = json.dumps(signed, separators=(",", ":"))
