"""Paper marbling by closed-form transforms of the plane.

S. Lu, A. Jaffer, X. Jin, H. Zhao, X. Mao, "Mathematical Marbling", IEEE Computer Graphics and Applications 32(6), 2012:
an ink drop of radius r at C moves a point P to C + (P - C) sqrt(1 + r² / |P - C|²); a tine drawn along a line moves P
along it by z u^d, d its distance to the line; a tine drawn along a circle turns P about the centre likewise. Every
pixel is followed backwards through all of them to the ink in which it started.
"""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import centre_of, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def _comb(px: Field, py: Field, angle: float, spacing: float, shift: float, sharpness: float) -> tuple[Field, Field]:
    """Undoes a comb of parallel tines (Lu et al., eq. for many tines: the nearest tine counts)."""
    along = np.array([np.cos(angle), np.sin(angle)], np.float32)
    across = px * -along[1] + py * along[0]
    gap = np.abs(np.mod(across, spacing) - spacing / 2)
    slide = shift * np.exp2(-gap / (spacing * sharpness)).astype(np.float32)
    return px - along[0] * slide, py - along[1] * slide


def _vortex(px: Field, py: Field, centre: tuple[float, float], turns: float, reach: float) -> tuple[Field, Field]:
    """Undoes a circular stroke about `centre` that fades with the distance."""
    dx, dy = px - centre[0], py - centre[1]
    angle = -turns * np.exp2(-np.hypot(dx, dy) / reach)
    cosine, sine = np.cos(angle), np.sin(angle)
    return centre[0] + dx * cosine - dy * sine, centre[1] + dx * sine + dy * cosine


def _stones(
    rng: np.random.Generator, px: Field, py: Field, stones: list[tuple[float, float, float, int]]
) -> tuple[Field, Field]:
    """Tone and accent (0 or 1) of the ink at each point after `stones`, (x, y, radius, rings), fell in this order.

    Drops that fall on one place make rings of equal area laws, so a stone of many rings is one transform.
    """
    tone = np.full(px.shape, np.nan, np.float32)
    accent = np.zeros(px.shape, np.float32)
    for sx, sy, radius, rings in reversed(stones):
        dx, dy = px - sx, py - sy
        square = dx * dx + dy * dy + 1e-9
        band = np.sqrt(square) / radius * rings
        inside = (band < rings) & np.isnan(tone)
        tones = rng.permutation(np.linspace(0.06, 0.98, max(rings, 2)))[: max(rings, 2)]
        chosen = np.minimum(band[inside].astype(int), rings - 1)
        tone[inside] = tones[chosen]
        if rng.random() < 0.35:
            accent[inside] = chosen == int(rng.integers(rings))
        scale = np.sqrt(np.clip(1 - radius * radius / square, 0, 1))
        px, py = sx + dx * scale, sy + dy * scale
    bare = np.isnan(tone)
    tone[bare] = 0.5 + 0.4 * np.sign(np.sin(px[bare] * 16 + 3 * py[bare]))
    return tone, accent


def draw_marbling(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Marbled paper: stones of ink, combed in waves, with a whorl at the focal place."""
    y, x = cv.grid()
    centre = centre_of(rng, facts)
    px = x + (cv.noise(rng, 3, 3, 2) - 0.5) * 0.05
    py = y + (cv.noise(rng, 3, 3, 2) - 0.5) * 0.05
    # The last stroke is undone first.
    px, py = _vortex(px, py, centre, rng.choice([-1, 1]) * rng.uniform(2.2, 4.5), rng.uniform(0.10, 0.16))
    angle = rng.uniform(0, np.pi)
    kind = int(rng.integers(3))
    if kind != 2:
        px, py = _comb(px, py, angle, rng.uniform(0.10, 0.18), rng.uniform(0.08, 0.16), 0.30)
    if kind == 1:
        px, py = _comb(px, py, angle + np.pi / 2, rng.uniform(0.16, 0.28), -rng.uniform(0.08, 0.2), 0.35)
    else:
        wave = 0.045 * np.sin((px * np.cos(angle) + py * np.sin(angle)) * rng.uniform(9, 15))
        px, py = px - np.sin(angle) * wave, py + np.cos(angle) * wave
    stones = [
        (float(rng.uniform(-0.1, 1.1)), float(rng.uniform(-0.1, 1.1)), float(rng.uniform(0.10, 0.2)), 4)
        for _ in range(13)
    ]
    stones += [(*centre, float(rng.uniform(0.24, 0.3)), 6)]
    stones += [
        (float(centre[0] + rng.normal(0, 0.3)), float(centre[1] + rng.normal(0, 0.3)), rng.uniform(0.04, 0.07), 2)
        for _ in range(5)
    ]
    tone, accent = _stones(rng, px.astype(np.float32), py.astype(np.float32), stones)
    # Ink thins where it was drawn out, and gathers at its rim.
    soft = cv.blur(tone, 3.0)
    rim = np.abs(tone - soft)
    cloud = cv.noise(rng, 4, 4, 4) - 0.5
    fibre = relief(cv.noise(rng, 90, 90, 2), 0.8, 3.0)
    tone = 0.08 + 0.86 * tone - 0.22 * rim + 0.12 * cloud + 0.025 * fibre
    picture = palette.paint(tone)
    return cv.blend(picture, palette.accent_paint(0.45 + 0.4 * tone), cv.blur(accent, 0.7) * 0.95)
