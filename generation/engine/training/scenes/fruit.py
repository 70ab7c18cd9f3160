"""Fruit modelled by light from one side."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


def draw_fruit(
    rng: np.random.Generator, picture: Field, palette: Palette, at: st.Point, radius: float, side: float, kind: int
) -> None:
    """An apple (0), an orange (1) or a pear (2) in the accent's colour, modelled by light, with a highlight."""
    x, y = at
    part, v, u = st.window(x, y, radius * 1.25, radius * 1.75)
    u, v = u * 1.25, v * 1.75
    if kind == 2:
        neck = cv.smoothstep(0.25, -1.1, v)
        away = np.hypot(u / (1 - 0.52 * neck), np.where(v < 0, v / 1.55, v / 0.95))
    elif kind == 0:
        away = np.hypot(u / (1.03 - 0.10 * v), v + 0.16 * np.exp(-((u / 0.28) ** 2)) * (v < 0))
    else:
        away = np.hypot(u, v)
    nz = np.sqrt(np.clip(1 - away * away, 0, 1))
    norm = np.sqrt(u * u + v * v + nz * nz) + 1e-3
    lit = (0.62 * side * u - 0.55 * v + 0.56 * nz) / norm
    side_px = cv.SIDE_PX
    stroke = cv.noise(rng, 26, 18, 3, 0.6)[part] - 0.5
    tone = 0.14 + 0.58 * cv.smoothstep(-0.35, 1.0, lit) + 0.10 * stroke
    # Light that the table throws back warms the shaded underside.
    tone = tone + 0.10 * np.clip(v, 0, 1) * np.clip(away, 0, 1) ** 6
    skin = palette.accent_paint(tone.astype(np.float32))
    if kind == 0:
        blush = np.clip(0.5 + 0.5 * np.sin(np.arctan2(u, v + 1.6) * 34 + 5 * stroke), 0, 1) * cv.smoothstep(
            0.9, -0.6, v
        )
        skin = cv.blend(skin, palette.accent_paint(tone * 1.35 + 0.10), blush * 0.45)
    elif kind == 1:
        pores = cv.noise(rng, 70, 70, 1)[part] - 0.5
        skin = skin * (1 + 0.16 * pores * nz)[..., None]
    st.lay_part(picture, part, skin, np.clip((1 - away) * radius * side_px * 0.8 + 0.5, 0, 1).astype(np.float32))
    top = -1.42 if kind == 2 else -0.80
    gloss = np.exp(-(((u - 0.36 * side) / 0.17) ** 2) - ((v + 0.42) / 0.20) ** 2)
    st.lay_part(picture, part, palette.light, gloss * 0.85)
    sheet = st.Sheet()
    dark = st.ink(palette.at(0.10))
    bend = rng.uniform(-0.14, 0.14)
    if kind != 1:
        sheet.line(
            [(x, y + (top + 0.06) * radius), (x + bend * radius, y + (top - 0.34) * radius)], dark, radius * 0.09
        )
    leaf = st.ink(palette.at(0.42))
    lx, ly = x + bend * radius * 0.4, y + (top - 0.08) * radius
    reach = radius * 0.6 * (1 if bend < 0 else -1)
    sheet.polygon(
        [
            (lx, ly),
            (lx + reach * 0.4, ly - radius * 0.26),
            (lx + reach, ly - radius * 0.16),
            (lx + reach * 0.5, ly + radius * 0.04),
        ],
        leaf,
    )
    sheet.line([(lx, ly), (lx + reach, ly - radius * 0.16)], st.ink(palette.at(0.6)), 0.002)
    sheet.lay_on(picture)
