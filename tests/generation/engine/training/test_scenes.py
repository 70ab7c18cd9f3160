"""The data program draws the same picture from the same facts, and writes captions by the thousand."""

import numpy as np
import pytest

from generation.engine.training.held_out import TEST_FIRST_SEED, VALIDATION_FIRST_SEED, held_out_cases
from generation.engine.training.render_dataset import render_dataset
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.facts import SCENES, draw_facts
from generation.engine.training.scenes.palettes import FAMILIES, make_palette
from generation.engine.training.scenes.render import render


@pytest.mark.parametrize("scene", SCENES)
def test_the_same_facts_give_the_same_bytes_and_other_seeds_other_pictures(scene: str) -> None:
    facts = draw_facts(11, scene=scene)
    picture = render(facts)
    assert picture.shape == (256, 256, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, render(facts))
    assert not np.array_equal(picture, render(draw_facts(12, scene=scene)))
    assert picture.std() > 8, "a picture shows something"


def test_palettes_are_told_apart_by_their_middle_tone() -> None:
    rng = np.random.default_rng(0)
    middle = {name: np.mean([make_palette(name, rng).at(0.55) for _ in range(8)], axis=0) for name in FAMILIES}
    for one, colour in middle.items():
        for other, against in middle.items():
            assert one == other or np.abs(colour - against).max() > 0.12, (one, other)


def test_facts_are_drawn_by_seed_and_can_be_given() -> None:
    assert draw_facts(5) == draw_facts(5)
    assert draw_facts(5, scene="city", palette="pink").scene == "city"
    assert draw_facts(5, scene="city", palette="pink").palette == "pink"
    assert {draw_facts(seed).scene for seed in range(200)} == set(SCENES)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_captions_are_deterministic_and_thousands_differ(language: str) -> None:
    captions = [caption(draw_facts(seed), language, 0) for seed in range(4000)]
    assert captions == [caption(draw_facts(seed), language, 0) for seed in range(4000)]
    assert len(set(captions)) > 3000
    has_chinese = [any("\u4e00" <= c <= "\u9fff" for c in said) for said in captions]
    assert all(has_chinese) if language == "zh" else not any(has_chinese)


def test_held_out_captions_name_what_they_are_measured_by_and_their_sets_do_not_meet() -> None:
    for language in ("en", "zh"):
        test = held_out_cases(language, 30, first_seed=TEST_FIRST_SEED)
        validation = held_out_cases(language, 30, first_seed=VALIDATION_FIRST_SEED)
        assert not {case.facts.seed for case in test} & {case.facts.seed for case in validation}
        assert min(case.facts.seed for case in test + validation) >= 10_000_000


def test_rendering_goes_on_where_it_was_interrupted(tmp_path) -> None:  # type: ignore[no-untyped-def]
    facts = [draw_facts(3), draw_facts(4)]
    render_dataset(tmp_path, facts, processes=1)
    whole = np.load(tmp_path / "pictures.npy")
    assert np.array_equal(whole[1], render(draw_facts(4)))
    pictures = np.lib.format.open_memmap(tmp_path / "pictures.npy", mode="r+")
    pictures[:] = 0
    pictures.flush()
    (tmp_path / "chunks" / "0").unlink()
    render_dataset(tmp_path, facts, processes=1)
    assert np.array_equal(np.load(tmp_path / "pictures.npy"), whole)
