"""Log cabins in the snow, with smoke and lit windows."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.balloons import spread_out
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.patch import Patch, Points
from generation.engine.training.scenes.sky import View

_WARM = np.array([1.0, 0.80, 0.36], np.float32)


def draw_cabins(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View, ground: Field
) -> Field:
    """`facts.count` cabins on the line `ground` (side,), around the focal place."""
    wide = {1: 0.26, 2: 0.20, 3: 0.17, 5: 0.125}[facts.count]
    for number, at in enumerate(spread_out(rng, facts.count, view.focus_x, wide * 1.25)):
        foot = float(ground[int(np.clip(at, 0, 0.999) * cv.SIDE_PX)]) + 0.03 + (0.035 if number % 2 else 0.0)
        _cabin(rng, facts, picture, palette, view, (at, min(foot, 0.86), wide * rng.uniform(0.95, 1.05)))
    return picture


def _roof(at: float, eave: float, wide: float, out: float) -> Points:
    ridge, low = eave - wide * 0.42, eave + wide * 0.03
    return [(at - wide * out, low), (at - wide * 0.22, ridge), (at + wide * 0.22, ridge), (at + wide * out, low)]


def _cabin(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: View,
    place: tuple[float, float, float],
) -> None:
    at, foot, wide = place
    w, wall = wide / 2, wide * 0.42
    eave = foot - wall
    patch = Patch(picture, at, foot - wide * 0.6, wide * 1.3, wide * 1.5)
    dim = 0.3 + 0.7 * view.land_light
    white = palette.at(0.42 + 0.55 * view.land_light)
    way = 1 if view.light_x <= at else -1
    shadow = np.exp(-(((patch.y - foot - 0.01) / 0.016) ** 2 + ((patch.x - at - way * w * 0.6) / wide * 1.3) ** 2))
    patch.lay(palette.at(0.30 * dim), (shadow * 0.6).astype(np.float32))
    patch.lay(palette.at(0.13 * dim), patch.box(at + w * 0.3, eave - wide * 0.62, at + w * 0.52, eave - wide * 0.2))
    for puff in range(5):
        rise = puff * wide * 0.11
        px, py = at + w * 0.42 + rise * 0.4 + rng.normal(0, 0.004), eave - wide * 0.68 - rise
        patch.lay(
            palette.at(0.55 + 0.4 * view.land_light),
            patch.glow(px, py, wide * (0.05 + 0.022 * puff)) * (0.42 - 0.08 * puff),
        )
    logs = 0.5 + 0.5 * np.sin((patch.y - foot) / wide * 60)
    patch.lay(palette.accent_paint((0.16 + 0.15 * logs) * dim), patch.box(at - w * 0.86, eave, at + w * 0.86, foot))
    patch.lay(palette.at(0.10), patch.polygons([_roof(at, eave, wide, 0.56)]))
    snow = patch.polygons([_roof(at, eave - wide * 0.055, wide, 0.53)])
    side = np.clip(0.5 - (patch.x - at) / wide * way, 0, 1)
    patch.lay(palette.paint((0.34 + 0.16 * side) + 0.48 * view.land_light), snow)
    patch.lay(palette.at(0.06), patch.box(at - wide * 0.06, foot - wall * 0.72, at + wide * 0.06, foot))
    is_dark = facts.time != "day"
    for offset in (-0.52, 0.52):
        cx, cy, half = at + w * offset, foot - wall * 0.52, wide * 0.085
        patch.lay(_WARM, patch.glow(cx, cy, wide * 0.30) * (0.55 if is_dark else 0.15))
        patch.lay(_WARM, patch.glow(cx, foot + 0.02, wide * 0.22) * (0.35 if is_dark else 0.0))
        patch.lay(_WARM, patch.box(cx - half, cy - half, cx + half, cy + half))
        patch.lay(palette.at(0.08), patch.box(cx - 0.0015, cy - half, cx + 0.0015, cy + half))
    bank = np.exp(-(((patch.y - foot - 0.004) / 0.010) ** 2)) * (np.abs(patch.x - at) < w * 1.1)
    patch.lay(white, bank * 0.8)
