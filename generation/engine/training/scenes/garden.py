"""What stands in an East Asian garden: stone lanterns, an arched bridge."""

import numpy as np

from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.pagoda import roof_outline
from generation.engine.training.scenes.palettes import Palette


def draw_lantern(
    rng: np.random.Generator, picture: Field, facts: SceneFacts, palette: Palette, at: st.Point, tall: float
) -> None:
    """A stone lantern that stands on `at` with a flame in it; changes `picture`."""
    x, foot = at
    land = 0.30 + 0.70 * st.LAND_TONE[facts.time]
    stone, pale, dark = (st.ink(palette.at(t * land)) for t in (0.40, 0.78, 0.12))
    w = tall * 0.30
    warm = np.array([1.0, 0.80, 0.38], np.float32)
    fire_y = foot - tall * 0.60
    st.light_up(picture, x, fire_y, tall * 0.75, warm, 0.32 if facts.time in ("day", "dawn") else 0.62)
    sheet = st.Sheet()
    sheet.polygon(
        [
            (x - w * 0.9, foot),
            (x - w * 0.65, foot - tall * 0.09),
            (x + w * 0.65, foot - tall * 0.09),
            (x + w * 0.9, foot),
        ],
        stone,
    )
    sheet.box(x - w * 0.26, foot - tall * 0.42, x + w * 0.26, foot - tall * 0.08, stone)
    sheet.box(x + w * 0.05, foot - tall * 0.42, x + w * 0.26, foot - tall * 0.08, pale)
    sheet.polygon(
        [
            (x - w * 0.3, foot - tall * 0.40),
            (x - w * 0.85, foot - tall * 0.48),
            (x + w * 0.85, foot - tall * 0.48),
            (x + w * 0.3, foot - tall * 0.40),
        ],
        dark,
    )
    sheet.box(x - w * 0.62, foot - tall * 0.72, x + w * 0.62, foot - tall * 0.475, dark)
    sheet.box(
        x - w * 0.46,
        foot - tall * 0.70,
        x + w * 0.46,
        foot - tall * 0.50,
        st.ink(np.array([1.0, 0.86, 0.50], np.float32)),
    )
    sheet.box(x - w * 0.04, foot - tall * 0.70, x + w * 0.04, foot - tall * 0.50, dark)
    roof = roof_outline(x, foot - tall * 0.70, foot - tall * 0.90, w * 1.35, w * 0.12)
    sheet.polygon(roof, st.ink(palette.at(0.26 * land)))
    sheet.line(roof[:14], pale, 0.004)
    if facts.season == "winter":
        cap = roof_outline(x, foot - tall * 0.76, foot - tall * 0.91, w * 1.1, w * 0.12)
        sheet.polygon(cap, st.ink(palette.at(0.97 * land)))
    sheet.oval(x, foot - tall * 0.905, w * 0.18, tall * 0.05, stone)
    sheet.lay_on(picture)
    st.light_up(picture, x, fire_y, tall * 0.16, np.array([1.0, 0.95, 0.78], np.float32), 0.8)


def draw_arched_bridge(sheet: st.Sheet, palette: Palette, at: st.Point, half: float, land: float) -> None:
    """A red-lacquered (accent) moon bridge over the water."""
    x, water = at
    tone = 0.35 + 0.65 * land
    steps = np.linspace(-1, 1, 33)
    rise = half * 0.52 * (1 - steps**2)
    xs = x + half * steps
    deck = water - 0.012 - rise
    arch = water + 0.004 - np.clip(half * 0.44 * (1 - (steps / 0.80) ** 2), 0, None)
    top = list(zip(xs.tolist(), deck.tolist(), strict=True))
    sheet.polygon(
        [*top, *list(zip(xs.tolist(), arch.tolist(), strict=True))[::-1]], st.ink(palette.accent_at(0.34 * tone))
    )
    sheet.line(top, st.ink(palette.accent_at(0.72 * tone)), 0.007)
    rail = [(px, py - 0.034) for px, py in top]
    for index in range(0, 33, 4):
        sheet.line(
            [top[index], (rail[index][0], rail[index][1] - 0.008)], st.ink(palette.accent_at(0.40 * tone)), 0.006
        )
    sheet.line(rail, st.ink(palette.accent_at(0.55 * tone)), 0.005)
    sheet.line([(px, py - 0.018) for px, py in top], st.ink(palette.accent_at(0.45 * tone)), 0.003)
