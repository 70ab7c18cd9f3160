"""What falls or drifts before a landscape: mist, rain, snow."""

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


def fall_weather(
    rng: np.random.Generator, weather: str, picture: Field, palette: Palette, horizon: float, land_light: float
) -> Field:
    """`picture` (side, side, 3) with its weather before it; clear and cloudy weather add nothing."""
    if weather == "misty":
        return _mist(rng, picture, palette, horizon, land_light)
    if weather == "rainy":
        return _rain(rng, picture, palette)
    if weather == "snowy":
        return _snow(rng, picture, palette)
    return picture


def _mist(rng: np.random.Generator, picture: Field, palette: Palette, horizon: float, land_light: float) -> Field:
    y, _ = cv.grid()
    drift = cv.noise(rng, 2, 7, 4)
    low = np.exp(-(((y - horizon - 0.05) / 0.15) ** 2))
    veil = low * (0.35 + 0.75 * drift) + 0.22 * cv.smoothstep(0.45, 0.8, drift)
    colour = palette.at(0.40 + 0.46 * land_light)
    return cv.blend(picture, colour, np.clip(veil, 0, 0.8).astype(np.float32))


def _rain(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    slant = rng.uniform(0.12, 0.38) * (1 if rng.random() < 0.5 else -1)

    def streaks(count: int, length: float, width_px: int) -> Field:
        starts = rng.random((count, 2)) * 1.3 - 0.15
        lengths = length * rng.uniform(0.6, 1.3, count)

        def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
            for (sx, sy), run in zip(starts, lengths, strict=True):
                end = ((sx + slant * run) * side, (sy + run) * side)
                pencil.line([(sx * side, sy * side), end], fill=255, width=width_px)

        return cv.shape_mask(draw)

    dull = picture * 0.82 + 0.05 * palette.at(0.5)
    gusts = 0.6 + 0.6 * cv.noise(rng, 2, 2, 2)
    dull = cv.blend(dull, palette.at(0.88), streaks(520, 0.05, 2) * 0.36 * gusts)
    return cv.blend(dull, palette.at(0.95), streaks(170, 0.10, 3) * 0.55 * gusts)


def _snow(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    flakes = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    for radius, count, strength in ((1.1, 420, 0.75), (2.1, 120, 0.95), (3.8, 26, 0.85)):
        layer = np.zeros_like(flakes)
        rows, columns = rng.integers(0, cv.SIDE_PX, (2, count))
        layer[rows, columns] = 2 * np.pi * radius * radius
        flakes = np.maximum(flakes, np.clip(cv.blur(layer, radius) * 1.5, 0, 1) * strength)
    pale = cv.blend(picture, palette.at(0.85), np.full_like(flakes, 0.08))
    return cv.blend(pale, np.ones(3, np.float32), flakes)
