"""Flowers seen from the front and a butterfly, for botanical plates."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet
from generation.engine.training.scenes.palettes import Palette


def draw_flower(
    rng: np.random.Generator, picture: Field, palette: Palette, at: tuple[float, float], radius: float, kind: int
) -> Field:
    """One flower of `radius` at `at`: 0 daisy, 1 poppy, 2 lotus-like, 3 dahlia. Its petals take the accent."""
    count, rows, slim = ((15, 1, 0.8), (6, 1, 1.25), (9, 3, 0.9), (14, 4, 0.9))[kind]
    y, x = cv.grid()
    dx, dy = x - at[0], y - at[1]
    tilt, squash = rng.uniform(0, 6.28), rng.uniform(0.86, 1.0)
    r = np.hypot(dx, dy / squash) / radius
    angle = np.arctan2(dy / squash, dx) + tilt
    near = r < 1.15
    shadow = np.roll(cv.blur((r < 0.95).astype(np.float32), 8.0), (8, 6), axis=(0, 1))
    picture = picture * (1 - 0.32 * shadow[..., None])
    tone, mask = np.zeros_like(r), np.zeros_like(r)
    for row in range(rows):
        reach = 1 - row * 0.72 / rows
        phase = (angle + row * np.pi / count) * count / (2 * np.pi)
        index = np.floor(phase)
        across = 2 * (phase - index) - 1
        size = reach * (1 + 0.06 * np.sin(index * 12.9 + row))
        t = np.clip(r / size, 0, 1)
        width = np.minimum(1.0, 0.35 + 1.6 * t) * np.sqrt(np.clip(1 - t**5, 0, 1)) * slim
        edge_px = (width - np.abs(across)) * np.maximum(r, 0.05) * radius * np.pi / count * cv.SIDE_PX
        edge_px = np.minimum(edge_px, (size - r) * radius * cv.SIDE_PX)
        petal = np.clip(edge_px + 0.5, 0, 1) * near
        streak = 0.04 * np.sin(across * 14) * t
        body = 0.40 + 0.38 * t + 0.10 * across - 0.10 * np.abs(across) ** 3 + streak + 0.06 * row
        body = body - 0.28 * np.exp(-np.clip(edge_px, 0, None) / 2.2)
        tone = tone + (body - tone) * petal
        mask = np.maximum(mask, petal)
    picture = cv.blend(picture, palette.accent_paint(tone.astype(np.float32)), mask.astype(np.float32))
    heart = (0.30, 0.20, 0.18, 0.12)[kind]
    button = np.clip((heart - r) * radius * cv.SIDE_PX + 0.5, 0, 1).astype(np.float32)
    seeds = 0.5 + 0.5 * np.sin(r * 60) * np.sin(angle * 13)
    glow = cv.blend(palette.paint((0.16 + 0.22 * seeds).astype(np.float32)), palette.light, (seeds > 0.8) * 0.8)
    return cv.blend(picture, glow, button)


def draw_butterfly(
    rng: np.random.Generator, picture: Field, palette: Palette, at: tuple[float, float], dark: bool
) -> Field:
    """A butterfly with spread wings, about a fifth of the side wide."""
    size, turn = rng.uniform(0.10, 0.125), rng.uniform(-0.5, 0.5)
    rim, inner = palette.at(0.06), palette.accent_at(0.62)
    cosine, sine = np.cos(turn), np.sin(turn)

    def place(points: Field) -> Field:
        px, py = points[:, 0] * size, points[:, 1] * size
        return np.stack([at[0] + px * cosine - py * sine, at[1] + px * sine + py * cosine], axis=1)

    def wing(angle: float, reach: float, plump: float, shrink: float) -> Field:
        t = np.linspace(0, 2 * np.pi, 40)
        # A limaçon-like lobe from the body outwards.
        along = reach * (0.5 - 0.5 * np.cos(t)) * (1 - 0.10 * np.cos(3 * t))
        across = plump * np.sin(t) * (0.5 - 0.5 * np.cos(t)) ** 0.7
        centre = reach * 0.55
        along, across = centre + (along - centre) * shrink, across * shrink
        ca, sa = np.cos(angle), np.sin(angle)
        return np.stack([along * ca - across * sa, along * sa + across * ca], axis=1)

    sheet = Sheet(picture)
    lift = palette.at(0.97)
    for mirror in (np.array([1.0, 1.0]), np.array([-1.0, 1.0])):
        for angle, reach, plump in ((0.85, 0.85, 0.34), (-0.55, 1.15, 0.42)):
            if dark:
                sheet.polygon(place(wing(angle, reach, plump, 1.1) * mirror), lift)
            sheet.polygon(place(wing(angle, reach, plump, 1.0) * mirror), rim)
            sheet.polygon(place(wing(angle, reach, plump, 0.74) * mirror), inner)
            sheet.polygon(place(wing(angle, reach, plump, 0.36) * mirror), palette.accent_at(0.88))
            root, tip = np.zeros(2), wing(angle, reach, plump, 0.8)[20]
            sheet.line(place(np.stack([root, tip]) * mirror), rim, 0.003)
    sheet.line(place(np.array([[0, -0.28], [0, 0.5]])), rim if not dark else palette.at(0.85), size * 0.13)
    for side in (-1, 1):
        sheet.line(place(np.array([[0, -0.28], [0.14 * side, -0.6], [0.26 * side, -0.72]])), rim, 0.003)
    return sheet.lift()
