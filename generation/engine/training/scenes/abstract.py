"""Abstract geometry and flow fields."""

import numpy as np
from PIL import Image, ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_SCALE = 2


def _ink(colour: Field) -> tuple[int, int, int]:
    red, green, blue = (int(np.clip(c, 0, 1) * 255) for c in colour)
    return red, green, blue


def _sheet(picture: Field) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    side = cv.SIDE_PX * _SCALE
    sheet = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8)).resize((side, side))
    return sheet, ImageDraw.Draw(sheet, "RGBA"), side


def _lift(sheet: Image.Image) -> Field:
    return np.asarray(sheet.reduce(_SCALE), np.float32) / 255.0


def draw_geometry(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Large flat and translucent shapes on a calm ground."""
    y, _ = cv.grid()
    dark = rng.random() < 0.4
    ground = 0.12 if dark else 0.94
    picture = palette.paint(ground + 0.06 * (y - 0.5) + 0.02 * cv.noise(rng, 3, 3, 2))
    sheet, pencil, side = _sheet(picture)
    cx = {"left": 0.32, "right": 0.68}.get(facts.composition, 0.5)
    cy = {"big_sky": 0.68, "high_horizon": 0.34}.get(facts.composition, 0.5)
    tones = (0.3, 0.45, 0.55, 0.68, 0.8, 0.18 if not dark else 0.95)

    def fill(opaque: float = 1.0) -> tuple[int, int, int, int]:
        colour = palette.light if rng.random() < 0.08 else palette.at(float(rng.choice(tones)))
        return (*_ink(colour), int(255 * opaque))

    kinds = [name for name in ("circles", "triangles", "squares") if name in facts.objects]
    for step in range(int(rng.integers(6, 11))):
        kind = kinds[step % len(kinds)]
        spread = 0.12 + 0.035 * step
        px, py = (cx + rng.normal(0, spread)) * side, (cy + rng.normal(0, spread)) * side
        r = (0.30 - 0.022 * step) * rng.uniform(0.7, 1.15) * side
        colour = fill(rng.uniform(0.72, 1.0))
        if kind == "circles":
            if step % 3 == 2:
                pencil.ellipse([px - r, py - r, px + r, py + r], outline=colour, width=int(r * 0.16))
            else:
                pencil.ellipse([px - r, py - r, px + r, py + r], fill=colour)
        else:
            corners = 3 if kind == "triangles" else 4
            turn = rng.uniform(0, 6.28) if corners == 3 else rng.choice([0.785, 0.785, rng.uniform(0, 1.5)])
            angles = turn + np.arange(corners) * 2 * np.pi / corners
            pencil.polygon([(px + r * np.cos(a), py + r * np.sin(a)) for a in angles], fill=colour)
    for _ in range(int(rng.integers(1, 4))):
        a, b = rng.uniform(0, side, 2), rng.uniform(0, side, 2)
        pencil.line(
            [tuple(a), tuple(b)], fill=(*_ink(palette.at(0.1 if not dark else 0.95)), 255), width=int(side * 0.006)
        )
    return _lift(sheet)


def draw_flow_field(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Many coloured lines that follow a swirling field."""
    y, x = cv.grid()
    dark = rng.random() < 0.65
    picture = palette.paint(np.full_like(y, 0.07 if dark else 0.95))
    angle = (cv.noise(rng, 1.6, 1.6, 2, 0.35) - 0.5) * rng.uniform(5, 9) + rng.uniform(0, 6.28)
    centre_x = {"left": 0.3, "right": 0.7}.get(facts.composition, 0.5)
    centre_y = {"big_sky": 0.7, "high_horizon": 0.3}.get(facts.composition, 0.5)
    pull = np.exp(-(((x - centre_x) ** 2 + (y - centre_y) ** 2) / 0.10))
    swirl = np.arctan2(y - centre_y, x - centre_x) + np.pi / 2 * (1 if facts.seed % 2 else -1)
    vx = np.cos(angle) * (1 - pull) + np.cos(swirl) * pull * 1.4
    vy = np.sin(angle) * (1 - pull) + np.sin(swirl) * pull * 1.4
    count, steps = 240, 26
    at = rng.random((count, 2)).astype(np.float32)
    tracks = np.empty((steps, count, 2), np.float32)
    for step in range(steps):
        tracks[step] = at
        rows = np.clip(at[:, 1] * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
        columns = np.clip(at[:, 0] * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
        at = (at + 0.0135 * np.stack([vx[rows, columns], vy[rows, columns]], axis=1)).astype(np.float32)
    sheet, pencil, side = _sheet(picture)
    tone_map = cv.noise(rng, 2, 2, 2)
    low, high = (0.25, 1.0) if dark else (0.12, 0.78)
    for index in range(count):
        sx, sy = tracks[0, index]
        tone = low + (high - low) * float(tone_map[int(sy * 255), int(sx * 255)]) + rng.normal(0, 0.07)
        colour = palette.light if rng.random() < 0.05 else palette.at(tone)
        points = [(float(px) * side, float(py) * side) for px, py in tracks[:, index]]
        pencil.line(points, fill=(*_ink(colour), 235), width=int(rng.choice([5, 8, 12])), joint="curve")
    return _lift(sheet)
