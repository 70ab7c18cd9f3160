"""Boats that lie in a harbour, with their reflections."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def draw_moored_boats(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, berths: list[tuple[st.Point, float]]
) -> None:
    """Sailing and fishing boats, each with its waterline on a place and of a size; changes `picture`."""
    land = 0.40 + 0.60 * st.LAND_TONE[facts.time]
    colours = (
        palette.at(0.05),
        palette.accent_at(0.55 * land),
        palette.at(0.97 * land),
        palette.at(0.70 * land),
        palette.at(0.12),
    )
    sheet, mirror = st.Sheet(), st.Sheet()
    lamps: list[tuple[float, float, float]] = []
    # From far to near, so that a nearer boat stands before a farther one.
    for (x, water), wanted in sorted(berths, key=lambda berth: berth[0][1]):
        way = float(rng.choice((-1, 1)))
        sails = rng.random() < 0.6
        size = wanted if sails else wanted * 1.2
        _boat(mirror, colours, (x, water), size, way, -0.85, sails=sails)
        _boat(sheet, colours, (x, water), size, way, 1.0, sails=sails)
        lamps.append((x - way * size * 0.1, water - size * 0.22, size * 0.14))
        part, v, u = st.window(x, water + 0.004, size * 0.62, size * 0.09)
        st.lay_part(picture, part, palette.at(0.03), st.soft_spot(v, u) * 0.8)
    reflected = mirror.lay_on(picture.copy())
    broken = 0.6 * cv.smoothstep(0.30, 0.55, cv.noise(rng, 6, 70, 2))
    picture += (reflected - picture) * broken[..., None]
    sheet.lay_on(picture)
    if facts.time in ("dusk", "night"):
        for x, y, radius in lamps:
            st.light_up(picture, x, y, radius, np.array([1, 0.85, 0.5], np.float32), 0.9)


def _boat(
    sheet: st.Sheet, colours: tuple[Field, ...], at: st.Point, size: float, way: float, up: float, *, sails: bool
) -> None:
    x, water = at
    hull, stripe, sail, shade, mast = (st.ink(colour) for colour in colours)

    def p(along: float, above: float) -> st.Point:
        return x + way * along * size, water - up * above * size

    steps = np.linspace(0, 1, 9).tolist()
    sheer = [p(-0.46 + 1.02 * t, 0.13 + 0.12 * (t - 0.35) ** 2 * 2.2) for t in steps]
    sheet.polygon([*sheer, p(0.40, 0.02), p(0.34, -0.01), p(-0.36, -0.01), p(-0.42, 0.02)], hull)
    band = [p(-0.455 + 1.0 * t, 0.10 + 0.11 * (t - 0.35) ** 2 * 2.2) for t in steps]
    sheet.polygon([*sheer, *band[::-1]], stripe)
    sheet.line(sheer, sail, size * 0.014)
    sheet.line([p(0.0, 0.12), p(0.0, 1.18)], mast, size * 0.022)
    if sails:
        curve = [p(-0.02 - 0.40 * t - 0.07 * float(np.sin(np.pi * t)), 1.12 - 0.88 * t) for t in steps]
        sheet.polygon([p(-0.02, 1.12), *curve, p(-0.02, 0.22)], sail)
        sheet.polygon([p(-0.02, 1.12), p(-0.18, 0.22), p(-0.02, 0.22)], shade)
        jib = [p(0.02 + 0.46 * t - 0.05 * float(np.sin(np.pi * t)), 1.02 - 0.80 * t) for t in steps]
        sheet.polygon([p(0.02, 1.02), *jib, p(0.05, 0.25)], stripe)
        sheet.line([p(-0.44, 0.21), p(0.0, 0.21)], mast, size * 0.018)
        return
    sheet.polygon([p(-0.30, 0.14), p(-0.30, 0.36), p(-0.02, 0.36), p(0.03, 0.14)], sail)
    sheet.polygon([p(-0.34, 0.36), p(-0.32, 0.41), p(0.01, 0.41), p(0.02, 0.36)], stripe)
    for window in (-0.24, -0.13):
        sheet.polygon([p(window, 0.24), p(window, 0.32), p(window + 0.07, 0.32), p(window + 0.07, 0.24)], hull)
    sheet.line([p(0.0, 1.16), p(0.52, 0.19)], mast, size * 0.010)
    sheet.line([p(0.0, 1.16), p(-0.44, 0.16)], mast, size * 0.010)
    sheet.line([p(0.0, 0.42), p(0.34, 0.78)], mast, size * 0.018)
    sheet.polygon([p(0.0, 1.14), p(-0.13, 1.09), p(0.0, 1.04)], stripe)
