"""Clouds on a ceiling that runs away from the eye: fair-weather heaps, high streaks, or a heavy overcast."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.tiles import periodic_noise


@dataclass(frozen=True)
class Clouds:
    """`cover` says how much of the sky a cloud hides, `light` how lit the cloud is; both (side, side) in [0, 1]."""

    cover: Field
    light: Field


def _billow(rng: np.random.Generator) -> Field:
    """Puffy noise: the folded octaves make round heaps with sharp valleys between them."""
    smooth = periodic_noise(rng, 4, 5, 0.55)
    folds = np.abs(periodic_noise(rng, 11, 4, 0.55) * 2 - 1)
    return np.asarray(smooth * 0.92 + 0.30 * folds - 0.06, np.float32)


def _sample(tile: Field, rows: Field, columns: Field) -> Field:
    """Bilinear look-up in a tile that repeats; rows and columns in tiles."""
    at = np.stack([rows, columns]) * cv.SIDE_PX
    return np.asarray(ndimage.map_coordinates(tile, at, order=1, mode="grid-wrap"), np.float32)


def draw_clouds(rng: np.random.Generator, facts: SceneFacts, horizon: float, light_x: float, light_y: float) -> Clouds:
    """The clouds of the weather in `facts`, lit from (light_x, light_y)."""
    y, x = cv.grid()
    cover = np.zeros_like(y)
    light = np.zeros_like(y)
    last = min(cv.SIDE_PX, int((horizon + 0.06) * cv.SIDE_PX))
    y, x = y[:last], x[:last]
    tile = _billow(rng)
    overcast = facts.weather in ("cloudy", "rainy", "snowy")
    streaky = not overcast and rng.random() < 0.4
    away = np.clip(horizon + 0.16 - y, 0.07, None)
    if streaky:
        lean = rng.uniform(-0.5, 0.5)
        rows = y * 1.5 + lean * (x - 0.5) + rng.uniform(0, 3)
        columns = x * 0.45 + rng.uniform(0, 3)
    else:
        size = rng.uniform(0.17, 0.25) if overcast else rng.uniform(0.15, 0.22)
        # Less foreshortened than a flat ceiling: heaps have sides as well as undersides.
        rows = size * 1.1 / away**0.75 + 0.5 * y + rng.uniform(0, 3)
        columns = (x - 0.5) * size * 1.9 / away**0.6 + rng.uniform(0, 3)
    density = _sample(tile, np.asarray(rows, np.float32), np.asarray(columns, np.float32))
    # A cloud is light where there is less cloud between it and the sun.
    step = 0.035
    toward = np.hypot(light_x - x, light_y - y) + 0.05
    shifted = _sample(tile, rows + step * (y - light_y) / toward, columns + step * (light_x - x) / toward)
    threshold = {"clear": rng.uniform(0.56, 0.66), "misty": 0.62, "cloudy": 0.34, "rainy": 0.24, "snowy": 0.34}
    edge = threshold[facts.weather]
    soft = 0.22 if overcast else 0.16 if not streaky else 0.3
    cover[:last] = cv.smoothstep(edge, edge + soft, density) * (0.96 if overcast else 0.85)
    lit = 0.55 + (density - shifted) * 2.6
    if overcast:
        lit = lit - 0.55 * np.clip(density - 0.55, 0, 1) - 0.1
    # Towards the horizon the clouds sink in haze.
    fade = np.clip((horizon - y) / 0.14, 0.0, 1)
    cover[:last] *= fade if not overcast else 0.55 + 0.45 * fade
    light[:last] = np.clip(lit, 0, 1)
    return Clouds(cover, light)
