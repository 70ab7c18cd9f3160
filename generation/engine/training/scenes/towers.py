"""Rows of towers with a lit and a shaded face, roofs of several kinds, and windows."""

from dataclasses import dataclass

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


@dataclass(frozen=True)
class Light:
    """How a city is lit: `land` by the sky, a share `lit` of its windows, the sun `from_left` or from the right.

    `warm` is the colour (3,) of lit windows, `far_tone` the tone into which far towers fade.
    """

    land: float
    lit: float
    from_left: bool
    warm: Field
    far_tone: float


@dataclass
class _Row:
    """The layers of a row of towers, each (side, side)."""

    mask: Field
    tone: Field
    glass: Field
    lamps: Field


def draw_row(
    rng: np.random.Generator,
    picture: Field,
    palette: Palette,
    light: Light,
    *,
    near: float,
    base: float,
    focus: float,
    tall: float,
) -> Field:
    """A row of towers whose feet stand at `base`, the highest about `focus`; `near` is 0 for the farthest row."""
    shape = (cv.SIDE_PX, cv.SIDE_PX)
    row = _Row(*(np.zeros(shape, np.float32) for _ in range(4)))
    left = -int(rng.integers(0, 20))
    # One tower stands out, at the focal place.
    landmark = int(focus * cv.SIDE_PX)
    while left < cv.SIDE_PX:
        width = int(rng.integers(20, 42) + 20 * near)
        middle = (left + width / 2) / cv.SIDE_PX
        peak = np.exp(-(((middle - focus) / 0.2) ** 2)) * (1 - 0.62 * near)
        reach = (0.16 + 0.30 * peak) * rng.uniform(0.55, 1.15) - 0.05 * near
        if near == 0.5 and left <= landmark < left + width:
            reach, width = 0.56, max(width, 38)
        top = int((base - tall * max(reach, 0.06)) * cv.SIDE_PX)
        _tower(rng, row, light, near, (left, left + width, max(top, 12), int(base * cv.SIDE_PX) + 4))
        left += width + int(rng.integers(-4, 8))
    y, _ = cv.grid()
    smog = np.clip((y - base + 0.45) / 0.45, 0, 1) * (1 - near) * 0.16
    tone = row.tone + (light.far_tone - row.tone) * (0.55 * (1 - near) ** 1.4) + smog * light.land
    picture = cv.blend(picture, palette.paint(tone), row.mask)
    day = 1 - min(1.0, light.lit * 2.2)
    picture = cv.blend(picture, palette.at(0.25 + 0.6 * light.land), row.glass * (0.16 + 0.2 * near) * day)
    if light.lit < 0.05:
        return picture
    lamps = row.lamps * row.mask
    picture = cv.blend(picture, light.warm, np.clip(cv.blur(lamps, 6.0) * 0.55, 0, 0.6))
    return cv.blend(picture, light.warm, np.clip(lamps * (0.55 + 0.45 * near), 0, 1))


def _tower(rng: np.random.Generator, row: _Row, light: Light, near: float, place: tuple[int, int, int, int]) -> None:
    left, right, top, foot = place
    first, last = max(left, 0), min(right, cv.SIDE_PX)
    if last - first < 4:
        return
    dim = 0.10 + 0.90 * light.land
    body = (0.40 - 0.20 * near) * rng.uniform(0.75, 1.25) * dim
    split = int(left + (right - left) * (rng.uniform(0.22, 0.36) if light.from_left else rng.uniform(0.64, 0.78)))
    split = int(np.clip(split, first, last))
    bright, dark = body + 0.22 * dim, body
    row.mask[top:foot, first:last] = 1
    row.tone[top:foot, first:split] = bright if light.from_left else dark
    row.tone[top:foot, split:last] = dark if light.from_left else bright
    _roof(rng, row, (first, last, top), (dark, bright))
    _windows(rng, row, light, (first, last, top, foot))


def _roof(rng: np.random.Generator, row: _Row, place: tuple[int, int, int], tones: tuple[float, float]) -> None:
    first, last, top = place
    width = last - first
    middle = (first + last) // 2
    kind = rng.random()
    if kind < 0.22:
        _block(row, max(top - int(width * 1.1), 2), top, middle - 1, middle + 1, tones[0])
        _block(row, max(top - int(width * 0.3), 2), top, first + width // 4, last - width // 4, tones[0])
    elif kind < 0.48:
        for step in range(1, 4):
            inset = width * step // 9
            _block(row, max(top - 8 * step, 2), top, first + inset, last - inset, tones[step % 2])
    elif kind < 0.64:
        for step in range(int(width * 0.8)):
            inset = int(step / 1.6)
            if last - inset <= first + inset:
                break
            _block(row, max(top - step, 2), max(top - step, 2) + 1, first + inset, last - inset, tones[1])
    elif kind < 0.75:
        for step in range(width // 2):
            inset = int(width / 2 * (1 - np.sqrt(max(0.0, 1 - (step / (width / 2)) ** 2))))
            _block(row, max(top - step, 2), max(top - step, 2) + 1, first + inset, last - inset, tones[0])


def _block(row: _Row, top: int, foot: int, first: int, last: int, tone: float) -> None:
    row.mask[top:foot, first:last] = 1
    row.tone[top:foot, first:last] = tone


def _windows(rng: np.random.Generator, row: _Row, light: Light, place: tuple[int, int, int, int]) -> None:
    first, last, top, foot = place
    pitch_y, pitch_x = int(rng.integers(7, 11)), int(rng.integers(6, 10))
    tall, wide = max(3, pitch_y - int(rng.integers(3, 5))), max(2, pitch_x - int(rng.integers(2, 5)))
    rows = np.arange(top + 5, foot - 8, pitch_y)
    columns = np.arange(first + 3, last - wide - 1, pitch_x)
    if not (len(rows) and len(columns)):
        return
    lit = rng.random((len(rows), len(columns))) < light.lit * rng.uniform(0.5, 1.6)
    strength = rng.uniform(0.45, 1.0, lit.shape) * lit
    cell_rows = (rows[:, None] + np.arange(tall)).ravel()
    cell_columns = (columns[:, None] + np.arange(wide)).ravel()
    spread = np.repeat(np.repeat(strength, tall, axis=0), wide, axis=1)
    at = np.ix_(cell_rows, cell_columns)
    row.glass[at] = rng.uniform(0.5, 1.0)
    row.lamps[at] = spread
