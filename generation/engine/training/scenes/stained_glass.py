"""Stained glass: Voronoi panes in lead around a rose, light falling through."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.spatial import Voronoi

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import centre_of, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

Panes = list[NDArray[np.float64]]


def _background(rng: np.random.Generator, centre: tuple[float, float], count: int) -> Panes:
    """Voronoi cells of `count` points, relaxed once (Lloyd), as polygons; mirrored points close the outer cells."""
    points = rng.uniform(0, 1, (count, 2))
    for _ in range(2):
        around = [points * (sx, sy) + (ox, oy) for sx, ox in ((1, 0), (-1, 0), (-1, 2)) for sy, oy in ((1, 0),)]
        around += [points * (1, -1), points * (1, -1) + (0, 2)]
        cells = Voronoi(np.concatenate(around))
        panes = [cells.vertices[cells.regions[cells.point_region[i]]] for i in range(count)]
        points = np.array([pane.mean(axis=0) for pane in panes])
    return [pane for pane, at in zip(panes, points, strict=True) if np.hypot(*(at - centre)) < 2]


def _rose(
    rng: np.random.Generator, centre: tuple[float, float], radius: float
) -> tuple[Panes, list[float], list[float]]:
    """The panes of a rose window from the outside inwards, with a tone and an accent (0 or 1) each."""
    panes: Panes = []
    tones: list[float] = []
    accents: list[float] = []
    petals = int(rng.choice([8, 10, 12, 16]))
    rings = int(rng.integers(3, 5))
    turn = rng.uniform(0, 6.28)
    accent_ring = int(rng.integers(0, rings))
    pointed = rng.random() < 0.4
    for ring in range(rings):
        outer = radius * (1 - ring / (rings + 0.7))
        inner = radius * (1 - (ring + 1.15) / (rings + 0.7)) * 0.9
        count = petals if ring < 2 else max(petals // 2, 5)
        tone = rng.uniform(0.3, 0.85)
        for petal in range(count):
            middle = turn + (petal + 0.5 * (ring % 2)) * 2 * np.pi / count
            t = np.linspace(-1, 1, 13)
            bow = (1 - np.abs(t)) ** 0.8 if pointed else np.sqrt(np.clip(1 - t * t, 0, 1))
            reach = outer * (0.86 + 0.16 * bow)
            angle = middle + t * np.pi / count
            arc = np.stack([centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle)], axis=1)
            low = middle + np.array([1, 0.0, -1]) * np.pi / count
            foot = np.stack([centre[0] + inner * np.cos(low), centre[1] + inner * np.sin(low)], axis=1)
            panes.append(np.concatenate([arc, foot]))
            tones.append(tone + 0.12 * (petal % 2) + rng.normal(0, 0.03))
            accents.append(float(ring == accent_ring))
    angle = np.linspace(0, 2 * np.pi, 40)
    heart = radius * 0.2
    panes.append(np.stack([centre[0] + heart * np.cos(angle), centre[1] + heart * np.sin(angle)], axis=1))
    tones.append(1.0)
    accents.append(2.0)
    return panes, tones, accents


def _draw_panes(panes: Panes) -> tuple[NDArray[np.int32], Field]:
    """The number of the pane at each pixel, and how much lead covers it."""
    scale = 2
    side = cv.SIDE_PX * scale
    numbers = Image.new("I", (side, side), 0)
    lead = Image.new("L", (side, side), 0)
    number_pencil, lead_pencil = ImageDraw.Draw(numbers), ImageDraw.Draw(lead)
    for number, pane in enumerate(panes):
        corners = [(float(px) * side, float(py) * side) for px, py in pane]
        number_pencil.polygon(corners, fill=number)
        # A later pane covers the leads of those beneath it.
        lead_pencil.polygon(corners, fill=0)
        lead_pencil.line([*corners, corners[0], corners[1]], fill=255, width=13, joint="curve")
    chosen = np.asarray(numbers, np.int32)[::scale, ::scale]
    return chosen, (np.asarray(lead.reduce(scale)) / 255).astype(np.float32)


def draw_stained_glass(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A window: a rose or sun at the focal place, panes around it that darken away from its light."""
    y, x = cv.grid()
    centre = centre_of(rng, facts)
    panes = _background(rng, centre, int(rng.integers(45, 95)))
    middles = np.array([pane.mean(axis=0) for pane in panes])
    away = np.hypot(middles[:, 0] - centre[0], middles[:, 1] - centre[1])
    bands = np.sin(away * rng.uniform(10, 18) + np.arctan2(middles[:, 1] - centre[1], middles[:, 0] - centre[0]) * 2)
    tone = 0.62 - 0.36 * np.clip(away / 0.75, 0, 1) + 0.13 * bands + rng.normal(0, 0.09, len(panes))
    accent = (rng.random(len(panes)) < 0.05).astype(float)
    rose, rose_tones, rose_accents = _rose(rng, centre, rng.uniform(0.2, 0.27))
    tones = np.concatenate([tone, rose_tones]).astype(np.float32)
    accents = np.concatenate([accent, rose_accents]).astype(np.float32)
    chosen, lead = _draw_panes([*panes, *rose])
    # Old glass: streaks within the pane, each pane with its own slope of light, darker next to the lead.
    streaks = cv.noise(rng, 12, 5, 4, 0.6) - 0.5
    slope = rng.uniform(-0.5, 0.5, (2, len(tones))).astype(np.float32)
    shape = (
        tones[chosen]
        + 0.2 * streaks
        + (x - centre[0]) * slope[0][chosen] * 0.3
        + (y - centre[1]) * slope[1][chosen] * 0.3
    )
    shape = shape - 0.20 * np.clip(cv.blur(lead, 6.0), 0, 0.8)
    sun = cv.glow(centre[0], centre[1], 0.36)
    shape = np.clip(shape + 0.20 * sun, 0.05, 0.97)
    picture = palette.paint(shape)
    picture = cv.blend(picture, palette.accent_paint(shape * 0.85 + 0.08), (accents[chosen] == 1).astype(np.float32))
    heart = (accents[chosen] == 2).astype(np.float32)
    picture = cv.blend(picture, palette.light, heart * 0.9)
    body = relief(cv.blur(lead, 1.2) * 6, 4.0, 0.7)
    picture = cv.blend(picture, palette.paint((0.045 + 0.16 * np.clip(-body, 0, 1)).astype(np.float32)), lead)
    bloom = cv.blur(np.clip(shape - 0.55, 0, 1) * (1 - lead) * sun, 14.0)
    bloom = bloom * 0.9 + 0.16 * cv.glow(centre[0], centre[1], 0.16)
    picture = np.asarray(picture + bloom[..., None] * palette.light, np.float32)
    vignette = 1 - 0.55 * ((x - centre[0]) ** 2 + (y - centre[1]) ** 2)
    return np.asarray(picture * np.clip(vignette, 0.55, 1)[..., None], np.float32)
