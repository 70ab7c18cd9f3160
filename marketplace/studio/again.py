"""Another picture by a recipe: its settings, what it begins with, and the model that it names, found again here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generation.edits import Beginning
from generation.engine import contract
from generation.models import GenerationJob, GenerationModel, GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store
from marketplace.core.blobs import BlobNotFound
from marketplace.studio.choosing import require_usable, usable_models
from marketplace.studio.errors import InputPictureMissing, NoModelForThis, RecipeOfTool
from marketplace.studio.loras.choices import loras_named
from marketplace.studio.pricing import Quote, quote_for
from marketplace.studio.selectors import is_offered
from marketplace.studio.services import place_order, require_known_words
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed

# A picture may have begun many jobs; one whose store has lost it is no reason to give up.
_MOST_JOBS_TRIED = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """A recipe that can be made here: all that `place_order` takes."""

    model: GenerationModel
    settings: PictureSettings
    beginning: Beginning
    offer: Quote


def recipe_of(output: GenerationOutput) -> contract.Recipe:
    """How ``output`` was made."""
    return contract.Recipe.model_validate(output.recipe)


def settings_of(output: GenerationOutput) -> PictureSettings:
    """What ``output`` was ordered with; its own seed, one picture."""
    return settings_of_recipe(recipe_of(output))


def settings_of_recipe(recipe: contract.Recipe) -> PictureSettings:
    """The order of one picture that ``recipe`` describes. A new kind of setting is one more line here."""
    return PictureSettings(
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        width=recipe.width,
        height=recipe.height,
        count=1,
        seed=recipe.seed,
        steps=recipe.steps,
        guidance=recipe.guidance,
        strength=recipe.strength,
        extension=recipe.extension,
        variation=recipe.variation,
        painted_side=recipe.painted_side,
    )


def begun_as(settings: PictureSettings, recipe: contract.Recipe) -> PictureSettings:
    """``settings`` of a form, with what no form has a field for: how ``recipe`` begins. An edit keeps its size."""
    own = settings_of_recipe(recipe)
    if recipe.kind.is_edit:
        settings = replace(settings, width=own.width, height=own.height)
    return replace(
        settings,
        strength=settings.strength if own.strength is not None else None,
        extension=own.extension,
        variation=own.variation,
        painted_side=own.painted_side,
    )


def beginning_of(user: User, recipe: contract.Recipe, *, strength: float | None) -> Beginning:
    """What ``recipe`` begins with: its pictures as they were kept with ``user``'s jobs, checked by their hashes.

    Raises InputPictureMissing where one of them is in none of her jobs.
    """
    return Beginning(
        input_png=kept_input(user, recipe.parent_input_sha256) if recipe.parent_input_sha256 else None,
        strength=strength,
        mask_png=kept_mask(user, recipe.mask_sha256) if recipe.mask_sha256 else None,
        extension=recipe.extension,
        variation=recipe.variation,
        painted_side=recipe.painted_side,
        control=recipe.control,
        control_png=kept_control(user, recipe.control_sha256) if recipe.control_sha256 else None,
    )


def kept_input(user: User, sha256: str) -> bytes:
    """The input picture (PNG) of this hash that a job of ``user``'s began with. Raises InputPictureMissing."""
    return _kept(GenerationJob.objects.filter(owner=user, input_sha256=sha256), contract.input_key, sha256)


def kept_mask(user: User, sha256: str) -> bytes:
    """The same of a mask."""
    return _kept(GenerationJob.objects.filter(owner=user, mask_sha256=sha256), contract.mask_key, sha256)


def kept_control(user: User, sha256: str) -> bytes:
    """The same of what led a composition."""
    return _kept(GenerationJob.objects.filter(owner=user, control_sha256=sha256), contract.control_key, sha256)


def require_control(model: GenerationModel, recipe: contract.Recipe) -> None:
    """Raises NoModelForThis where what leads the composition of ``recipe`` cannot lead ``model``'s."""
    if recipe.control is not None and recipe.control.kind.part not in model.controls:
        raise NoModelForThis(
            _("%(model)s does not follow a sketch or another picture.") % {"model": model.title},
            way_out=_("Choose another model, or begin without the recipe."),
        )


def _kept(jobs: QuerySet[GenerationJob], key_of: Callable[[UUID], str], sha256: str) -> bytes:
    for job_id in jobs.order_by("-created_at").values_list("id", flat=True)[:_MOST_JOBS_TRIED]:
        try:
            data = jobs_store().get(key_of(job_id))
        except BlobNotFound:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
    raise InputPictureMissing(
        _("The picture that the recipe begins with is not among yours any more."),
        way_out=_("Start from the recipe and choose another picture."),
    )


def model_of_recipe(recipe: contract.Recipe) -> GenerationModel:
    """The model that ``recipe`` names. Raises NoModelForThis where it is not here."""
    model = (
        GenerationModel.objects.filter(name=recipe.model, version=recipe.model_version).select_related("terms").first()
    )
    if model is None:
        raise NoModelForThis(
            _("The recipe's model, %(model)s, is not here.") % {"model": f"{recipe.model} {recipe.model_version}"},
            way_out=_("Start from the recipe and choose another model."),
        )
    return model


def require_for_recipe(user: User, model: GenerationModel, *, kind: contract.Kind) -> None:
    """Raises NoModelForThis, and says why, unless ``user`` may order ``kind`` from ``model`` now."""
    if not is_offered(model):
        raise NoModelForThis(
            _("The recipe's model, %(model)s, is not offered any more.") % {"model": model.title},
            way_out=_("Start from the recipe and choose another model."),
        )
    if model.id not in {usable.id for usable in usable_models(user)}:
        raise NoModelForThis(
            _("The recipe's model, %(model)s, belongs to a plan that you do not have.") % {"model": model.title},
            way_out=_("Choose a plan under Credits, or start from the recipe with another model."),
        )
    require_usable(user, model, kind=kind)


def require_no_tool(recipe: contract.Recipe) -> None:
    """Raises RecipeOfTool for a picture tool's recipe: it knows no chance, so it would make the same picture."""
    if recipe.kind.is_tool:
        raise RecipeOfTool(way_out=_("Use the tool again, with another picture or other settings."))


def made_ready(user: User, recipe: contract.Recipe, *, seed: int, count: int) -> Ready:
    """All that an order of exactly ``recipe`` needs, but for the credits. Writes nothing.

    Raises RecipeOfTool, NoModelForThis, WordsNotTaught, InputPictureMissing, LoraMissing.
    """
    require_no_tool(recipe)
    model = model_of_recipe(recipe)
    require_for_recipe(user, model, kind=recipe.kind)
    require_control(model, recipe)
    loras = loras_named(user=user, used=recipe.adapters)
    settings = replace(settings_of_recipe(recipe), seed=seed, count=count, loras=loras)
    offer = quote_for(settings, model, user=user)
    require_known_words(offer)
    return Ready(model, settings, beginning_of(user, recipe, strength=settings.strength), offer)


def start_recipe(
    *,
    user: User,
    recipe: contract.Recipe,
    seed: int | None = None,
    count: int = 1,
    submission: UUID | None = None,
) -> GenerationJob:
    """Order exactly what ``recipe`` says; None as ``seed`` is the recipe's own. Raises what `made_ready` and
    `place_order` raise.
    """
    ready = made_ready(user, recipe, seed=recipe.seed if seed is None else seed, count=count)
    return place_order(
        user=user, model=ready.model, settings=ready.settings, beginning=ready.beginning, submission=submission
    )


def start_again(
    *,
    user: User,
    output_id: UUID,
    seed: int | None = None,
    count: int = 1,
    submission: UUID | None = None,
) -> GenerationJob:
    """Another picture like one of ``user``'s: its recipe with a new seed, or ``seed``.

    The same ``submission`` twice makes one job and one charge. Raises OutputNotFound (also for another's) and what
    `start_recipe` raises.
    """
    recipe = recipe_of(output_of(user, output_id))
    return start_recipe(
        user=user, recipe=recipe, seed=new_seed() if seed is None else seed, count=count, submission=submission
    )


def start_from_recipe(
    *,
    user: User,
    recipe: contract.Recipe,
    settings: PictureSettings,
    model: GenerationModel,
    submission: UUID | None = None,
) -> GenerationJob:
    """Order ``settings``, changed as the artist likes, with the beginning of ``recipe``: its pictures, its mask, its
    growth or the seed that it stays near.

    ``model`` is one that `choosing` gave. Raises NoModelForThis, WordsNotTaught, InputPictureMissing and what
    `place_order` raises.
    """
    settings = begun_as(settings, recipe)
    require_usable(user, model, kind=recipe.kind)
    require_control(model, recipe)
    require_known_words(quote_for(settings, model))
    beginning = beginning_of(user, recipe, strength=settings.strength)
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)
