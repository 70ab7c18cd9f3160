"""A picture's palette as a vector: how much of it lies near each of a fixed set of colours in OKLab.

OKLab (Ottosson, "A perceptual color space for image processing", 2020): L from 0 to 1, a from green to red, b from
blue to yellow; equal distances look about equally far. The vector is the root of the histogram, so that the cosine of
two is the Bhattacharyya coefficient of their histograms, and has length 1.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommendations.engine.space import SpaceFacts

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]

_SIDE = 48
_LIGHTNESSES = (0.1, 0.3, 0.5, 0.7, 0.9)
_STEP = 0.08
# A pixel counts for the anchors around it: neighbours a step apart share about a third.
_WIDTH = 0.055
_FROM_LINEAR = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip

# What "bluer" means, as a move in OKLab.
CHANGES: dict[str, tuple[float, float, float]] = {
    "bluer": (0.0, -0.02, -0.14),
    "redder": (0.0, 0.14, 0.06),
    "greener": (0.0, -0.13, 0.07),
    "yellower": (0.0, 0.0, 0.14),
    "darker": (-0.22, 0.0, 0.0),
    "lighter": (0.22, 0.0, 0.0),
}


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N, 3) sRGB bytes to (N, 3) OKLab."""
    values = rgb.astype(np.float64) / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _FROM_LINEAR.T) @ _TO_LAB.T)


@cache
def anchors() -> NDArray[np.float64]:
    """(dimensions, 3): a grid over the colours that sRGB has."""
    steps = np.arange(-4, 5) * _STEP
    grid = np.array([(light, a, b) for light in _LIGHTNESSES for a in steps for b in steps])
    linear = (grid @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_FROM_LINEAR).T
    inside = ((linear > -0.03) & (linear < 1.03)).all(axis=1)
    chosen: NDArray[np.float64] = grid[inside]
    return chosen


def palette_facts() -> SpaceFacts:
    """The palette as a version of a space. A change to the anchors needs another version."""
    return SpaceFacts("oklab-1", len(anchors()), max_tokens=0, languages=(), similarity_floor=0.3)


def _shares(colours: NDArray[np.float64], amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(dimensions,) how much of ``amounts`` (N) at ``colours`` (N, 3) lies at each anchor; their sum is kept."""
    squared = ((colours[:, None, :] - anchors()[None, :, :]) ** 2).sum(axis=2)
    # Less the smallest: a colour beyond every anchor belongs to the nearest.
    near = np.exp(-(squared - squared.min(axis=1, keepdims=True)) / (2 * _WIDTH**2))
    return np.asarray((near / near.sum(axis=1, keepdims=True) * amounts[:, None]).sum(axis=0))


def _as_vector(histogram: NDArray[np.float64]) -> Floats:
    return np.sqrt(histogram / histogram.sum()).astype(np.float32)


def palette_of(picture: Image.Image) -> Floats:
    """(dimensions,) of length 1: the palette of a small copy of ``picture``."""
    small = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    colours = oklab(np.asarray(small, dtype=np.uint8).reshape(-1, 3))
    return _as_vector(_shares(colours, np.ones(len(colours))))


def palette_of_colour(colour: Colour) -> Floats:
    """The palette of a picture that is all of one colour."""
    return _as_vector(_shares(oklab(np.array([colour], dtype=np.uint8)), np.ones(1)))


def moved(palette: Floats, change: str) -> Floats:
    """The same palette, every colour moved as ``change`` (of CHANGES) says."""
    return _as_vector(_shares(anchors() + np.array(CHANGES[change]), palette.astype(np.float64) ** 2))


def amount(palettes: Floats, change: str) -> NDArray[np.float64]:
    """How blue (dark, ...) each of ``palettes`` (N, dimensions) is on average, in OKLab along ``change``."""
    direction = np.array(CHANGES[change])
    return np.asarray(palettes.astype(np.float64) ** 2 @ anchors() @ (direction / np.linalg.norm(direction)))


def colour_of_hex(text: str) -> Colour | None:
    """``#3a6fb5`` (with or without #) to (58, 111, 181); None where it is no such colour."""
    digits = text.strip().removeprefix("#")
    if len(digits) != 6 or not all(letter in "0123456789abcdefABCDEF" for letter in digits):
        return None
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
