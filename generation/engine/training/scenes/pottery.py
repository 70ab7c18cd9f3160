"""Pots, vases and what stands in them, for still lifes."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def lay_shadow(picture: Field, palette: Palette, x: float, foot: float, rx: float, side: float) -> None:
    """What a thing keeps from the table: a long soft shadow away from the light, and a dark line of contact."""
    part, v, u = st.window(x - side * rx * 1.1, foot, rx * 2.1, rx * 0.42)
    st.lay_part(picture, part, palette.at(0.03), st.soft_spot(v, u) ** 0.8 * 0.75)
    part, v, u = st.window(x, foot, rx * 1.05, rx * 0.26)
    st.lay_part(picture, part, palette.at(0.01), st.soft_spot(v, u) * 0.85)


def _jug(rng: np.random.Generator, tall: float) -> tuple[float, Field]:
    steps = np.array([0, 0.08, 0.3, 0.55, 0.75, 0.85, 1.0])
    half = np.array([0.55, 0.75, 1.0, 0.85, 0.42, 0.36, 0.50]) * rng.uniform(0.30, 0.36) * tall
    half = half * (1 + rng.normal(0, 0.06, 7))
    curve = np.interp(np.linspace(0, 1, 128), steps, half)
    return tall, np.convolve(np.pad(curve, 6, "edge"), np.full(13, 1 / 13), "valid").astype(np.float32)


def bowl_outline(rng: np.random.Generator) -> tuple[float, Field]:
    tall = rng.uniform(0.09, 0.11)
    return tall, (0.055 + 0.075 * np.linspace(0, 1, 128) ** 0.55).astype(np.float32)


def draw_vessel(
    rng: np.random.Generator,
    picture: Field,
    palette: Palette,
    x: float,
    foot: float,
    side: float,
    tall: float,
    outline: Field,
    tone: float = 0.46,
) -> None:
    """A turned pot: `outline` (128,) is its half width from foot to lip."""
    widest = float(outline.max())
    lay_shadow(picture, palette, x, foot, widest, side)
    part, v, u = st.window(x, foot - tall / 2, widest * 1.1, tall / 2 * 1.16)
    up = 0.5 - v * 1.16 / 2
    # Foot and lip are ellipses seen a little from above.
    bulge = 0.045 * (1 - np.clip(np.abs(u), 0, 1) ** 2)
    half = np.interp(np.clip(up + bulge, 0, 1), np.linspace(0, 1, 128), outline).astype(np.float32)
    across = u * widest * 1.1 / np.maximum(half, 1e-4)
    inside = np.clip((1 - np.abs(across)) * half * cv.SIDE_PX + 0.5, 0, 1) * (up + bulge > 0) * (up + bulge < 1)
    nz = np.sqrt(np.clip(1 - across**2, 0, 1))
    lit = 0.72 * side * across + 0.62 * nz
    glaze = cv.noise(rng, 10, 14, 4, 0.6)[part] - 0.5
    pattern = 0.10 * np.clip(np.sin(up * rng.uniform(18, 34)) * 3 - 0.6, 0, 1) * (rng.random() < 0.5)
    body = (0.08 + tone * 1.35 * cv.smoothstep(-0.5, 1.0, np.asarray(lit, np.float32)) + 0.12 * glaze + pattern).astype(
        np.float32
    )
    st.lay_part(picture, part, palette.paint(body), inside)
    between = np.clip((up - 0.05) * 4, 0, 1) * np.clip((1 - up) * 4, 0, 1)
    gloss = np.exp(-(((across - 0.50 * side) / 0.12) ** 2)) * between
    st.lay_part(picture, part, palette.light, gloss * inside * 0.7)
    lip = float(outline[-1])
    part, v, u = st.window(x, foot - tall * 0.99, lip, lip * 0.24)
    st.lay_part(picture, part, palette.at(0.07), np.clip((1 - np.hypot(u, v)) * 14, 0, 1))
    st.lay_part(picture, part, palette.at(0.78), np.exp(-(((np.hypot(u, v) - 0.93) / 0.07) ** 2)) * 0.6)


def draw_vase(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, x: float, foot: float, side: float
) -> None:
    room = foot - 0.04
    tall = min(rng.uniform(0.36, 0.44), room * (0.5 if "flowers" in facts.objects else 0.9))
    tall, outline = _jug(rng, tall)
    if "flowers" in facts.objects:
        _bouquet(rng, picture, palette, x, foot - tall, min(0.38, room - tall), side)
    draw_vessel(rng, picture, palette, x, foot, side, tall, outline)


def _bouquet(
    rng: np.random.Generator, picture: Field, palette: Palette, x: float, lip: float, reach: float, side: float
) -> None:
    """Stems that fan out of the vase, leaves, and many-petalled heads, those in front drawn last."""
    sheet = st.Sheet()
    ramp, accent = st.inks(palette.table), st.inks(palette.accent)
    count = int(rng.integers(8, 13))
    angles = np.linspace(-1.0, 1.0, count) + rng.normal(0, 0.1, count)
    heads = []
    for angle in angles.tolist():
        length = reach * rng.uniform(0.38, 0.85)
        hx, hy = float(np.clip(x + np.sin(angle) * length, 0.07, 0.93)), lip - np.cos(angle) * length
        mid = (x + np.sin(angle) * length * 0.35, lip - length * 0.5)
        sheet.line([(x + np.sin(angle) * 0.015, lip + 0.02), mid, (hx, hy)], ramp[70], 0.005)
        for _ in range(6):
            t, way = rng.uniform(0.3, 0.9), float(rng.choice((-1, 1)))
            px, py = x + (hx - x) * t, lip + (hy - lip) * t
            leaf = rng.uniform(0.035, 0.06)
            shade = ramp[int(rng.uniform(60, 125))]
            sheet.polygon(
                [
                    (px, py),
                    (px + way * leaf * 0.5, py - leaf * 0.45),
                    (px + way * leaf, py - leaf * 0.1),
                    (px + way * leaf * 0.5, py + leaf * 0.12),
                ],
                shade,
            )
        heads.append((float(hx), float(hy)))
    rng.shuffle(heads)
    for hx, hy in heads:
        size = reach * rng.uniform(0.16, 0.24)
        level = 0.50 + 0.16 * side * (hx - x) / reach + rng.uniform(-0.1, 0.12)
        for ring in range(4):
            away, petals = size * (1 - 0.25 * ring), 11 - 2 * ring
            for petal in range(petals):
                way = petal / petals * 2 * np.pi + ring * 0.5
                shade = (
                    level
                    - 0.20
                    + 0.11 * ring
                    + 0.16 * (np.cos(way) * side * 0.6 - np.sin(way) * 0.6)
                    + rng.normal(0, 0.03)
                )
                sheet.oval(
                    hx + np.cos(way) * away * 0.62,
                    hy + np.sin(way) * away * 0.55,
                    away * 0.40,
                    away * 0.36,
                    accent[int(np.clip(shade, 0.05, 1) * 255)],
                )
        sheet.oval(hx, hy, size * 0.16, size * 0.14, accent[int(np.clip(level - 0.3, 0.05, 1) * 255)])
    sheet.lay_on(picture)
