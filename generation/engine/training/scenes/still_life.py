"""A still life: fruit, a vase, flowers on a table in light from one side."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.candle import draw_books, draw_candle
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.fruit import draw_fruit
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.pottery import bowl_outline, draw_vase, draw_vessel, lay_shadow


def draw_still_life(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Things on a table."""
    focus = st.focal_x(facts)
    side = float(rng.choice((-1, 1)))
    edge = {"big_sky": 0.72, "high_horizon": 0.40}.get(facts.composition, 0.58) + rng.uniform(-0.02, 0.02)
    picture = _room(rng, palette, focus, side)
    picture = _table(rng, picture, palette, focus, side, edge)
    foot = edge + (0.95 - edge) * 0.34
    if "vase" in facts.objects or "flowers" in facts.objects:
        draw_vase(rng, facts, picture, palette, focus, foot, side)
    elif facts.counted != "fruit":
        lay_shadow(picture, palette, focus, foot, 0.15, side)
        draw_books(rng, picture, palette, (focus - 0.16, foot + 0.03), 0.24)
        draw_candle(rng, picture, palette, (focus, foot), 0.44)
        draw_vessel(rng, picture, palette, focus + 0.17, foot + 0.05, side, *bowl_outline(rng))
    else:
        # Behind the fruit, where the frame has room for it.
        beside = focus + 0.24 * (1 if focus < 0.6 else -1)
        lay_shadow(picture, palette, beside, foot - 0.02, 0.10, side)
        if rng.random() < 0.5:
            draw_candle(rng, picture, palette, (beside, foot - 0.02), 0.40)
        else:
            draw_books(rng, picture, palette, (beside, foot - 0.01), 0.26)
    if facts.counted == "fruit":
        picture = _fruits(rng, facts, picture, palette, focus, edge, side)
    y, x = cv.grid()
    vignette = 1 - 0.55 * np.clip((x - focus) ** 2 + (y - 0.55) ** 2 - 0.05, 0, 1)
    return np.asarray(picture * vignette[..., None], np.float32)


def _room(rng: np.random.Generator, palette: Palette, focus: float, side: float) -> Field:
    """A wall in brushed paint: light falls on it from one side."""
    y, x = cv.grid()
    stroke = cv.noise(rng, 7, 7, 4, 0.6) - 0.5
    bristle = cv.noise(rng, 60, 9, 2) - 0.5
    warp = np.clip((x + 0.06 * stroke) * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
    bristle = bristle[(np.clip(y + 0.10 * stroke, 0, 0.999) * cv.SIDE_PX).astype(int), warp]
    pool = np.exp(-(((x - focus - 0.16 * side) / 0.46) ** 2) - ((y - 0.42) / 0.44) ** 2)
    tone = 0.10 + rng.uniform(0.30, 0.52) * pool + 0.15 * stroke + 0.07 * bristle
    beam = (x - 0.5) * side + (y - 0.3) * 0.8
    tone = tone + 0.12 * cv.smoothstep(0.30, -0.25, np.abs(beam + 0.1))
    return palette.paint(tone)


def _table(rng: np.random.Generator, picture: Field, palette: Palette, focus: float, side: float, edge: float) -> Field:
    """A wooden board, or a cloth that falls in folds over the front."""
    y, x = cv.grid()
    down = np.clip(y - edge, 0, 1)
    grain = st.perspective(cv.noise(rng, 5, 60, 4, 0.6), edge - 0.10) - 0.5
    lit = np.exp(-(((x - focus - 0.15 * side) / 0.5) ** 2))
    top = 0.34 + 0.30 * lit + 0.22 * grain + 0.10 * np.exp(-down * 30)
    picture = cv.blend(picture, palette.paint(top), np.clip(down * cv.SIDE_PX, 0, 1))
    front = 0.90 if edge < 0.66 else 0.95
    if rng.random() < 0.55:
        drop = edge + (front - edge) * 0.60
        fold_x = x + 0.06 * np.sin(y * 9 + rng.uniform(0, 6)) + 0.05 * (cv.noise(rng, 3, 3, 3) - 0.5)
        folds = np.interp(fold_x, np.linspace(0, 1, cv.SIDE_PX), cv.line_noise(rng, 6, 3)).astype(np.float32)
        slope = np.clip(np.gradient(folds, axis=1) * -60 * side, -1, 1)
        cloth_edge = (edge + 0.02 + 0.05 * cv.line_noise(rng, 3, 4) * 0.6).astype(np.float32)
        hang = cv.smoothstep(drop, drop + 0.05, y)
        tone = 0.74 + 0.14 * lit + 0.20 * slope * (0.25 + 0.75 * hang) + 0.4 * (folds - 0.5) * hang - 0.26 * hang
        picture = cv.blend(picture, palette.paint(tone + 0.05 * grain), cv.below(cloth_edge, 1.5) * 0.97)
    else:
        under = cv.smoothstep(front - 0.004, front + 0.004, y)
        picture = cv.blend(picture, palette.paint(0.16 + 0.1 * lit + 0.1 * grain), under)
        picture = cv.blend(picture, palette.at(0.80), np.exp(-(((y - front) / 0.005) ** 2)) * lit * 0.6)
    return picture


def _fruits(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    focus: float,
    edge: float,
    side: float,
) -> Field:
    radius = {1: 0.125, 2: 0.105, 3: 0.088, 5: 0.070}[facts.count]
    kind = int(rng.integers(0, 3))
    shelf = edge + (0.93 - edge) * 0.72
    with_vase = "vase" in facts.objects or "flowers" in facts.objects
    places = st.spread_x(rng, facts, focus, radius + 0.03)
    if with_vase and facts.count == 1:
        places = [float(np.clip(focus + 0.2 * (1 if focus < 0.6 else -1), 0.15, 0.85))]
    for index, x in enumerate(places):
        foot = min(shelf + (0.03 if index % 2 else -0.02) + rng.uniform(-0.01, 0.01), 0.955)
        own = radius * rng.uniform(0.94, 1.05)
        lay_shadow(picture, palette, x, foot - own * 0.04, own, side)
        draw_fruit(rng, picture, palette, (x, foot - own * 0.93), own, side, kind)
    return picture
