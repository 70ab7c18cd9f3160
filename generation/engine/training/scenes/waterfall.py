"""A waterfall between cliffs, with a pool, mist, trees of the season, a rainbow."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky, terrain
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.cliffs import draw_banks, draw_cliff, leaf_colours
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.water import reflect

# The hues of a rainbow from its outer edge to its inner one; it is the one thing whose colours no palette changes.
_RAINBOW = np.array(
    [
        (0.95, 0.25, 0.25),
        (0.98, 0.60, 0.20),
        (0.98, 0.92, 0.35),
        (0.35, 0.85, 0.40),
        (0.30, 0.55, 0.98),
        (0.6, 0.3, 0.9),
    ],
    np.float32,
)


def draw_waterfall(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A fall at the focal place."""
    view = sky.make_view(rng, facts)
    lip = {"big_sky": 0.46, "high_horizon": 0.16}.get(facts.composition, 0.27) + rng.uniform(-0.03, 0.03)
    pool = {"big_sky": 0.84, "high_horizon": 0.66}.get(facts.composition, 0.74)
    picture = sky.paint_sky(rng, facts, palette, view)
    picture = _far_hills(rng, picture, palette, view, lip)
    half = rng.uniform(0.055, 0.105)
    leaves = leaf_colours(rng, facts, palette, view.land_light, 0.18)
    picture = draw_cliff(rng, facts, picture, palette, view, leaves=leaves, lip=lip, pool=pool, half=half)
    picture = _fall(rng, picture, palette, view, (lip, pool, half))
    picture = reflect(rng, picture, pool, palette, ripple=0.022, depth=0.40)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    picture = _spray(rng, picture, palette, view, (lip, pool, half))
    if "rainbow" in facts.objects:
        picture = _rainbow(picture, view, pool)
    picture = draw_banks(rng, facts, picture, palette, view, leaves=leaves, pool=pool)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.05), 0.07, max(0.1, lip - 0.06))
    return sky.add_fall(rng, facts, picture, palette, view)


def _far_hills(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, lip: float) -> Field:
    y, _ = cv.grid()
    for layer in range(2):
        ridge = (lip - 0.05 + 0.05 * layer - 0.12 * (cv.line_noise(rng, 3 + layer, 6) - 0.3)).astype(np.float32)
        tone = (0.68 - 0.14 * layer) * (0.2 + 0.8 * view.land_light) + 0.15 * np.clip((y - ridge[None, :]) / 0.2, 0, 1)
        picture = cv.blend(picture, palette.paint(tone), cv.below(ridge))
    return picture


def _course(rng: np.random.Generator, view: sky.View, place: tuple[float, float, float]) -> tuple[Field, Field]:
    """The middle and the half width of the falling water in each row, (side,) each: it spreads as it falls."""
    lip, pool, half = place
    rows = np.linspace(0, 1, cv.SIDE_PX)
    down = np.clip((rows - lip) / (pool - lip), 0, 1)
    middle = view.focus_x + 0.02 * (cv.line_noise(rng, 3, 3) - 0.5)
    ledge = cv.smoothstep(0.0, 0.14, (down - rng.uniform(0.35, 0.6)).astype(np.float32)) * rng.uniform(0.0, 0.5)
    width = half * (0.82 + 0.35 * down + ledge) * (0.94 + 0.12 * cv.line_noise(rng, 14, 3))
    return middle.astype(np.float32), width.astype(np.float32)


def _fall(
    rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, place: tuple[float, float, float]
) -> Field:
    lip, pool, _ = place
    y, x = cv.grid()
    middle, width = _course(rng, view, place)
    across = (x - middle[:, None]) / width[:, None]
    # Threads of water: noise drawn out along the fall, faster and finer at the bottom.
    threads = terrain.warp(rng, cv.noise(rng, 70, 5, 4, 0.65), 0.012, 6)
    down = np.clip((y - lip) / (pool - lip), 0, 1)
    edge = 1 - cv.smoothstep(0.72, 1.05, np.abs(across) + 0.35 * (threads - 0.5))
    mask = edge * cv.smoothstep(-0.004, 0.006, y - lip) * (y < pool + 0.01)
    shade = 0.90 + 0.30 * (threads - 0.35) - 0.12 * np.abs(across) - 0.06 * (1 - down)
    water = palette.paint(shade * (0.46 + 0.54 * view.land_light))
    white = cv.smoothstep(0.52, 0.78, threads) * (0.4 + 0.4 * view.land_light)
    water = cv.blend(water, np.ones(3, np.float32) * 0.98, white * 0.75)
    gaps = cv.smoothstep(0.60, 0.78, cv.noise(rng, 34, 5, 3)) * np.abs(across) * 0.6
    return cv.blend(picture, water, (mask * (1 - gaps)).astype(np.float32))


def _spray(
    rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, place: tuple[float, float, float]
) -> Field:
    _, pool, half = place
    y, x = cv.grid()
    puffs = cv.noise(rng, 9, 9, 4, 0.55)
    away = np.hypot((x - view.focus_x) / (half * 2.3), (y - pool) / 0.085)
    mist = np.exp(-(away**2)) * (0.45 + 0.8 * puffs)
    light = palette.at(0.42 + 0.55 * view.land_light)
    picture = cv.blend(picture, light, np.clip(mist, 0, 0.92).astype(np.float32))
    # Rings of foam that drift away from the foot of the fall.
    flat = np.hypot((x - view.focus_x) / (half * 3.6), (y - pool) / 0.16)
    rings = cv.smoothstep(0.25, 0.7, np.sin(flat * 26 + 5 * puffs).astype(np.float32)) * np.exp(-(flat**2)) * (y > pool)
    return cv.blend(picture, light, (rings * 0.55).astype(np.float32))


def _rainbow(picture: Field, view: sky.View, pool: float) -> Field:
    y, x = cv.grid()
    way = 1 if view.focus_x < 0.5 else -1
    cx, cy = view.focus_x + way * 0.10, pool + 0.04
    radius, wide = 0.40, 0.055
    share = (radius - np.hypot(x - cx, y - cy)) / wide
    bands = np.clip(share, 0, 1) * (len(_RAINBOW) - 1)
    low = np.clip(bands.astype(int), 0, len(_RAINBOW) - 2)
    part = (bands - low)[..., None]
    colours = _RAINBOW[low] * (1 - part) + _RAINBOW[low + 1] * part
    mask = np.exp(-(((share - 0.5) / 0.55) ** 4)) * np.clip((pool + 0.02 - y) / 0.1, 0, 1)
    return cv.blend(picture, colours, (mask * (0.35 + 0.35 * view.land_light)).astype(np.float32))
