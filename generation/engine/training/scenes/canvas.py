"""Drawing tools that every scene shares: noise, masks, blends, antialiased shapes.

A picture is a float32 array (side, side, 3) in [0, 1]; a tone field or mask is (side, side) in [0, 1].
Positions are fractions of the side, x to the right and y downwards. Everything is drawn at twice the side, so at four
times the pixels, of the picture that the model learns, and reduced at the end.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Field = NDArray[np.float32]
SIDE_PX = 512
# Shapes are drawn at this multiple of SIDE_PX, then reduced to an antialiased mask.
_SUPERSAMPLE = 2


@lru_cache(maxsize=4)
def grid(side: int = SIDE_PX) -> tuple[Field, Field]:
    """Pixel centres as two (side, side) fields: y, x."""
    axis = ((np.arange(side) + 0.5) / side).astype(np.float32)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    return y, x


def noise(rng: np.random.Generator, fx: float, fy: float, octaves: int = 4, fade: float = 0.5) -> Field:
    """Smooth fractal noise in [0, 1], about `fx` × `fy` blobs across the first octave."""
    total = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        cells_x = int(np.clip(round(fx * 2**octave), 1, SIDE_PX)) + 3
        cells_y = int(np.clip(round(fy * 2**octave), 1, SIDE_PX)) + 3
        cells = Image.fromarray(rng.random((cells_y, cells_x), np.float32))
        box = (1.0, 1.0, cells_x - 1.0, cells_y - 1.0)
        resized = cells.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC, box=box)
        total += weight * np.asarray(resized, np.float32)
        norm += weight
        weight *= fade
    total = (total / norm - 0.5) * 1.7 + 0.5
    return np.clip(total, 0, 1)


def line_noise(rng: np.random.Generator, frequency: float, octaves: int = 5, fade: float = 0.5) -> Field:
    """One-dimensional fractal noise (side,) in about [0, 1]."""
    at = np.linspace(0, 1, SIDE_PX)
    total = np.zeros(SIDE_PX)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        cells = int(np.clip(round(frequency * 2**octave), 1, SIDE_PX)) + 3
        knots = np.linspace(-0.5 / cells, 1 + 0.5 / cells, cells)
        values = rng.random(cells)
        curve = np.interp(at, knots, values)
        smooth = ndimage.gaussian_filter1d(curve, SIDE_PX / cells / 3) if octave < 2 else curve
        total += weight * smooth
        norm += weight
        weight *= fade
    return (total / norm).astype(np.float32)


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def below(ridge: Field, softness_px: float = 1.0) -> Field:
    """Mask of what lies under a ridge line (side,), with an antialiased edge."""
    y, _ = grid()
    return np.clip((y - ridge[None, :]) * SIDE_PX / softness_px + 0.5, 0, 1)


def disc(cx: float, cy: float, radius: float, softness_px: float = 2.0) -> Field:
    """An antialiased disc."""
    y, x = grid()
    away = np.hypot(x - cx, y - cy)
    return np.clip((radius - away) * SIDE_PX / softness_px + 0.5, 0, 1)


def glow(cx: float, cy: float, radius: float) -> Field:
    """A soft light around a point, 1 in its middle."""
    y, x = grid()
    return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius)).astype(np.float32)


def blend(picture: Field, colour: Field | NDArray[np.float32], mask: Field) -> Field:
    """`picture` with `colour` (a colour or a picture) laid over it through `mask`."""
    m = mask[..., None] if mask.ndim == 2 else mask
    return picture + (np.asarray(colour, np.float32) - picture) * m


def shape_mask(draw: Callable[[ImageDraw.ImageDraw, int], None], scale: int = _SUPERSAMPLE) -> Field:
    """What `draw(pencil, side)` draws in white at `scale` times the size, reduced to an antialiased mask."""
    side = SIDE_PX * scale
    sheet = Image.new("L", (side, side), 0)
    draw(ImageDraw.Draw(sheet), side)
    return np.asarray(sheet.reduce(scale), np.float32) / 255.0


def blur(field: Field, sigma_px: float) -> Field:
    """Gaussian blur of a field."""
    return ndimage.gaussian_filter(field, sigma_px)
