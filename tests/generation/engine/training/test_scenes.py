"""The data program draws the same picture from the same facts, and writes captions by the thousand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from generation.engine.training.held_out import TEST_FIRST_SEED, VALIDATION_FIRST_SEED, held_out_cases
from generation.engine.training.render_dataset import render_dataset
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.facts import COUNTS, MEDIUMS, SCENES, draw_facts
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
    assert {draw_facts(seed).scene for seed in range(400)} == set(SCENES)


def test_there_are_at_least_24_scenes_and_20_000_distinct_captions() -> None:
    assert len(SCENES) >= 24
    captions = {caption(draw_facts(seed), language, 0) for seed in range(10_500) for language in ("en", "zh")}
    assert len(captions) >= 20_000


@pytest.mark.parametrize("medium", [medium for medium in MEDIUMS if medium != "plain"])
def test_a_medium_changes_the_picture_and_keeps_its_colour_family(medium: str) -> None:
    plain = replace(draw_facts(21, scene="mountains", palette="blue"), medium="plain", style="plain")
    changed = render(replace(plain, medium=medium)).astype(float)
    assert np.abs(changed - render(plain)).mean() > 6
    assert changed.mean((0, 1)).argmax() == 2, "blue stays the strongest"


def test_a_picture_has_two_sizes() -> None:
    facts = draw_facts(31)
    large = render(facts, side_px=512)
    assert large.shape == (512, 512, 3)
    reduced = large.reshape(256, 2, 256, 2, 3).mean((1, 3))
    assert np.abs(reduced - render(facts)).max() <= 1


def test_what_is_counted_is_drawn_that_often() -> None:
    """Every further balloon adds to what differs from the same picture without any."""
    base = replace(draw_facts(41, scene="mountains", palette="blue"), medium="plain", time="day", weather="clear")
    without = render(replace(base, counted="", count=0, objects=())).astype(float)
    changed = []
    for count in COUNTS:
        drawn = render(replace(base, counted="balloon", count=count, objects=("balloon",))).astype(float)
        strong = np.abs(drawn - without).max(axis=2) > 40
        spots, number = ndimage.label(ndimage.binary_opening(strong, iterations=2))
        sizes = ndimage.sum(strong, spots, range(1, number + 1))
        changed.append(int((np.asarray(sizes) > 60).sum()))
    # What else moves with the balloons, the sun's glow for one, is the same for any number of them.
    assert [spots - changed[0] for spots in changed] == [count - COUNTS[0] for count in COUNTS]


def test_hours_and_weathers_look_different() -> None:
    for scene in ("sea", "mountains", "forest", "meadow"):
        base = replace(draw_facts(51, scene=scene, palette="blue"), medium="plain", style="plain", objects=())
        base = replace(base, counted="", count=0)
        light = [render(replace(base, time=time, weather="clear")).mean() for time in ("day", "night")]
        assert light[1] < 0.6 * light[0], scene
        clear = render(replace(base, time="day", weather="clear")).astype(float)
        for weather in ("cloudy", "misty", "rainy"):
            assert np.abs(render(replace(base, time="day", weather=weather)) - clear).mean() > 5, (scene, weather)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_captions_are_deterministic_and_thousands_differ(language: str) -> None:
    captions = [caption(draw_facts(seed), language, 0) for seed in range(4000)]
    assert captions == [caption(draw_facts(seed), language, 0) for seed in range(4000)]
    assert len(set(captions)) > 3900
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
