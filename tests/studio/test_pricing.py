"""Prices in whole credits, expected time from what was measured, words before anything is charged."""

from datetime import timedelta

import pytest

from generation.speeds import FIRST_GUESS_S_PER_STEP
from marketplace.core.clock import now
from marketplace.studio.pricing import credits_per_picture
from marketplace.studio.services import quote
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.generation import GenerationJobFactory


@pytest.mark.parametrize(
    ("width", "height", "steps", "price"),
    [(256, 256, 20, 1), (128, 128, 8, 1), (256, 256, 21, 2), (512, 512, 20, 4), (320, 256, 20, 2), (256, 256, 40, 2)],
)
def test_price_grows_with_size_and_steps_in_whole_credits(width: int, height: int, steps: int, price: int):
    assert credits_per_picture(width=width, height=height, steps=steps) == price


def settings(prompt: str = "a sunset over the sea", **more) -> PictureSettings:
    return PictureSettings(
        **{"prompt": prompt, "width": 256, "height": 256, "count": 4, "seed": 1, "steps": 20, **more}
    )


def test_expected_time_is_a_first_guess_and_then_what_was_measured(taught_model):
    first = quote(settings=settings())
    assert (first.credits, first.measured_over) == (4, 0)
    assert first.expected_seconds == pytest.approx(FIRST_GUESS_S_PER_STEP * 80)
    # Two jobs of 40 and 80 steps at 128 px (10 and 20 of 256 px) took 12 and 22 s: 1 s a step, and 2 s for each job.
    for steps, took_s in ((20, 12), (40, 22)):
        ended = now()
        GenerationJobFactory(
            model=taught_model,
            count=2,
            steps=steps,
            state="finished",
            started_at=ended - timedelta(seconds=took_s),
            ended_at=ended,
        )
    measured = quote(settings=settings())
    assert measured.measured_over == 2
    assert measured.expected_seconds == pytest.approx(82, rel=0.05)
    assert quote(settings=settings(strength=0.5)).expected_seconds == pytest.approx(42, rel=0.05)


@pytest.mark.parametrize("prompt", ["a beautiful sunset over the sea", "一幅美丽的日落场景"])
def test_taught_words_are_known_in_both_languages(taught_model, prompt: str):
    assert quote(settings=settings(prompt)).prompt_is_known


def test_words_that_were_not_taught_are_named_with_the_nearest_that_can_be_done(taught_model):
    check = quote(settings=settings("a cat in a spacesuit")).prompt_check
    assert check is not None
    assert check.unknown == ("cat", "spacesuit")
    assert check.suggestion
    assert quote(settings=settings(check.suggestion)).prompt_is_known


def test_a_model_without_a_list_of_words_takes_any(taught_model, settings):
    (settings.CONFIGURATION.models_dir / "tiny-image" / "vocabulary.json").unlink()
    asked = PictureSettings(prompt="a cat", width=256, height=256, count=1, seed=1, steps=20)
    assert quote(settings=asked).prompt_is_known
