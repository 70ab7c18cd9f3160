"""From the studio's form, before it is checked, to the model that it goes to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from generation.engine import contract
from generation.engine.contract import Kind, Recipe
from generation.models import GenerationModel
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.lora_fields import wanted_loras
from marketplace.studio.again import require_control, require_no_tool
from marketplace.studio.choosing import Choice, Wish, choice_of, choose_model, sizes_offered, usable_models
from marketplace.studio.errors import NoModelForThis
from marketplace.studio.loras.choices import ChosenLora, choose_loras
from marketplace.studio.loras.selectors import loras_of
from marketplace.studio.models import Lora
from marketplace.studio.recipes import read_recipe_file

_SIZE = re.compile(r"^(\d{3,4})x(\d{3,4})$")


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What `StudioForm` needs beside its data: the model for what is asked, the models, sizes and LoRA files of
    ``user`` that may be asked, the recipe that it begins with, and what stands against the model or the recipe that
    was named.
    """

    user: User
    choice: Choice
    models: list[GenerationModel]
    sizes: list[tuple[int, int]]
    loras: list[Lora]
    recipe: Recipe | None = None
    problems: dict[str, AtelierError] = field(default_factory=dict)


def form_facts(user: User, data: Mapping[str, Any] | None = None, *, has_file: bool = False) -> FormFacts:
    """For a form with ``data``. Raises NoModelInstalled and NoModelForThis."""
    data = data or {}
    problems: dict[str, AtelierError] = {}
    models = usable_models(user)
    recipe = _recipe(data, problems)
    sizes = _sizes(models, data, recipe)
    choice = _choice(user, data, sizes, recipe, problems, has_file=has_file)
    return FormFacts(user, choice, models, sizes, list(loras_of(user)), recipe, problems)


def _recipe(data: Mapping[str, Any], problems: dict[str, AtelierError]) -> Recipe | None:
    signed = str(data.get("recipe") or "")
    if not signed:
        return None
    try:
        recipe = read_recipe_file(signed.encode())[0]
        require_no_tool(recipe)
        return recipe
    except AtelierError as error:
        problems["recipe"] = error
        return None


def _sizes(models: list[GenerationModel], data: Mapping[str, Any], recipe: Recipe | None) -> list[tuple[int, int]]:
    """Those on offer, and the one that a recipe brought; an edit has its picture's and no other."""
    if recipe is not None and recipe.kind.is_edit:
        return [(recipe.width, recipe.height)]
    sizes = sizes_offered(models)
    if match := _SIZE.match(str(data.get("size", ""))):
        asked = (int(match[1]), int(match[2]))
        most = max(model.largest_side for model in models)
        if all(contract.SMALLEST_SIDE <= side <= most and side % contract.SIDE_MULTIPLE == 0 for side in asked):
            sizes = list(dict.fromkeys([*sizes, asked]))
    return sizes


def _choice(
    user: User,
    data: Mapping[str, Any],
    sizes: list[tuple[int, int]],
    recipe: Recipe | None,
    problems: dict[str, AtelierError],
    *,
    has_file: bool,
) -> Choice:
    wished = str(data.get("wish", ""))
    begins_with_picture = has_file or bool(data.get("input_output")) or bool(data.get("has_picture"))
    kind = Kind.IMAGE_TO_IMAGE if begins_with_picture else recipe.kind if recipe else Kind.TEXT_TO_IMAGE
    asked = {f"{width}x{height}": (width, height) for width, height in sizes}
    # An edit is painted at a size of its own, whatever its picture's is.
    is_edit = kind.is_edit or (recipe is not None and recipe.kind.is_edit)
    size = None if is_edit else asked.get(str(data.get("size", "")), sizes[0])
    control = recipe.control.kind if recipe is not None and recipe.control and not begins_with_picture else None
    if named := _uuid(data.get("model")):
        try:
            choice = choice_of(user=user, model_id=named, kind=kind, size=size)
            if recipe is not None and control is not None:
                require_control(choice.model, recipe)
            return choice
        except NoModelForThis as error:
            problems["model"] = error
    # What is no wish or no size is told by the form.
    wish = Wish(wished) if wished in set(Wish) else Wish.BEST
    choose = partial(
        choose_model,
        user=user,
        wish=wish,
        kind=kind,
        size=size,
        control=control,
        prompt=str(data.get("prompt") or ""),
        negative_prompt=str(data.get("negative_prompt") or ""),
    )
    if loras := _chosen_loras(user, data):
        try:
            return choose(loras=loras)
        except NoModelForThis:
            # The form says which file does not go with the model that is chosen without them.
            return choose()
    return choose()


def _chosen_loras(user: User, data: Mapping[str, Any]) -> tuple[ChosenLora, ...]:
    try:
        wanted = [(UUID(str(lora)), float(weight)) for lora, weight in wanted_loras(data)]
        return choose_loras(user=user, wanted=wanted)
    except (AtelierError, ValueError):  # told by the form
        return ()


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        # The form tells it: no such choice.
        return None
