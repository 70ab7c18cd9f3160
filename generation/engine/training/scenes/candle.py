"""A burning candle and a pile of books, the company of a still life that has no vase."""

import numpy as np

from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


def draw_candle(rng: np.random.Generator, picture: Field, palette: Palette, at: st.Point, tall: float) -> None:
    """A candle in its stick that stands on `at`; changes `picture`."""
    x, foot = at
    sheet = st.Sheet()
    w = tall * 0.075
    dark, mid, pale = (st.ink(palette.at(tone)) for tone in (0.16, 0.40, 0.74))
    wick = foot - tall * rng.uniform(0.78, 0.92)
    for half, y, height in ((3.2, foot, 0.35), (1.0, foot - w * 1.2, 0.4), (1.6, foot - tall * 0.2, 0.35)):
        sheet.oval(x, y, w * half, w * half * height, mid)
        sheet.oval(x + w * half * 0.3, y - w * 0.1, w * half * 0.45, w * half * height * 0.4, pale)
    sheet.box(x - w * 0.45, foot - tall * 0.34, x + w * 0.45, foot, mid)
    sheet.box(x + w * 0.05, foot - tall * 0.34, x + w * 0.25, foot, pale)
    sheet.oval(x, foot - tall * 0.34, w * 2.2, w * 0.55, mid)
    sheet.box(x - w, wick, x + w, foot - tall * 0.34, st.ink(palette.at(0.90)))
    sheet.box(x - w, wick, x - w * 0.3, foot - tall * 0.34, st.ink(palette.at(0.66)))
    sheet.oval(x, wick, w, w * 0.35, st.ink(palette.at(0.97)))
    sheet.line([(x, wick), (x, wick - w)], dark, 0.003)
    sheet.lay_on(picture)
    warm = np.array([1.0, 0.82, 0.42], np.float32)
    fire = wick - w * 2.4
    st.light_up(picture, x, fire, tall * 0.55, warm, 0.34)
    st.light_up(picture, x, fire, tall * 0.16, warm, 0.60)
    part, v, u = st.window(x, fire, w * 1.1, w * 2.4)
    flame = np.clip((1 - np.hypot(u * (1.2 + 0.9 * np.clip(-v, 0, 1)), v)) * 3, 0, 1)
    st.lay_part(picture, part, np.array([1.0, 0.93, 0.70], np.float32), flame)


def draw_books(rng: np.random.Generator, picture: Field, palette: Palette, at: st.Point, wide: float) -> None:
    """Two or three old books that lie on each other at `at`; changes `picture`."""
    x, foot = at
    sheet = st.Sheet()
    for _ in range(int(rng.integers(2, 4))):
        half, thick, shift = wide * rng.uniform(0.40, 0.5), wide * rng.uniform(0.13, 0.19), rng.normal(0, wide * 0.04)
        tone = rng.uniform(0.12, 0.42)
        left, right, top = x + shift - half, x + shift + half, foot - thick
        depth = wide * 0.14
        sheet.polygon(
            [(left, top), (left + depth, top - depth * 0.55), (right + depth * 0.5, top - depth * 0.55), (right, top)],
            st.ink(palette.at(tone + 0.22)),
        )
        sheet.box(left, top, right, foot, st.ink(palette.at(tone)))
        sheet.box(left, top + thick * 0.24, right - wide * 0.06, foot - thick * 0.24, st.ink(palette.at(0.86)))
        for leaf in range(1, 4):
            y = top + thick * (0.22 + 0.14 * leaf)
            sheet.line([(left, y), (right - wide * 0.06, y)], st.ink(palette.at(0.66)), 0.0014)
        sheet.box(right - wide * 0.06, top, right, foot, st.ink(palette.at(tone + 0.08)))
        foot = top
    sheet.lay_on(picture)
