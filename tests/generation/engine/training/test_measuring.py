"""The measurements themselves: distances, what captions ask for, prompts from outside, blind choices."""

import json

import numpy as np
import pytest

from generation.engine.training.blind_pairs import score
from generation.engine.training.frechet import frechet_distance
from generation.engine.training.held_out import TEST_FIRST_SEED, held_out_cases
from generation.engine.training.judge import FIELDS, Judge, answer, as_judged, judged
from generation.engine.training.outside_prompts import outside_prompts
from generation.engine.training.scenes.facts import draw_facts


def test_the_frechet_distance_is_that_of_the_gaussians() -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(0, 1, (4000, 3))
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-3)
    moved = rng.normal([2, 0, 0], 1, (4000, 3))
    assert frechet_distance(one, moved) == pytest.approx(4, rel=0.1)
    wide = rng.normal(0, 3, (4000, 3))
    assert frechet_distance(one, wide) == pytest.approx(3 * (3 - 1) ** 2, rel=0.1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_case_asks_only_for_what_its_picture_shows_and_its_caption_says(language: str) -> None:
    cases = held_out_cases(language, 60, first_seed=TEST_FIRST_SEED)
    for case in cases:
        assert {"scene", "palette"} <= set(case.asked)
        assert all(case.asked[field] == answer(field, case.facts) for field in case.asked)
    fields = {field for case in cases for field in case.asked}
    assert fields == set(FIELDS)


def test_a_scene_without_a_sky_has_no_hour_and_no_weather() -> None:
    mandala, sea = draw_facts(1, scene="mandala"), draw_facts(1, scene="sea")
    assert answer("time", mandala) is None
    assert answer("weather", mandala) is None
    assert answer("time", sea) == sea.time


def test_the_prompts_from_outside_are_two_hundred_and_ask_for_what_the_judge_tells() -> None:
    for language in ("en", "zh"):
        prompts = outside_prompts(language)
        assert len(prompts) == 100
        for prompt in prompts:
            assert all(value in FIELDS[field] for field, value in prompt.asked.items()), prompt


def test_the_judge_answers_every_field_for_every_picture() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), np.uint8)
    assert as_judged(pictures).shape == (3, 3, 128, 128)
    verdicts = judged(Judge().eval(), pictures)
    assert {len(values) for values in verdicts.said.values()} == {3}
    assert verdicts.features.shape == (3, 192)


def test_blind_choices_are_counted_for_the_model_that_stood_there(tmp_path) -> None:
    key = {"models": ["a", "b"], "left": [0, 1, 1, 0, 0], "prompts": ["p"] * 5}
    (tmp_path / "key.json").write_text(json.dumps(key))
    figures = score(tmp_path, "r l l r =\n")
    assert (figures["first_model_chosen"], figures["second_model_chosen"], figures["no_difference"]) == (0, 4, 1)
    with pytest.raises(ValueError, match="3 choices for 5 pairs"):
        score(tmp_path, "rlr")
