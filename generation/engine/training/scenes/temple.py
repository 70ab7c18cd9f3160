"""A pagoda among trees of the season, with a bridge, lanterns and mountains behind."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import far_ranges
from generation.engine.training.scenes.broadleaf import draw_tree
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.garden import draw_arched_bridge, draw_lantern
from generation.engine.training.scenes.pagoda import draw_pagoda
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.water import reflect


def draw_temple(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A temple by a pond, in its season."""
    view = sky.make_view(rng, facts)
    focus = st.focal_x(facts)
    shore = view.horizon + {"big_sky": 0.07, "high_horizon": 0.22}.get(facts.composition, 0.14)
    picture = np.asarray(sky.paint_sky(rng, facts, palette, view), np.float32)
    picture = far_ranges(rng, facts, picture, palette, view, layers=3, height=rng.uniform(0.16, 0.26), sharp=0.75)
    picture, bank = _bank(rng, facts, picture, palette, view, focus, shore)
    tall = min(rng.uniform(0.42, 0.50), shore - 0.10)
    sheet = st.Sheet()
    _grove(rng, facts, sheet, palette, view, focus, bank, behind=True)
    draw_pagoda(rng, facts, sheet, palette, (focus, float(bank[int(focus * 511)]) + 0.012), tall, view.light_x)
    _grove(rng, facts, sheet, palette, view, focus, bank, behind=False)
    if "bridge" in facts.objects:
        side = 1 if focus < 0.5 else -1 if focus > 0.5 else float(rng.choice((-1, 1)))
        draw_arched_bridge(sheet, palette, (focus + side * 0.29, shore + 0.012), 0.17, st.LAND_TONE[facts.time])
    picture = sheet.lay_on(picture)
    if facts.time in ("dusk", "night"):
        st.light_up(picture, focus, shore - tall * 0.35, tall * 0.42, np.array([1.0, 0.78, 0.4], np.float32), 0.30)
    picture = reflect(rng, picture, shore + 0.012, palette, ripple=0.013, depth=0.45)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    picture = _near_bank(rng, facts, picture, palette)
    if facts.counted == "lantern":
        for x in st.spread_x(rng, facts, focus, 0.11):
            size = {1: 0.24, 2: 0.20, 3: 0.17, 5: 0.14}[facts.count]
            draw_lantern(rng, picture, facts, palette, (x, 0.955 + rng.uniform(-0.012, 0.012)), size)
    picture = _petals(rng, facts, picture, palette)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.06), 0.08, max(0.12, shore - tall * 0.8))
    return sky.add_fall(rng, facts, picture, palette, view)


def _bank(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    focus: float,
    shore: float,
) -> tuple[Field, Field]:
    """The ground on which the temple stands: a low rise at the focal place; gives its upper edge (side,)."""
    y, x = cv.grid()
    land = st.LAND_TONE[facts.time]
    swell = np.exp(-(((x[0] - focus) / 0.26) ** 2))
    edge = (shore - 0.02 - 0.055 * swell - 0.035 * cv.line_noise(rng, 4, 4)).astype(np.float32)
    grass = {"winter": 0.92, "autumn": 0.46}.get(facts.season, 0.36) * (0.25 + 0.75 * land)
    turf = cv.noise(rng, 40, 60, 3, 0.6) - 0.5
    depth = np.clip((y - edge[None, :]) / 0.10, 0, 1)
    tone = grass * (1.1 - 0.45 * depth) + 0.16 * turf * land + 0.08 * np.exp(-depth * 14) * land
    return cv.blend(picture, palette.paint(tone), cv.below(edge, 2.0)), edge


def _foliage(facts: SceneFacts, palette: Palette) -> tuple[list[st.Ink] | None, tuple[float, float]]:
    land = 0.28 + 0.72 * st.LAND_TONE[facts.time]
    if facts.season == "winter":
        return st.inks(palette.table), (0.55 * land, 1.0 * land)
    if facts.season == "spring":
        return st.inks(palette.accent), (0.50 * land, 0.99 * land)
    if facts.season == "autumn":
        return st.inks(palette.accent), (0.20 * land, 0.72 * land)
    return st.inks(palette.table), (0.08 * land, 0.52 * land)


def _grove(
    rng: np.random.Generator,
    facts: SceneFacts,
    sheet: st.Sheet,
    palette: Palette,
    view: sky.View,
    focus: float,
    bank: Field,
    *,
    behind: bool,
) -> None:
    leaves, tone = _foliage(facts, palette)
    land = st.LAND_TONE[facts.time]
    wood = [st.ink(palette.at(0.06)), st.ink(palette.at(0.06 + 0.2 * land))]
    spots = (-0.36, -0.22, 0.2, 0.34) if behind else (-0.42, -0.17, 0.18, 0.44)
    for spot in spots:
        x = focus + spot + rng.uniform(-0.04, 0.04)
        if not -0.05 < x < 1.05 or (not behind and rng.random() < 0.35):
            continue
        tall = rng.uniform(0.20, 0.30) if behind else rng.uniform(0.12, 0.18)
        foot = float(bank[int(np.clip(x, 0, 0.99) * 511)]) + (0.012 if behind else 0.035)
        light_x = 0.75 if view.light_x > x else -0.75
        # In winter a thin cover of snow lies on the branches instead of leaves.
        draw_tree(
            rng,
            sheet,
            x,
            foot,
            tall,
            wood=wood,
            leaves=leaves,
            light=(light_x, -0.66),
            tone=tone,
            fullness=0.10 if facts.season == "winter" else 0.9,
        )


def _near_bank(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette) -> Field:
    """Dark stones and grass along the lower edge."""
    y, x = cv.grid()
    land = st.LAND_TONE[facts.time]
    edge = (0.945 - 0.055 * np.abs(x[0] - 0.5) - 0.035 * cv.line_noise(rng, 5, 4)).astype(np.float32)
    rock = cv.noise(rng, 26, 40, 4, 0.6)
    relief = np.clip(np.gradient(rock, axis=0) * -10, -1, 1)
    base = 0.80 if facts.season == "winter" else 0.17
    tone = (base + 0.22 * (rock - 0.5) + 0.10 * relief) * (0.35 + 0.65 * land)
    tone = tone + 0.14 * land * np.exp(-np.clip(y - edge[None, :], 0, 1) * 60)
    picture = cv.blend(picture, palette.paint(tone), cv.below(edge, 2.0))
    sheet = st.Sheet()
    ramp = st.inks(palette.table)
    for _ in range(110):
        gx, tall = rng.uniform(0, 1), rng.uniform(0.015, 0.05)
        foot = float(edge[int(gx * 511)]) + rng.uniform(0.002, 0.03)
        shade = int(rng.uniform(15, 95) * land) if facts.season != "winter" else int(rng.uniform(90, 230) * land)
        sheet.polygon([(gx - 0.002, foot), (gx + rng.normal(0, 0.012), foot - tall), (gx + 0.002, foot)], ramp[shade])
    return sheet.lay_on(picture)


def _petals(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette) -> Field:
    """Petals or leaves in the air and on the water."""
    if facts.season not in ("spring", "autumn"):
        return picture
    land = 0.2 + 0.8 * st.LAND_TONE[facts.time]
    ramp = st.inks(palette.accent)
    sheet = st.Sheet()
    level = 0.88 if facts.season == "spring" else 0.55
    for _ in range(90):
        x, y, size = rng.uniform(0, 1), rng.uniform(0.2, 1.0), rng.uniform(0.002, 0.0052)
        turn = rng.uniform(0, 3.1)
        cos, sin = np.cos(turn) * size * 1.6, np.sin(turn) * size
        shade = ramp[int(255 * np.clip(level * land + rng.normal(0, 0.08), 0.1, 1))]
        sheet.polygon(
            [(x - cos, y - sin), (x + sin, y - cos * 0.5), (x + cos, y + sin), (x - sin, y + cos * 0.5)], shade
        )
    return sheet.lay_on(picture)
