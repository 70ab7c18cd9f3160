"""Pictures from words whose composition follows a sketch, the edges of a picture, or its depth."""

from dataclasses import replace
from uuid import UUID

from generation.edits import Beginning
from generation.engine.contract import Control, ControlKind
from generation.errors import NoModelInstalled
from generation.models import GenerationJob, GenerationModel
from marketplace.accounts.models import User
from marketplace.studio.choosing import choose_model, usable_models
from marketplace.studio.editing import Input
from marketplace.studio.errors import NoModelForThis
from marketplace.studio.pricing import quote_for
from marketplace.studio.selectors import sizes_of
from marketplace.studio.services import place_order, require_known_words
from marketplace.studio.settings_of_pictures import PictureSettings


def kinds_followed(user: User) -> list[ControlKind]:
    """What can lead the pictures of at least one model of ``user``'s; empty also where she has no model at all."""
    try:
        parts = {part for model in usable_models(user) for part in model.controls}
    except (NoModelForThis, NoModelInstalled):
        return []
    return [kind for kind in (ControlKind.SKETCH, ControlKind.EDGES, ControlKind.DEPTH) if kind.part in parts]


def model_that_follows(user: User, kind: ControlKind) -> GenerationModel:
    """The best model of ``user``'s that ``kind`` can lead. Raises NoModelForThis."""
    return choose_model(user=user, control=kind).model


def size_like(picture: Input, model: GenerationModel) -> tuple[int, int]:
    """Of the sizes offered for ``model``, that of the picture's shape, in pixels; of equals the smallest."""
    wanted = picture.width / picture.height
    return min(sizes_of(model), key=lambda size: (round(abs(size[0] / size[1] - wanted), 3), size[0] * size[1]))


def start_led(
    *,
    user: User,
    settings: PictureSettings,
    control: Control,
    picture: Input,
    model: GenerationModel,
    submission: UUID | None = None,
) -> GenerationJob:
    """Order pictures of ``settings``'s words, in the shape of ``picture``, whose composition it leads.

    ``model`` is what `model_that_follows` gave. Raises WordsNotTaught and PromptUnreadable before anything is charged,
    InsufficientCredits, TooManyJobs, SettingsUnusable.
    """
    width, height = size_like(picture, model)
    settings = replace(settings, width=width, height=height)
    require_known_words(quote_for(settings, model))
    beginning = Beginning(control=control, control_png=picture.png)
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)
