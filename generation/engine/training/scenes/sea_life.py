"""What swims over a reef: fish and jellyfish."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


def draw_fish(
    rng: np.random.Generator, picture: Field, palette: Palette, at: st.Point, length: float, way: float, kind: int
) -> None:
    """A fish in the accent's colour, from the side, its head towards `way` (-1 left, 1 right); changes `picture`.

    `kind` 0 is slim, 1 a banded reef fish, 2 a high-backed angelfish.
    """
    part, v, u = st.window(at[0], at[1], length * 0.62, length * 0.62)
    tilt = rng.uniform(-0.12, 0.12)
    along = (u * way + v * tilt) * 1.24
    across = (v - u * way * tilt) * 1.24
    tall = (0.30, 0.42, 0.56)[kind]
    # The body's half height along the axis from the tail (-0.62) to the mouth (0.95).
    s = np.clip((along + 0.62) / 1.57, 0, 1)
    half = tall * np.clip(np.sin(np.pi * s**0.85), 0, 1) ** 0.72 + 0.035 * (1 - s)
    pixel = 1.24 / (length * 0.62 * cv.SIDE_PX)
    body = np.clip((half - np.abs(across)) / pixel + 0.5, 0, 1) * (along > -0.64) * (along < 0.95)
    reach = (-0.55 - along) / 0.5
    fork = np.abs(across) / (0.10 + 0.46 * np.clip(reach, 0, 1))
    tail = (reach > 0) * (reach < 1 - 0.35 * (1 - np.clip(fork, 0, 1))) * np.clip((1 - fork) * 12, 0, 1)
    hump = np.clip(1 - ((along - 0.02) / (0.48, 0.52, 0.42)[kind]) ** 2, 0, 1)
    sweep = np.clip(1 - ((along + 0.22) / 0.34) ** 2, 0, 1)
    fin_top = half * 0.8 + (0.16, 0.20, 0.42)[kind] * hump * (0.7 + 0.3 * np.sin(along * 40) ** 2)
    fin_low = half * 0.8 + (0.12, 0.16, 0.38)[kind] * sweep
    fins = np.where(across < 0, np.clip((fin_top + across) / pixel, 0, 1), np.clip((fin_low - across) / pixel, 0, 1))
    fins = fins * (np.abs(across) > half * 0.6) * (hump > 0)
    rays = 0.08 * np.sin(np.arctan2(across, along + 0.4) * 44)
    fin_mask = np.clip(np.maximum(fins * (along > -0.6), tail), 0, 1)
    st.lay_part(picture, part, palette.accent_paint((0.46 + rays + 0.1 * reach * tail).astype(np.float32)), fin_mask)
    round_light = -across / (half + 1e-3)
    scales = np.sin(along * 62 + 0.6 * np.sin(across * 62)) * np.sin(across * 62) * 0.045
    tone = 0.62 + 0.22 * round_light + scales - 0.14 * (round_light < -0.55)
    skin = palette.accent_paint(tone.astype(np.float32))
    if kind:
        stripe = cv.smoothstep(0.35, 0.75, np.sin(along * 9.5 + 0.9 + 0.8 * across**2).astype(np.float32))
        skin = cv.blend(skin, palette.accent_at(0.95) if kind == 1 else palette.accent_at(0.16), stripe * 0.85)
    else:
        skin = cv.blend(
            skin, palette.accent_at(0.97), np.asarray(np.exp(-(((across - 0.02) / 0.05) ** 2)) * 0.75, np.float32)
        )
    gill = np.exp(-(((np.hypot(along - 0.75, across) - 0.33) / 0.025) ** 2)) * (along < 0.65)
    skin = cv.blend(skin, palette.accent_at(0.2), np.asarray(gill * 0.4, np.float32))
    st.lay_part(picture, part, skin, body)
    fin = np.clip(1 - np.hypot((along - 0.12) / 0.20, (across - 0.10 - 0.3 * (0.12 - along)) / 0.08), 0, 0.2) * 5
    st.lay_part(picture, part, palette.accent_at(0.36), fin * 0.7)
    away = np.hypot(along - 0.66, across + 0.05) / 0.075
    st.lay_part(picture, part, palette.at(0.98), np.clip((1 - away) * 6, 0, 1))
    st.lay_part(picture, part, palette.at(0.02), np.clip((0.62 - away) * 6, 0, 1))


def draw_jellyfish(rng: np.random.Generator, picture: Field, palette: Palette, at: st.Point, radius: float) -> None:
    """A glowing bell with trailing threads; changes `picture`."""
    x, y = at
    st.light_up(picture, x, y, radius * 2.2, palette.at(0.85), 0.40)
    sheet = st.Sheet()
    pale = st.ink(palette.at(0.93))
    for thread in range(9):
        start = x + (thread - 4) / 4 * radius * 0.8
        phase, sway = rng.uniform(0, 6.3), rng.uniform(0.12, 0.32) * radius
        steps = np.linspace(0, 1, 14)
        xs = start + np.sin(steps * 5 + phase) * sway * steps + (x - start) * 0.4 * steps
        ys = y + radius * 0.15 + steps * radius * rng.uniform(1.8, 3.4)
        sheet.line(zip(xs.tolist(), ys.tolist(), strict=True), pale, 0.002 + (0.003 if 2 < thread < 6 else 0))
    sheet.lay_on(picture, 0.55)
    part, v, u = st.window(x, y, radius * 1.1, radius * 1.1)
    u, v = u * 1.1, v * 1.1
    rim = 0.22 + 0.06 * np.cos(u * 22)
    away = np.hypot(u, np.where(v < 0, v / 0.85, v / rim * 0.9))
    bell = np.clip((1 - away) * radius * cv.SIDE_PX * 0.8, 0, 1)
    shine = 0.45 + 0.5 * away**2 + 0.18 * np.cos(np.arctan2(v - 0.3, u) * 12) * away
    st.lay_part(picture, part, palette.paint(np.clip(0.58 + 0.42 * shine, 0, 1)), bell * np.clip(shine, 0.35, 0.95))
    st.lay_part(picture, part, palette.accent_at(0.75), np.exp(-((u / 0.45) ** 2) - ((v + 0.28) / 0.3) ** 2) * 0.45)
