"""Cliffs and banks overgrown with the season's plants."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import terrain
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.patch import Patch
from generation.engine.training.scenes.sky import View


def draw_cliff(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: View,
    *,
    leaves: Field,
    lip: float,
    pool: float,
    half: float,
) -> Field:
    """A rock wall with a notch of half width `half` at the focal place, its lip at row `lip`, its foot at `pool`."""
    _, x = cv.grid()
    away = np.abs(x[0] - view.focus_x)
    shoulder = cv.smoothstep(half * 0.8, half * 2.2, away)
    rise = shoulder * (0.05 + 0.10 * cv.line_noise(rng, 3, 5)) + 0.10 * np.clip(away - 0.25, 0, 1)
    ridge = (lip - rise + 0.012 * (cv.line_noise(rng, 20, 4) - 0.5)).astype(np.float32)
    columns = terrain.warp(rng, cv.noise(rng, 16, 4, 5, 0.6), 0.05, 4)
    strata = cv.noise(rng, 3, 26, 3, 0.5)
    relief = cv.blur(columns * 0.75 + strata * 0.35, 1.3)
    way = 1 if view.light_x >= 0.5 else -1
    face = np.gradient(relief, axis=1) * -way * 15 + np.gradient(relief, axis=0) * 12
    # The wall bends back towards the fall: it lies in shadow there.
    recess = np.exp(-((away / (half * 2.4)) ** 2))[None, :] * 0.12
    dim = 0.22 + 0.78 * view.land_light
    contrast = 0.16 if facts.weather in ("cloudy", "rainy", "misty") else 0.24
    wet = 0.05 if facts.weather == "rainy" else 0.0
    tone = (0.38 + contrast * face + 0.26 * (relief - 0.5) - recess - wet) * dim + 0.04
    mask = cv.below(ridge)
    picture = cv.blend(picture, palette.paint(tone), mask)
    return _growth(rng, picture, leaves, ridge, relief)


def _growth(rng: np.random.Generator, picture: Field, leaves: Field, ridge: Field, relief: Field) -> Field:
    """Bushes on the ledges and along the cliff's edge."""
    y, _ = cv.grid()
    under = y - ridge[None, :]
    clumps = cv.noise(rng, 9, 11, 4, 0.6)
    edge = np.exp(-((under / 0.06) ** 2)) * 0.55
    cover = cv.smoothstep(0.60, 0.68, clumps + edge * 0.55 - 0.10 * relief)
    cover = cover * cv.smoothstep(-0.045, -0.015, under + 0.05 * (clumps - 0.5))
    return cv.blend(picture, leaves, cover)


def leaf_colours(
    rng: np.random.Generator, facts: SceneFacts, palette: Palette, land_light: float, shade: float
) -> Field:
    """A picture full of leaves, lit from above, in the colours of the season, from which a mask may cut bushes."""
    flecks = cv.noise(rng, 85, 85, 2, 0.65)
    mass = cv.noise(rng, 14, 14, 3)
    mass_lit = np.clip((mass - np.roll(mass, 9, axis=0)) * 2.0 + 0.5, 0, 1)
    lit = 0.5 * np.clip((flecks - np.roll(flecks, 3, axis=0)) * 1.5 + 0.5, 0, 1) + 0.5 * mass_lit
    dim = 0.25 + 0.75 * land_light
    leaves = palette.paint((shade + 0.34 * lit + 0.14 * (flecks - 0.5)) * dim)
    if facts.season == "winter":
        return cv.blend(leaves, palette.at(0.35 + 0.6 * land_light), cv.smoothstep(0.4, 0.62, lit))
    if facts.season in ("spring", "autumn"):
        patches = cv.smoothstep(0.38, 0.56, cv.noise(rng, 9, 9, 3))
        tone = np.asarray(0.66 + 0.28 * lit if facts.season == "spring" else 0.32 + 0.40 * lit, np.float32)
        spots = cv.smoothstep(0.35, 0.5, flecks) if facts.season == "spring" else np.ones_like(flecks)
        return cv.blend(
            leaves,
            palette.accent_paint(tone * (0.35 + 0.65 * land_light)),
            np.asarray(patches * spots * 0.9, np.float32),
        )
    return leaves


def draw_banks(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: View,
    *,
    leaves: Field,
    pool: float,
) -> Field:
    """Boulders in the pool, and dark foliage that frames the picture at both sides."""
    y, x = cv.grid()
    picture = np.array(picture, np.float32)
    grain = cv.noise(rng, 46, 46, 3, 0.6)
    for _ in range(int(rng.integers(6, 11))):
        away = rng.uniform(0.14, 0.5) * (1 if rng.random() < 0.5 else -1)
        place = (view.focus_x + away, pool + rng.uniform(0.01, 0.2) * (0.4 + abs(away)))
        _boulder(facts, picture, palette, view, place, rng.uniform(0.02, 0.05) * (0.7 + 3 * (place[1] - pool)), grain)
    frame = np.abs(x - view.focus_x)
    clumps = cv.noise(rng, 6, 6, 5, 0.62)
    side = cv.smoothstep(0.26, 0.62, frame) + 0.55 * cv.smoothstep(0.86, 1.0, y) * cv.smoothstep(0.1, 0.3, frame)
    cover = cv.smoothstep(0.60, 0.66, clumps * 0.72 + side * 0.52 + 0.26 * (y - 0.66))
    cover = cover * cv.smoothstep(0.30, 0.52, y + 0.3 * (clumps - 0.5)) * cv.smoothstep(0.14, 0.24, frame)
    return cv.blend(picture, leaves * 0.72, cover)


def _boulder(
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: View,
    place: tuple[float, float],
    size: float,
    grain: Field,
) -> None:
    bx, by = place
    patch = Patch(picture, bx, by, size * 1.4, size)
    dim = 0.22 + 0.78 * view.land_light
    rough = grain[: patch.y.shape[0], : patch.y.shape[1]] - 0.5
    u, v = (patch.x - bx) / size, (patch.y - by) / (size * 0.62)
    stone = np.asarray(1 - (np.abs(u) ** 2.4 + np.abs(v) ** 2.4) + 0.5 * rough, np.float32)
    mask = cv.smoothstep(0.0, 0.16, stone) * (v < 0.45)
    tone = np.asarray((0.26 - 0.26 * v + 0.16 * rough) * dim, np.float32)
    if facts.season == "winter":
        tone = np.where(v < -0.25 + 0.3 * rough, np.float32(0.92 * dim), tone)
    patch.lay(palette.paint(tone), mask)
