"""Loose watercolour: washes that bloom, dry with a dark edge and settle in the paper's grain; flowers."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, bezier, centre_of
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def _glaze(picture: Field, colour: Field, amount: Field) -> Field:
    """Transparent pigment: it multiplies what lies beneath."""
    return np.asarray(picture * (1 - np.clip(amount, 0, 1)[..., None] * (1 - colour)), np.float32)


def _wash(picture: Field, colour: Field, inside: Field, tooth: Field, mottle: Field, strength: float) -> Field:
    """One pool of pigment where `inside` (a distance, fractions of the side) > 0.

    Pigment is carried outwards and left at the rim as the pool dries (edge darkening), mottled by back-runs, and
    heavier in the paper's hollows (granulation); compare C. Curtis et al., "Computer-Generated Watercolor", 1997.
    """
    body = cv.smoothstep(-0.004, 0.006, inside)
    rim = np.exp(-(((inside - 0.006) / 0.008) ** 2)) + 0.35 * np.exp(-np.clip(inside, 0, None) / 0.05)
    amount = body * strength * (0.36 + 0.55 * mottle + 0.5 * rim + 0.34 * (tooth - 0.5))
    return _glaze(picture, colour, amount)


def draw_colour_wash(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Washes around the focal place on white paper, some wet in wet, with spatter; flowers when named."""
    y, x = cv.grid()
    cx, cy = centre_of(rng, facts, 0.02)
    tooth = cv.noise(rng, 150, 150, 2, 0.7)
    coarse, fine = cv.noise(rng, 3, 3, 5, 0.58) - 0.5, cv.noise(rng, 7, 7, 5, 0.6) - 0.5
    picture = palette.paint((0.975 - 0.03 * (tooth - 0.5)).astype(np.float32))
    picture = picture * 0.45 + 0.55 * np.array([0.985, 0.98, 0.96], np.float32)
    # Wet in wet: one soft tide of colour under everything.
    tide = np.exp(-(((x - cx) / 0.48) ** 2) - (((y - cy) / 0.42) ** 2)) + 0.9 * coarse
    picture = _glaze(picture, palette.at(0.72), cv.smoothstep(0.05, 0.9, tide) * (0.8 + 0.3 * (tooth - 0.5)))
    pools = int(rng.integers(6, 10))
    for pool in range(pools):
        spread = 0.07 + 0.20 * pool / pools
        bx, by = cx + rng.normal(0, spread), cy + rng.normal(0, spread * 0.8)
        rx, ry = rng.uniform(0.14, 0.32), rng.uniform(0.10, 0.24)
        turn = rng.uniform(0, np.pi)
        u = ((x - bx) * np.cos(turn) + (y - by) * np.sin(turn)) / rx
        v = (-(x - bx) * np.sin(turn) + (y - by) * np.cos(turn)) / ry
        turns = rng.integers(4, size=3)
        ragged = np.rot90(coarse, turns[0]) * 0.20 + np.rot90(fine, turns[1])[:, ::-1] * 0.09
        inside = (1 - np.hypot(u, v)) * min(rx, ry) + ragged
        mottle = np.clip(0.5 + 1.6 * np.rot90(fine, turns[2]) + 0.9 * v * 0.5, 0, 1)
        accent = pool == pools - 1 and "flowers" not in facts.objects
        tone = rng.uniform(0.44, 0.76)
        colour = palette.accent_at(tone + 0.1) if accent else palette.at(tone)
        picture = _wash(
            picture,
            colour,
            inside.astype(np.float32),
            tooth,
            mottle.astype(np.float32),
            rng.uniform(0.55, 0.95) * (0.7 if accent else 1),
        )
    if "flowers" in facts.objects:
        picture = _flowers(rng, picture, palette, (cx, cy), tooth, fine)
    return _spatter(rng, picture, palette, (cx, cy), tooth)


def _flowers(
    rng: np.random.Generator, picture: Field, palette: Palette, centre: tuple[float, float], tooth: Field, fine: Field
) -> Field:
    """Three to five loose flowers on stems, their petals glazed over the washes."""
    y, x = cv.grid()
    count = int(rng.integers(3, 6))
    places = [
        (
            float(np.clip(centre[0], 0.1 * count + 0.02, 0.98 - 0.1 * count))
            + (i - (count - 1) / 2) * 0.20
            + rng.normal(0, 0.02),
            centre[1] - 0.04 + rng.normal(0, 0.09),
        )
        for i in range(count)
    ]
    sheet = Sheet(picture)
    for fx, fy in places:
        foot = (centre[0] + (fx - centre[0]) * 0.35, min(fy + 0.45, 1.05))
        stem = bezier((fx, fy), (fx + rng.normal(0, 0.04), fy + 0.2), foot, 16)
        sheet.line(stem, palette.at(0.24), 0.008, 0.85)
        for step in (6, 10):
            sx, sy = stem[step]
            way = rng.choice([-1, 1])
            tip = (sx + way * rng.uniform(0.07, 0.11), sy - rng.uniform(0.02, 0.08))
            one = bezier((sx, sy), ((sx + tip[0]) / 2, sy - 0.06), tip, 8)
            two = bezier(tip, ((sx + tip[0]) / 2 + way * 0.02, (sy + tip[1]) / 2 + 0.015), (sx, sy), 8)
            sheet.polygon(np.concatenate([one, two]), palette.at(rng.uniform(0.22, 0.4)), 0.8)
    picture = sheet.lift()
    for fx, fy in places:
        size = rng.uniform(0.095, 0.125)
        dx, dy = x - fx, y - fy
        angle, r = np.arctan2(dy, dx), np.hypot(dx, dy * rng.uniform(1.0, 1.2))
        petals = int(rng.integers(5, 7))
        lobe = np.abs(np.cos(angle * petals / 2 + rng.uniform(0, 6)))
        inside = size * (0.42 + 0.58 * lobe**0.6) - r + fine * 0.05
        # Petals are opaque enough to lift off the wash: white first, then pigment.
        picture = cv.blend(picture, palette.at(0.97), cv.smoothstep(-0.004, 0.004, inside.astype(np.float32)) * 0.94)
        mottle = np.clip(0.2 + r / size * 0.5 + fine + 0.3 * (1 - lobe), 0, 1)
        picture = _wash(
            picture,
            palette.accent_at(rng.uniform(0.5, 0.68)),
            inside.astype(np.float32),
            tooth,
            mottle.astype(np.float32),
            0.95,
        )
        core = np.exp(-((r / (size * 0.24)) ** 2) * (1 + fine))
        picture = cv.blend(picture, palette.at(0.12), np.clip(core * 1.3 - 0.2, 0, 1).astype(np.float32))
    return picture


def _spatter(
    rng: np.random.Generator, picture: Field, palette: Palette, centre: tuple[float, float], tooth: Field
) -> Field:
    """Drops flicked from the brush, each with a dried rim."""
    sheet = Sheet(picture)
    for _ in range(int(rng.integers(14, 34))):
        px, py = rng.normal(centre, 0.27)
        radius = 0.002 + 0.009 * rng.random() ** 3
        tone = rng.uniform(0.3, 0.6)
        sheet.disc(px, py, radius, palette.at(tone), 0.75)
        sheet.disc(px, py, radius * 0.7, palette.at(tone + 0.12), 0.6)
    return np.asarray(sheet.lift() * (1 + 0.05 * (tooth[..., None] - 0.5)), np.float32)
