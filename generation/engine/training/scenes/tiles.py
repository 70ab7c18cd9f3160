"""Noise that repeats without a seam, for surfaces that run to the horizon."""

import numpy as np
from PIL import Image

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field

_PAD = 3


def periodic_noise(rng: np.random.Generator, cells: int, octaves: int = 4, fade: float = 0.5) -> Field:
    """Fractal noise (side, side) in [0, 1] whose opposite edges fit together, `cells` blobs across."""
    total = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        count = min(cells * 2**octave, cv.SIDE_PX)
        knots = np.pad(rng.random((count, count), np.float32), _PAD, mode="wrap")
        box = (float(_PAD), float(_PAD), float(count + _PAD), float(count + _PAD))
        size = (cv.SIDE_PX, cv.SIDE_PX)
        total += weight * np.asarray(Image.fromarray(knots).resize(size, Image.Resampling.BICUBIC, box=box), np.float32)
        norm += weight
        weight *= fade
    return np.clip((total / norm - 0.5) * 1.7 + 0.5, 0, 1)
