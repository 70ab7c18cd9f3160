"""The damage of the evaluation: repeatable, in its place, of its kind."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from generation.engine.picture_tools.pixels import Pixels, to_pixels
from generation.engine.picture_tools.restoring.kinds import GLOBAL_KINDS, LOCAL_KINDS, DamageKind
from generation.engine.picture_tools.restoring.simulated_damage import damage


@pytest.fixture(scope="module")
def sound(painting: Callable[[str, int], Image.Image]) -> Pixels:
    return to_pixels(painting("monet", 192))


def test_every_kind_is_local_or_global() -> None:
    assert sorted((*LOCAL_KINDS, *GLOBAL_KINDS)) == sorted(DamageKind)


@pytest.mark.parametrize("kind", DamageKind)
def test_the_same_source_gives_the_same_damage(sound: Pixels, kind: DamageKind) -> None:
    once, again, other = (damage(sound, kind, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once.picture, again.picture)
    np.testing.assert_array_equal(once.mask, again.mask)
    assert not np.array_equal(once.picture, other.picture)


@pytest.mark.parametrize("kind", LOCAL_KINDS)
def test_local_damage_stays_under_its_mask(sound: Pixels, kind: DamageKind) -> None:
    hurt = damage(sound, kind, np.random.default_rng(5))
    change = np.abs(hurt.picture - sound).max(axis=2)
    assert 0.005 < hurt.mask.mean() < 0.6
    assert change[hurt.mask].mean() > 0.02
    # Rounding to bytes, and the thin skirts of soft edges.
    assert change[~hurt.mask].max() < 0.05


def test_paint_is_lost_where_it_is_torn_off_and_survives_under_stains(sound: Pixels) -> None:
    rng = np.random.default_rng(6)
    assert damage(sound, DamageKind.TEARS, rng).lost.max() > 0.9
    assert damage(sound, DamageKind.FOXING, rng).lost.max() == 0
    assert damage(sound, DamageKind.STAINS, rng).lost.max() == 0


@pytest.mark.parametrize("kind", GLOBAL_KINDS)
def test_global_damage_is_everywhere(sound: Pixels, kind: DamageKind) -> None:
    hurt = damage(sound, kind, np.random.default_rng(7))
    assert not hurt.mask.any()
    assert (np.abs(hurt.picture - sound).max(axis=2) > 1 / 255).mean() > 0.8


def test_varnish_yellows_and_fading_flattens(sound: Pixels) -> None:
    rng = np.random.default_rng(8)
    varnished = damage(sound, DamageKind.VARNISH, rng).picture.mean((0, 1)) / sound.mean((0, 1))
    assert varnished[2] < varnished[1] < varnished[0]
    assert damage(sound, DamageKind.FADING, rng).picture.std() < 0.85 * sound.std()
