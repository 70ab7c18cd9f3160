"""Deer in a glade."""

import numpy as np

from generation.engine.training.scenes.balloons import spread_out
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.patch import Patch, Points
from generation.engine.training.scenes.sky import View

# A stag that looks to the right, in units of its height at the withers, its feet at y = 0 and y upwards.
_BODY: Points = [
    (-0.62, 0.98), (-0.50, 1.04), (-0.20, 1.00), (0.12, 1.02), (0.34, 1.06), (0.46, 1.22), (0.54, 1.42), (0.60, 1.55),
    (0.70, 1.60), (0.84, 1.52), (0.95, 1.44), (0.94, 1.38), (0.80, 1.37), (0.70, 1.32), (0.64, 1.10), (0.52, 0.84),
    (0.40, 0.70), (0.10, 0.62), (-0.30, 0.66), (-0.48, 0.66), (-0.64, 0.78), (-0.68, 0.90),
]  # fmt: skip
_LEGS: list[Points] = [
    [(-0.66, 0.88), (-0.42, 0.70), (-0.50, 0.44), (-0.52, 0.40), (-0.50, 0.0), (-0.57, 0.0), (-0.61, 0.42)],
    [(-0.50, 0.80), (-0.28, 0.70), (-0.36, 0.42), (-0.33, 0.0), (-0.40, 0.0), (-0.46, 0.40)],
    [(0.18, 0.70), (0.36, 0.74), (0.30, 0.40), (0.29, 0.0), (0.22, 0.0), (0.23, 0.40)],
    [(0.30, 0.74), (0.50, 0.80), (0.44, 0.42), (0.47, 0.0), (0.40, 0.0), (0.37, 0.40)],
]
_EAR: Points = [(0.60, 1.54), (0.46, 1.66), (0.52, 1.52)]
_ANTLERS: list[Points] = [
    [(0.66, 1.58), (0.56, 1.78), (0.60, 2.00), (0.72, 2.16)],
    [(0.58, 1.86), (0.44, 1.98)],
    [(0.57, 1.76), (0.70, 1.88)],
    [(0.70, 1.58), (0.80, 1.76), (0.80, 1.98), (0.90, 2.10)],
    [(0.80, 1.84), (0.92, 1.92)],
]


def draw_deer(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View, ground_y: float
) -> Field:
    """`facts.count` deer around the focal place, dark against the light behind them."""
    size = {1: 0.17, 2: 0.135, 3: 0.115, 5: 0.085}[facts.count]
    room = (1 - ground_y) * 0.4
    for number, at in enumerate(spread_out(rng, facts.count, view.focus_x, size * 1.9)):
        foot = ground_y + 0.05 + room * (0.5 if number % 2 else 0.15)
        way = 1.0 if (at <= view.focus_x) == (rng.random() < 0.8) else -1.0
        _deer(facts, picture, palette, view, (at, foot, size * rng.uniform(0.92, 1.08)), way, bool(rng.random() < 0.7))
    return picture


def _deer(
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: View,
    place: tuple[float, float, float],
    way: float,
    has_antlers: bool,
) -> None:
    at, foot, size = place
    patch = Patch(picture, at, foot - size, size * 1.4, size * 1.5)

    def put(points: Points) -> Points:
        return [(at + way * px * size, foot - py * size) for px, py in points]

    patch.lay(palette.at(0.80 * view.land_light + 0.1), patch.glow(at, foot - size * 0.8, size * 1.1) * 0.45)
    shadow = np.exp(-(((patch.x - at) / (size * 0.8)) ** 2 + ((patch.y - foot) / (size * 0.07)) ** 2))
    patch.lay(palette.at(0.05), (shadow * 0.6).astype(np.float32))
    mask = patch.polygons([put(_BODY), put(_EAR), *(put(leg) for leg in _LEGS)])
    if has_antlers:
        mask = np.maximum(mask, patch.strokes([(put(line), size * 0.045) for line in _ANTLERS]))
    back = np.clip((foot - size * 0.85 - patch.y) / (size * 0.3), 0, 1)
    tone = (0.10 + 0.22 * back) * (0.4 + 0.6 * view.land_light)
    patch.lay(palette.accent_paint(tone) * 0.6 + palette.paint(tone * 0.6) * 0.4, mask)
