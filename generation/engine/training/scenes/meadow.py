"""Rolling fields: hills of grass one behind another, trees, flowers, a path."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import far_ranges, haze_tone
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.meadow_plants import draw_flowers, draw_trees
from generation.engine.training.scenes.palettes import Palette

_GRASS = {"spring": 0.68, "summer": 0.52, "autumn": 0.60, "winter": 0.90}


def draw_meadow(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A meadow in its season, under a wide sky."""
    view = sky.make_view(rng, facts)
    picture = np.asarray(sky.paint_sky(rng, facts, palette, view), np.float32)
    focus = st.focal_x(facts)
    picture = far_ranges(rng, facts, picture, palette, view, layers=2, height=rng.uniform(0.06, 0.15), sharp=0.25)
    picture, ridges = _fields(rng, facts, picture, palette, view)
    if "path" in facts.objects:
        picture = _path(rng, facts, picture, palette, view, focus)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if facts.counted == "tree":
        picture = draw_trees(rng, facts, picture, palette, view, ridges, focus)
    else:
        picture = _cottage(rng, facts, picture, palette, ridges[1], focus)
    picture = draw_flowers(rng, facts, picture, palette, view)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.08), 0.12, max(view.horizon - 0.2, 0.14))
    return sky.add_fall(rng, facts, picture, palette, view)


def _fields(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View
) -> tuple[Field, list[Field]]:
    """The hills of grass, and their ridges from far to near."""
    y, x = cv.grid()
    land = st.LAND_TONE[facts.time]
    grass = _GRASS[facts.season or "summer"] * land * (0.82 if st.heavy_sky(facts) else 1.0)
    haze = haze_tone(facts)
    veil = {"misty": 0.85, "rainy": 0.5}.get(facts.weather, 0.42 if facts.time == "dawn" else 0.25)
    blades = cv.noise(rng, 110, 26, 2, 0.6) - 0.5
    patches = cv.noise(rng, 3, 7, 4, 0.5) - 0.5
    turf = st.perspective(cv.noise(rng, 26, 26, 3, 0.6), view.horizon - 0.05) - 0.5
    tone = np.full_like(y, haze)
    cover = np.zeros_like(y)
    ridges: list[Field] = []
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        base = view.horizon + 0.015 + near**1.3 * (0.90 - view.horizon) * 0.8
        wave = np.sin(x[0] * rng.uniform(2.5, 5.5) + rng.uniform(0, 6.3))
        rise = (0.036 + 0.075 * near) * wave + 0.03 * (cv.line_noise(rng, 2.5, 4, 0.4) - 0.5)
        ridge = (base - rise * (1.2 if layer else 0.4)).astype(np.float32)
        ridges.append(ridge)
        depth = np.clip((y - ridge[None, :]) / (0.10 + 0.16 * near), 0, 1)
        slope = np.clip(np.gradient(ridge) * -2.4 * np.sign(view.light_x - x[0] + 1e-3), -1, 1)[None, :]
        # Rows of a mown or ploughed field follow the hill's own line.
        way = rng.uniform(-0.6, 0.6)
        lines = (y - ridge[None, :] * 0.8) * (150 - 80 * near) + x * way * 90
        rows = np.sin(lines) * (0.035 if rng.random() < 0.6 and layer < layers - 1 else 0.0)
        body = grass * (1.08 - 0.26 * near + rng.uniform(-0.09, 0.09)) + 0.10 * slope * land
        body = body + (rows + 0.20 * patches + (0.10 + 0.22 * near) * turf + 0.16 * near * blades) * land
        body = body + 0.16 * land * np.exp(-depth * 9) - 0.34 * grass * depth**1.2
        body = body + (haze - body) * veil * (1 - near) * (0.35 + 0.65 * depth)
        mask = cv.below(ridge, 1.5 + 2 * near)
        tone += (body - tone) * mask
        cover = np.maximum(cover, mask)
    if facts.time in ("dusk", "dawn") and not st.heavy_sky(facts):
        path = np.exp(-(((x - view.light_x) / 0.30) ** 2)) * np.exp(-np.clip(y - view.horizon, 0, 1) * 4.5)
        tone = tone + 0.24 * path
    return cv.blend(picture, palette.paint(tone), cover), ridges


def _path(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, focus: float
) -> Field:
    """A lane that winds from the foreground to the horizon below the focal place."""
    y, x = cv.grid()
    start = view.horizon + 0.045
    far = np.clip((y - start) / (1 - start), 0, 1)
    swing = rng.uniform(0.10, 0.2) * float(rng.choice((-1, 1)))
    middle = focus + swing * np.sin(far * rng.uniform(3.6, 5.2)) * far**0.6 + (0.5 - focus) * 0.5 * far
    half = 0.006 + 0.105 * far**1.25
    away = np.abs(x - middle) / half + 0.35 * (cv.noise(rng, 24, 40, 2) - 0.5)
    mask = (1 - cv.smoothstep(0.85, 1.05, away)) * (y > start)
    ruts = np.exp(-(((away - 0.5) / 0.18) ** 2)) * 0.10
    land = st.LAND_TONE[facts.time]
    tone = (0.90 - 0.10 * far - ruts + 0.14 * (cv.noise(rng, 30, 60, 2) - 0.5)) * (0.25 + 0.75 * land)
    if facts.weather == "rainy":
        tone = tone + 0.25 * cv.smoothstep(0.5, 0.7, cv.noise(rng, 5, 24, 2))
    return cv.blend(picture, palette.paint(tone), mask * 0.9)


def _cottage(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, ridge: Field, focus: float
) -> Field:
    """A farmhouse with a lit window, so that an empty field has a place to look at."""
    land = st.LAND_TONE[facts.time]
    x = focus + rng.uniform(-0.03, 0.03)
    foot = float(ridge[int(x * cv.SIDE_PX)]) + 0.015
    w = rng.uniform(0.040, 0.055)
    way = float(rng.choice((-1, 1)))
    sheet = st.Sheet()
    front, side, roof = (st.ink(palette.at(t * land)) for t in (0.92, 0.62, 0.3))
    tiles = st.ink(palette.accent_at(0.42 * land + 0.05))
    eave, top = foot - w * 0.75, foot - w * 1.5
    gable, end = x - way * w * 0.55, x + way * w * 1.35
    left, right = x - way * w * 1.05, x - way * w * 0.05
    sheet.polygon([(right, foot), (right, eave), (end, eave), (end, foot)], side)
    sheet.polygon([(left, foot), (left, eave), (gable, top), (right, eave), (right, foot)], front)
    sheet.polygon(
        [
            (gable, top - 0.004),
            (end - way * w * 0.3, top - 0.004),
            (end + way * 0.01, eave + 0.004),
            (right + way * 0.008, eave + 0.006),
        ],
        tiles,
    )
    sheet.line(
        [(left - way * 0.006, eave + 0.006), (gable, top - 0.004), (right + way * 0.008, eave + 0.006)], roof, 0.005
    )
    chimney = gable + way * w * 0.9
    sheet.box(chimney - w * 0.1, top - w * 0.35, chimney + w * 0.1, top, side)
    warm = (1.0, 0.84, 0.45) if facts.time in ("dusk", "night") else palette.at(0.16)
    for offset in (0.35, 0.9):
        at = x + way * w * offset
        sheet.box(at - w * 0.1, foot - w * 0.55, at + w * 0.1, foot - w * 0.28, st.ink(np.array(warm, np.float32)))
    sheet.box(gable - w * 0.12, foot - w * 0.55, gable + w * 0.12, foot, roof)
    part, v, u = st.window(x, foot + 0.008, w * 2.4, 0.022)
    st.lay_part(picture, part, palette.at(0.05), st.soft_spot(v, u) * 0.65)
    picture = sheet.lay_on(picture)
    if facts.time in ("dusk", "night"):
        st.light_up(picture, x + way * w * 0.6, foot - w * 0.4, w, np.array(warm, np.float32), 0.4)
    return picture
