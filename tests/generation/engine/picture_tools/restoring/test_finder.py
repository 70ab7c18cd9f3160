"""Finding damage without a network, on paintings that were scratched."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from generation.engine.picture_tools.pixels import to_pixels
from generation.engine.picture_tools.restoring.classical_finder import find_damage_classically
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.learned_methods import grown
from generation.engine.picture_tools.restoring.simulated_damage import damage


def test_scratches_are_found_far_better_than_by_chance(painting: Callable[[str, int], Image.Image]) -> None:
    sound = to_pixels(painting("turner", 400))
    hurt = damage(sound, DamageKind.SCRATCHES, np.random.default_rng(2))
    found, true = find_damage_classically(hurt.picture), grown(hurt.mask)
    chance = float(true.mean())
    precision = float((found & true).sum() / max(found.sum(), 1))
    recall = float((found & true).sum() / true.sum())
    assert precision > 3 * chance
    assert recall > 3 * float(found.mean() - (found & true).mean())
    assert recall > 0.3


def test_an_even_picture_is_sound() -> None:
    ramp = np.repeat(np.linspace(0.2, 0.8, 128, dtype=np.float32)[None], 96, axis=0)
    assert not find_damage_classically(np.stack([ramp] * 3, axis=2)).any()
