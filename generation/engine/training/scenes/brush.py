"""Ink wash and watercolour: paper, pigment, and water that carries it."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.seascape import draw_boat
from generation.engine.training.scenes.sky import add_birds


def _paper(rng: np.random.Generator, tint: Field, warm: float) -> Field:
    base = np.array([0.965, 0.945, 0.90], np.float32) * warm + np.ones(3, np.float32) * (1 - warm)
    base = 0.8 * base + 0.2 * tint
    fibre = (cv.noise(rng, 40, 40, 2) - 0.5) * 0.025
    return np.clip(base[None, None, :] + fibre[..., None], 0, 1).astype(np.float32)


def draw_ink_wash(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Peaks in ink that fade downwards into paper, bamboo, a boat, a red seal."""
    y, x = cv.grid()
    picture = _paper(rng, palette.at(0.97), 0.9)
    ink = palette.at(0.16)
    wash = palette.at(0.46)
    focus = {"left": 0.30, "right": 0.70}.get(facts.composition, 0.5)
    start = {"big_sky": 0.62, "high_horizon": 0.30}.get(facts.composition, 0.44)
    if rng.random() < 0.4:
        sun_x = 1 - focus if focus != 0.5 else rng.uniform(0.2, 0.8)
        picture = cv.blend(picture, np.array([0.80, 0.20, 0.14], np.float32), cv.disc(sun_x, 0.18, 0.06, 4.0) * 0.75)
    layers = int(rng.integers(2, 5))
    for layer in range(layers):
        near = layer / max(layers - 1, 1)
        base = start + near * (0.88 - start) * 0.75
        peak = np.exp(-(((x[0] - focus - rng.normal(0, 0.12)) / 0.16) ** 2))
        other = np.exp(-(((x[0] - rng.uniform(0, 1)) / 0.12) ** 2))
        rough = cv.line_noise(rng, 4, 6, 0.55)
        ridge = (base + 0.08 - (0.26 - 0.12 * near) * (0.9 * peak + 0.5 * other) - 0.10 * (rough - 0.4)).astype(
            np.float32
        )
        depth = (y - ridge[None, :]).clip(0, None)
        brush = cv.noise(rng, 7, 12, 4, 0.6)
        fade = np.exp(-depth * (9 - 3 * near)) * (0.35 + 0.9 * brush)
        edge = np.exp(-depth * 60) * cv.smoothstep(0.25, 0.7, cv.noise(rng, 12, 12, 3)) * 0.55
        amount = np.clip(fade * (0.45 + 0.45 * near) + edge * (0.5 + 0.5 * near), 0, 1) * cv.below(ridge, 2.5)
        picture = cv.blend(
            picture,
            wash * (1 - near) + ink * near,
            amount * (0.55 if facts.weather == "misty" and near < 0.7 else 0.95),
        )
    if "bamboo" in facts.objects:
        picture = _bamboo(rng, picture, ink, 0.12 if focus >= 0.5 else 0.88)
    if "boat" in facts.objects:
        picture = draw_boat(rng, picture, ink, 0.80)
    if "birds" in facts.objects:
        picture = add_birds(rng, picture, ink, 0.12, 0.32)
    seal_x = 0.90 if focus <= 0.5 else 0.10
    seal = (np.abs(x - seal_x) < 0.026) & (np.abs(y - 0.90) < 0.026)
    return cv.blend(picture, np.array([0.72, 0.13, 0.10], np.float32), seal.astype(np.float32) * 0.9)


def _bamboo(rng: np.random.Generator, picture: Field, ink: Field, at: float) -> Field:
    stems = [(at + rng.normal(0, 0.05), rng.normal(0, 0.03)) for _ in range(int(rng.integers(2, 4)))]

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        for sx, lean in stems:
            w = side * 0.016
            for joint in range(7):
                low, high = side * (1 - joint * 0.16), side * (1 - joint * 0.16 - 0.148)
                x0, x1 = (sx + lean * joint / 3) * side, (sx + lean * (joint + 1) / 3) * side
                pencil.polygon([(x0 - w, low), (x1 - w * 0.9, high), (x1 + w * 0.9, high), (x0 + w, low)], fill=255)
                for leaf in range(3 if joint > 2 else 0):
                    angle = rng.uniform(-2.6, -0.5) if leaf % 2 else rng.uniform(0.3, 1.2)
                    length = side * rng.uniform(0.07, 0.13)
                    tip = (x1 + np.cos(angle) * length, high - np.sin(angle) * length * 0.8 + length * 0.3)
                    mid = ((x1 + tip[0]) / 2, (high + tip[1]) / 2)
                    pencil.polygon(
                        [(x1, high), (mid[0] - w * 0.7, mid[1] - w * 0.6), tip, (mid[0] + w * 0.7, mid[1] + w * 0.6)],
                        fill=255,
                    )

    return cv.blend(picture, ink, cv.shape_mask(draw) * 0.82)


def _pigment(rng: np.random.Generator, picture: Field, colour: Field, inside: Field, strength: float) -> Field:
    """Lays pigment where `inside` > 0, darker along the rim, mottled as it dries."""
    body = cv.smoothstep(-0.02, 0.03, inside)
    rim = np.exp(-((inside / 0.022) ** 2)) * body
    mottle = 0.55 + 0.6 * cv.noise(rng, 5, 5, 4, 0.55)
    amount = np.clip(body * mottle * strength + rim * 0.30 * strength, 0, 1)
    # Watercolour is a glaze: it multiplies what lies beneath.
    return picture * (1 - amount[..., None] * (1 - colour))


def draw_watercolour(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Loose washes on white paper: drifting bands and blooms, or flowers."""
    y, x = cv.grid()
    picture = _paper(rng, palette.at(0.98), 0.35)
    cx = {"left": 0.33, "right": 0.67}.get(facts.composition, 0.5)
    cy = {"big_sky": 0.66, "high_horizon": 0.36}.get(facts.composition, 0.5)
    warp = (cv.noise(rng, 3, 3, 5, 0.55) - 0.5) * 0.34
    for _ in range(int(rng.integers(5, 9))):
        bx, by = cx + rng.normal(0, 0.24), cy + rng.normal(0, 0.20)
        rx, ry = rng.uniform(0.18, 0.46), rng.uniform(0.12, 0.28)
        away = np.hypot((x - bx) / rx, (y - by) / ry)
        inside = (1 - away) * min(rx, ry) + warp * 0.45
        picture = _pigment(
            rng, picture, palette.at(rng.uniform(0.45, 0.85)), inside.astype(np.float32), rng.uniform(0.5, 0.9)
        )
    if "flowers" in facts.objects:
        for _ in range(int(rng.integers(3, 7))):
            fx, fy, size = cx + rng.normal(0, 0.2), cy + rng.normal(0, 0.17), rng.uniform(0.07, 0.14)
            stem = np.exp(-(((x - fx - 0.03 * np.sin((y - fy) * 9)) / 0.006) ** 2)) * (y > fy) * (y < fy + 0.35)
            picture = cv.blend(picture, palette.at(0.3), stem * 0.55)
            angle = np.arctan2(y - fy, x - fx)
            petals = size * (0.72 + 0.32 * np.cos(angle * 5 + rng.uniform(0, 6)))
            inside = petals - np.hypot(x - fx, y - fy) + warp * 0.06
            picture = _pigment(rng, picture, palette.at(rng.uniform(0.30, 0.6)), inside.astype(np.float32), 0.9)
            picture = cv.blend(picture, palette.at(0.15), cv.glow(fx, fy, size * 0.22) * 0.7)
    drops = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    for _ in range(12):
        drops[int(rng.integers(0, 256)), int(rng.integers(0, 256))] = rng.uniform(15, 60)
    splash = cv.smoothstep(0.12, 0.2, cv.blur(drops, rng.uniform(1.4, 2.4)))
    return cv.blend(picture, palette.at(0.5), splash * 0.55)
