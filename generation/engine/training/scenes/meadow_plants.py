"""Trees, grass blades and flowers of a meadow."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.broadleaf import draw_tree
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_GRASS = {"spring": 0.68, "summer": 0.52, "autumn": 0.60, "winter": 0.90}


def _leaf_inks(facts: SceneFacts, palette: Palette) -> tuple[list[st.Ink] | None, tuple[float, float]]:
    land = 0.25 + 0.75 * st.LAND_TONE[facts.time]
    if facts.season == "winter":
        return None, (0, 0)
    if facts.season == "autumn":
        return st.inks(palette.accent), (0.22 * land, 0.78 * land)
    if facts.season == "spring":
        return st.inks(palette.accent), (0.45 * land, 1.0 * land + 0.0)
    return st.inks(palette.table), (0.10 * land, 0.58 * land)


def draw_trees(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    ridges: list[Field],
    focus: float,
) -> Field:
    sheet = st.Sheet()
    land = st.LAND_TONE[facts.time]
    leaves, tone = _leaf_inks(facts, palette)
    wood = [st.ink(palette.at(0.05)), st.ink(palette.at(0.05 + 0.22 * land))]
    tall = {1: 0.48, 2: 0.34, 3: 0.26, 5: 0.175}[facts.count]
    places = st.spread_x(rng, facts, focus, 0.03 + 0.5 * tall if facts.count > 1 else 0.2)
    for x in places:
        height = tall * rng.uniform(0.9, 1.1)
        ridge = ridges[1 if facts.count > 2 else 2]
        foot = float(ridge[int(np.clip(x, 0, 0.99) * cv.SIDE_PX)]) + 0.03 + rng.uniform(0, 0.03)
        foot = min(max(foot, height * 1.05), 0.93)
        away = np.array([view.light_x - x, view.light_y - (foot - height * 0.7)])
        light = away / (np.hypot(*away) + 1e-6)
        at, v, u = st.window(x - 0.12 * light[0], foot + 0.012, height * 0.42, height * 0.06)
        st.lay_part(picture, at, palette.at(0.06), st.soft_spot(v, u) * 0.7)
        draw_tree(
            rng, sheet, x, foot, height, wood=wood, leaves=leaves, light=(float(light[0]), float(light[1])), tone=tone
        )
        if facts.season == "autumn" and leaves:
            for _ in range(40):
                sheet.oval(
                    x + rng.normal(0, height * 0.25),
                    foot + abs(rng.normal(0, 0.018)),
                    0.004,
                    0.002,
                    leaves[int(255 * rng.uniform(0.35, 0.75) * land)],
                )
    return sheet.lay_on(picture)


def draw_flowers(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View
) -> Field:
    """Grass blades in front, and the flowers that are named: in drifts, larger towards the viewer."""
    sheet = st.Sheet()
    land = st.LAND_TONE[facts.time]
    ramp = st.inks(palette.table)
    base = _GRASS[facts.season or "summer"] * land
    for _ in range(260):
        x, foot = rng.uniform(-0.02, 1.02), rng.uniform(0.93, 1.04)
        tall, lean = rng.uniform(0.03, 0.09), rng.normal(0, 0.02)
        shade = int(255 * np.clip(base * rng.uniform(0.25, 0.95), 0.02, 1))
        sheet.polygon([(x - 0.003, foot), (x + lean, foot - tall), (x + 0.003, foot)], ramp[shade])
    if "flowers" in facts.objects and facts.season != "winter":
        accent = st.inks(palette.accent)
        drifts = cv.noise(rng, 4, 8, 2)
        start = view.horizon + 0.12
        spots = rng.random((900, 2))
        spots = spots[np.argsort(spots[:, 1])]
        light_level = 0.35 + 0.65 * land
        for along, down in spots.tolist():
            y = start + (1.0 - start) * down**0.8
            if drifts[min(int(y * 511), 511), int(along * 511)] < 0.47:
                continue
            size = 0.0022 + 0.0125 * down**1.6
            tone = float(rng.uniform(0.55, 0.85)) * light_level
            if down > 0.35:
                sheet.line([(along, y), (along + size * 0.4, y + size * 4)], ramp[int(90 * land)], 0.0022)
            if size < 0.006:
                sheet.oval(along, y, size, size * 0.7, accent[int(255 * tone)])
                continue
            turn = rng.uniform(0, 6.3)
            for petal in range(5):
                way = turn + petal * 1.2566
                shade = int(255 * min(1.0, tone + 0.1 * np.sin(way)))
                sheet.oval(
                    along + np.cos(way) * size * 0.6,
                    y + np.sin(way) * size * 0.42,
                    size * 0.5,
                    size * 0.42,
                    accent[shade],
                )
            sheet.oval(along, y, size * 0.3, size * 0.25, ramp[int(235 * light_level)])
    return sheet.lay_on(picture)
