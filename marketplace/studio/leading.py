"""Pictures from words whose composition follows a sketch, the edges of a picture, or its depth."""

from dataclasses import dataclass, replace
from uuid import UUID

from generation.edits import Beginning
from generation.engine.contract import Control, ControlKind, Kind
from generation.errors import NoModelInstalled
from generation.models import GenerationJob, GenerationModel
from marketplace.accounts.models import User
from marketplace.studio.choosing import choose_model, usable_models
from marketplace.studio.editing import Input
from marketplace.studio.errors import NoModelForThis
from marketplace.studio.pricing import Quote, quote_for
from marketplace.studio.selectors import sizes_of
from marketplace.studio.services import place_order, require_known_words
from marketplace.studio.settings_of_pictures import PictureSettings


def kinds_followed(user: User) -> list[ControlKind]:
    """What can lead the pictures of at least one model of ``user``'s; empty also where she has no model at all."""
    try:
        models = [model for model in usable_models(user) if model.makes(Kind.TEXT_TO_IMAGE)]
    except (NoModelForThis, NoModelInstalled):
        return []
    parts = {part for model in models for part in model.controls}
    return [kind for kind in (ControlKind.SKETCH, ControlKind.EDGES, ControlKind.DEPTH) if kind.part in parts]


def model_that_follows(user: User, kind: ControlKind) -> GenerationModel:
    """The best model of ``user``'s that ``kind`` can lead. Raises NoModelForThis."""
    return choose_model(user=user, control=kind).model


def size_like(picture: Input, model: GenerationModel) -> tuple[int, int]:
    """Of the sizes offered for ``model``, that of the picture's shape, in pixels; of equals the smallest."""
    wanted = picture.width / picture.height
    return min(sizes_of(model), key=lambda size: (round(abs(size[0] / size[1] - wanted), 3), size[0] * size[1]))


@dataclass(frozen=True, slots=True)
class LedQuote:
    """What led pictures would cost; ``width`` and ``height`` are theirs, in pixels."""

    quote: Quote
    width: int
    height: int


def quote_led(*, user: User, kind: ControlKind, count: int, width: int, height: int) -> LedQuote:
    """Price and time of ``count`` pictures that follow one of ``width`` × ``height`` pixels. Raises NoModelForThis."""
    model = model_that_follows(user, kind)
    made = size_like(Input(b"", width, height), model)
    settings = PictureSettings(prompt="", width=made[0], height=made[1], count=count, seed=0, steps=model.default_steps)
    return LedQuote(quote_for(settings, model, user=user), *made)


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
    # Whatever a caller's form had beside: nothing but words and the size makes this order, and its price.
    settings = replace(settings, width=width, height=height, painted_side=None, strength=None)
    require_known_words(quote_for(settings, model))
    beginning = Beginning(control=control, control_png=picture.png)
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)
