"""Water: a mirror of what stands above it, broken by waves in perspective."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.tiles import periodic_noise


def wave_field(rng: np.random.Generator, horizon: float) -> tuple[Field, Field]:
    """Waves (side, side) in [-0.5, 0.5] that shrink towards `horizon`, and the nearness of each row, 0 at the horizon.

    A flat surface at distance d lies 1 / d under the horizon, so rows and columns of the waves go with its inverse.
    """
    y, x = cv.grid()
    near = np.clip((y - horizon) / (1 - horizon), 0, 1)
    inverse = 1 / (near + 0.07)
    tile = periodic_noise(rng, 28, 3, 0.55) - 0.5
    rows = (inverse * 0.9 * cv.SIDE_PX / 3).astype(int) % cv.SIDE_PX
    columns = (((x - 0.5) * inverse * 0.30 + 5.5) * cv.SIDE_PX).astype(int) % cv.SIDE_PX
    close = cv.noise(rng, 6, 60, 3, 0.6) - 0.5
    waves = tile[rows, columns] * (0.35 + 0.65 * near) + close * 0.6 * (1 - near)
    return np.asarray(waves, np.float32), np.asarray(near, np.float32)


def reflect(
    rng: np.random.Generator,
    picture: Field,
    horizon: float,
    palette: Palette,
    *,
    ripple: float = 0.03,
    depth: float = 0.62,
) -> Field:
    """Fills everything under `horizon` with a rippled mirror of what is above it, darker by `depth` towards us."""
    y, x = cv.grid()
    down = np.clip(y - horizon, 0, None)
    waves, near = wave_field(rng, horizon)
    squeeze = min(1.0, horizon / (1 - horizon) * 0.95)
    source_y = horizon - down * squeeze + waves * ripple * 4 * (0.12 + near)
    source_x = x + waves * ripple * (0.1 + near)
    rows = np.clip(source_y * cv.SIDE_PX, 0, horizon * cv.SIDE_PX - 1).astype(int)
    columns = np.clip(source_x * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
    water = picture[rows, columns] * (1 - depth * (0.15 + 0.5 * near))[..., None]
    water = cv.blend(water, palette.at(0.22), 0.10 + 0.20 * near)
    # Steep fronts of the waves show the depth, their crests the sky.
    strength = min(1.0, ripple * 33)
    trough = np.asarray(cv.smoothstep(0.05, 0.32, -waves) * (0.12 + 0.38 * near) * strength, np.float32)
    water = cv.blend(water, palette.at(0.12), trough)
    sky_row = picture[max(0, int(horizon * cv.SIDE_PX * 0.8))].mean(axis=0)
    crest = np.asarray(cv.smoothstep(0.08, 0.34, waves) * (0.12 + 0.30 * near) * strength, np.float32)
    water = cv.blend(water, 0.5 * sky_row + 0.5 * palette.at(0.9), crest * 0.6)
    return cv.blend(picture, water, np.clip((y - horizon) * cv.SIDE_PX + 0.5, 0, 1))
