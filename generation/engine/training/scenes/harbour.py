"""A harbour town: house fronts along a quay, mirrored in the water, with boats."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import far_ranges
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.moored_boats import draw_moored_boats
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.town import draw_bell_tower, draw_lighthouse, draw_row
from generation.engine.training.scenes.water import reflect

_WARM = np.array([1.0, 0.82, 0.45], np.float32)


def draw_harbour(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A quay in the light of its hour."""
    view = sky.make_view(rng, facts)
    focus = st.focal_x(facts)
    quay = view.horizon + {"high_horizon": 0.06, "big_sky": 0.0}.get(facts.composition, 0.03)
    picture = np.asarray(sky.paint_sky(rng, facts, palette, view), np.float32)
    picture = far_ranges(rng, facts, picture, palette, view, layers=2, height=rng.uniform(0.12, 0.2), sharp=0.4)
    tall = 0.19 if facts.composition != "high_horizon" else 0.16
    sheet = st.Sheet()
    lamps: list[tuple[float, float, float]] = []
    draw_row(rng, facts, sheet, palette, focus, quay - 0.03, tall * 0.95, 0.45, lamps)
    draw_row(rng, facts, sheet, palette, focus, quay, tall, 1.0, lamps)
    if "lighthouse" in facts.objects:
        lamp = draw_lighthouse(rng, facts, sheet, palette, focus, quay)
        lamps.append((*lamp, 0.10))
    else:
        draw_bell_tower(facts, sheet, palette, focus + rng.uniform(-0.02, 0.02), quay, tall * rng.uniform(1.75, 2.0))
    land = st.LAND_TONE[facts.time]
    sheet.box(0, quay - 0.006, 1, quay + 0.02, st.ink(palette.at(0.36 * land)))
    sheet.box(0, quay - 0.006, 1, quay, st.ink(palette.at(0.72 * land)))
    picture = sheet.lay_on(picture)
    if facts.time in ("dusk", "night"):
        for x, y, radius in lamps:
            st.light_up(picture, x, y, radius, _WARM, 0.45)
    if "lighthouse" in facts.objects and facts.time in ("dusk", "night"):
        picture = _beam(picture, palette, lamp)
    picture = reflect(rng, picture, quay + 0.02, palette, ripple=0.016, depth=0.5)
    picture = _water(rng, facts, picture, palette, view, quay + 0.02)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if facts.counted == "boat":
        picture = _boats(rng, facts, picture, palette, focus, quay + 0.02)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.08), 0.08, max(0.12, quay - tall * 2.1))
    return sky.add_fall(rng, facts, picture, palette, view)


def _beam(picture: Field, palette: Palette, lamp: st.Point) -> Field:
    y, x = cv.grid()
    lx, ly = lamp
    way = 1 if lx < 0.5 else -1
    run = (x - lx) * way
    spread = 0.012 + np.abs(run) * 0.12
    beam = np.exp(-(((y - ly + 0.10 * run) / spread) ** 2)) * (run > 0) * np.clip(1 - run / 0.75, 0, 1)
    return cv.blend(picture, palette.light, beam * 0.5)


def _water(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, edge: float
) -> Field:
    """Ripples over the mirror: lit crests, and the light's path."""
    y, x = cv.grid()
    wet = np.clip((y - edge) * cv.SIDE_PX, 0, 1)
    waves = st.perspective(cv.noise(rng, 9, 46, 3, 0.6), edge - 0.02)
    land = st.LAND_TONE[facts.time]
    picture = cv.blend(picture, palette.at(0.12 * land + 0.05), cv.smoothstep(0.48, 0.2, waves) * wet * 0.30)
    crest = cv.smoothstep(0.55, 0.75, waves) * wet
    path = np.exp(-(((x - view.light_x) / 0.12) ** 2)) * (0.3 if st.heavy_sky(facts) else 0.8)
    picture = cv.blend(picture, palette.at(0.50 + 0.45 * land), crest * 0.25)
    return cv.blend(picture, palette.light, crest * path * 0.8)


def _boats(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    focus: float,
    edge: float,
) -> Field:
    size = {1: 0.27, 2: 0.22, 3: 0.185, 5: 0.145}[facts.count]
    depth = 1 - edge
    berths: list[tuple[st.Point, float]] = []
    for index, x in enumerate(st.spread_x(rng, facts, focus, 0.55 * size + 0.03)):
        y = edge + depth * (0.42 if facts.count == 1 else 0.30 + 0.26 * (index % 2)) + rng.uniform(-0.012, 0.02)
        berths.append(((x, min(y, 0.93)), size * (0.85 + 0.3 * (y - edge) / depth)))
    draw_moored_boats(rng, facts, picture, palette, berths)
    return picture
