"""The price of pictures in credits, and the words that the model knows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from generation.engine.contract import Kind
from generation.engine.prompt_syntax import PromptUnbalanced, WeightOutOfRange, plain_words
from generation.engine.vocabulary import PromptCheck, Vocabulary, VocabularyUnreadable, check_prompt, load_vocabulary
from generation.models import GenerationJob, GenerationModel
from generation.selectors import Rate, measured_rate, models_folder, seconds_a_new_job_waits
from marketplace.accounts.models import User
from marketplace.studio.errors import PromptUnreadable
from marketplace.studio.loras.choices import ChosenLora, without_triggers
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.studio.shares import share_of

# One credit: a 256 px picture of 20 steps. Larger ones and more steps in proportion, whole credits, at
# least one.
PIXELS_PER_CREDIT = 256 * 256
STEPS_PER_CREDIT = 20
# Of a picture tool for which no administrator has set another price.
USUAL_PRICE_OF_A_TOOL = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Quote:
    """What pictures would cost. ``expected_seconds`` is the making alone, from the measured rate
    (``measured_over`` jobs; 0: a first guess), ``waiting_seconds`` what comes before; ``prompt_check`` is None where
    the model has no list of its words. ``unknown_to_avoid``: words of the negative prompt that it was not taught.
    """

    credits: int
    credits_per_picture: int
    expected_seconds: float
    measured_over: int
    prompt_check: PromptCheck | None
    waiting_seconds: float = 0.0
    unknown_to_avoid: tuple[str, ...] = ()

    @property
    def total_seconds(self) -> float:
        """From the button to the last picture."""
        return self.waiting_seconds + self.expected_seconds

    @property
    def prompt_is_known(self) -> bool:
        """Whether nothing stands against the words."""
        return self.prompt_check is None or self.prompt_check.is_known


def credits_per_picture(*, width: int, height: int, steps: int, model: GenerationModel | None = None) -> int:
    """Whole credits, rounded up, at the price that an administrator set for ``model``; ``steps`` are those asked for:
    image to image costs what text to image costs.
    """
    terms = getattr(model, "terms", None)
    usual = USUAL_PRICE_OF_A_TOOL if model is not None and model.tool else Decimal(1)
    price = terms.credits_per_picture if terms is not None else usual
    share = Decimal(width * height * steps) / (PIXELS_PER_CREDIT * STEPS_PER_CREDIT)
    return max(1, math.ceil(price * share))


def credits_for_another(job: GenerationJob) -> int:
    """What one more picture like those of ``job`` costs now."""
    width, height = (job.width, job.height) if job.painted_side is None else (job.painted_side, job.painted_side)
    return credits_per_picture(width=width, height=height, steps=job.steps, model=job.model)


def price_from_measured_cost(rate: Rate) -> Decimal:
    """Credits for a picture of 256 px and 20 steps that pay the worker's time, to a hundredth, rounded up."""
    seconds = rate.seconds(width=256, height=256, steps=STEPS_PER_CREDIT, count=1)
    earned = Decimal(seconds) * django_settings.CONFIGURATION.credits_per_worker_hour / 3600
    return max(Decimal("0.01"), earned.quantize(Decimal("0.01"), ROUND_UP))


def quote_for(settings: PictureSettings, model: GenerationModel, *, user: User | None = None) -> Quote:
    """The quote for clean ``settings`` on ``model``; with a ``user``, also how long her order would wait now."""
    width, height = settings.painted_size
    each = credits_per_picture(width=width, height=height, steps=settings.steps, model=model)
    rate = measured_rate(model)
    expected = rate.seconds(
        width=width,
        height=height,
        steps=settings.steps_run,
        count=settings.count,
        kind=Kind(model.tool) if model.tool else _kind_of(settings),
        guidance=settings.guidance or model.default_guidance,
    )
    waiting = seconds_a_new_job_waits(user.id, cost_s=expected, weight=share_of(user)) if user is not None else 0.0
    to_avoid = check_words(settings.negative_prompt, model, loras=settings.loras)
    return Quote(
        credits=each * settings.count,
        credits_per_picture=each,
        expected_seconds=expected,
        waiting_seconds=waiting,
        measured_over=rate.jobs,
        prompt_check=check_words(settings.prompt, model, loras=settings.loras),
        unknown_to_avoid=to_avoid.unknown if to_avoid is not None else (),
    )


def _kind_of(settings: PictureSettings) -> Kind:
    if settings.painted_side is not None:
        return Kind.OUTPAINT if settings.extension is not None else Kind.INPAINT
    if settings.variation is not None:
        return Kind.VARIATIONS
    return Kind.TEXT_TO_IMAGE if settings.strength is None else Kind.IMAGE_TO_IMAGE


def check_words(prompt: str, model: GenerationModel, *, loras: Sequence[ChosenLora] = ()) -> PromptCheck | None:
    """Which words of ``prompt`` the model was taught; None for a model without a list (a hub's checkpoint).

    The trigger words of ``loras`` are theirs to know. Raises PromptUnreadable where its weights are written wrong.
    """
    words = without_triggers(words_without_weights(prompt), loras)
    vocabulary = vocabulary_of(model)
    if vocabulary is None or not words.strip():
        return None
    return check_prompt(words, vocabulary)


def words_without_weights(prompt: str) -> str:
    """The words of ``prompt`` alone. Raises PromptUnreadable."""
    try:
        return plain_words(prompt)
    except PromptUnbalanced as error:
        raise PromptUnreadable(
            _("The bracket %(bracket)s at character %(at)d has no partner.")
            % {"bracket": error.bracket, "at": error.at + 1},
            way_out=_("Close it, or put a backslash before a bracket that is only a bracket."),
        ) from error
    except WeightOutOfRange as error:
        raise PromptUnreadable(
            _("The weight %(weight)s is too large or too small.") % {"weight": f"{error.weight:g}"},
            way_out=_("Weights go from 0.1 to 2, as in (red:1.4)."),
        ) from error


def vocabulary_of(model: GenerationModel) -> Vocabulary | None:
    """The words of an installed model; None where it has no list."""
    path = models_folder() / model.name / "vocabulary.json"
    try:
        return _read(path.parent, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=4)
def _read(folder: Path, changed_at_ns: int) -> Vocabulary:
    # The time of change is part of the key: a new list is seen without a restart.
    return load_vocabulary(folder)


__all__ = [
    "STEPS_PER_CREDIT",
    "Quote",
    "VocabularyUnreadable",
    "check_words",
    "credits_for_another",
    "credits_per_picture",
    "price_from_measured_cost",
    "quote_for",
    "vocabulary_of",
]
