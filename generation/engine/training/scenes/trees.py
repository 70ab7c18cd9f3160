"""Trees: pines in rows, and branching broadleaf trees."""

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field

Segment = tuple[float, float, float, float, float]


def draw_pines(
    rng: np.random.Generator,
    picture: Field,
    colour: Field,
    *,
    ground: Field,
    count: int,
    height: float,
    snow: Field | None = None,
) -> Field:
    """A wood's edge of pines that stand on the line `ground` (side,), about `height` tall, in clumps.

    With `snow` (a colour), snow lies on their boughs.
    """
    clumps = rng.uniform(0, 1, max(2, count // 4))
    trees = []
    for _ in range(count):
        middle = clumps[int(rng.integers(len(clumps)))]
        tx = rng.uniform(-0.02, 1.02) if rng.random() < 0.4 else float(middle + rng.normal(0, 0.06))
        trees.append((tx, height * float(rng.uniform(0.5, 1.0) + 0.45 * rng.random() ** 3)))
    jitter = rng.random((count, 2, 16))
    boughs = [_pine(tx, _at(ground, tx) + 0.015, tall, jitter[number]) for number, (tx, tall) in enumerate(trees)]

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for outline in boughs:
            pencil.polygon([(px * side, py * side) for px, py in outline], fill=255)

    mask = cv.shape_mask(draw)
    picture = cv.blend(picture, colour, mask)
    if snow is not None:
        # Snow lies where a bough has open air a little above it.
        shift = max(2, int(height * 22))
        above = np.zeros_like(mask)
        above[shift:] = mask[:-shift]
        patches = cv.smoothstep(0.35, 0.6, cv.noise(rng, 60, 60, 1))
        picture = cv.blend(picture, snow, mask * np.maximum((1 - above) * 0.9, patches * 0.55))
    return picture


def _at(ground: Field, tx: float) -> float:
    return float(ground[int(np.clip(tx * cv.SIDE_PX, 0, cv.SIDE_PX - 1))])


def _pine(x: float, foot: float, tall: float, jitter: Field) -> list[tuple[float, float]]:
    """The outline of one pine: tiers of drooping boughs, each side ragged in its own way."""
    tiers = 8
    half = tall * (0.17 + 0.06 * float(jitter[0, 0]))
    sides = []
    for way, ragged in ((-1, jitter[0]), (1, jitter[1])):
        edge = [(x, foot - tall)]
        for tier in range(1, tiers + 1):
            share = tier / tiers
            out = half * share**0.9 * (0.7 + 0.5 * float(ragged[tier]))
            low = foot - tall * (1 - 0.88 * share)
            edge.append((x + way * out, low + tall * 0.015))
            edge.append((x + way * out * 0.42, low - tall * 0.005))
        edge.append((x + way * tall * 0.022, foot - tall * 0.1))
        edge.append((x + way * tall * 0.026, foot))
        sides.append(edge)
    return sides[0] + sides[1][::-1]


def grow_tree(
    rng: np.random.Generator, x: float, foot: float, tall: float, *, levels: int = 6, spread: float = 0.42
) -> tuple[list[Segment], list[tuple[float, float]]]:
    """The branches (x0, y0, x1, y1, width) of a tree that forks at each of `levels`, and the places of its twigs."""
    segments: list[Segment] = []
    tips: list[tuple[float, float]] = []

    def branch(px: float, py: float, angle: float, length: float, width: float, level: int) -> None:
        middle = angle + rng.normal(0, 0.08)
        mx, my = px + np.cos(middle) * length * 0.5, py - np.sin(middle) * length * 0.5
        ex, ey = mx + np.cos(angle) * length * 0.5, my - np.sin(angle) * length * 0.5
        segments.append((px, py, mx, my, width))
        segments.append((mx, my, ex, ey, width * 0.88))
        if level <= 2:
            tips.append((ex, ey))
        if level == 0:
            return
        turns = (-spread, spread) if level % 2 else (-spread * 1.25, 0.05, spread * 1.25)
        for turn in turns:
            branch(
                ex,
                ey,
                # Boughs reach for the light: they bend upwards as they grow.
                angle + turn + rng.normal(0, 0.13) + 0.06 * np.cos(angle),
                length * rng.uniform(0.66, 0.84),
                width * 0.64,
                level - 1,
            )

    branch(x, foot, np.pi / 2 + rng.normal(0, 0.06), tall * 0.26, tall * 0.075, levels)
    return segments, tips


def branch_mask(segments: list[Segment]) -> Field:
    """The mask of the branches."""

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for x0, y0, x1, y1, width in segments:
            w = max(1, round(width * side))
            pencil.line([(x0 * side, y0 * side), (x1 * side, y1 * side)], fill=255, width=w)
            if w > 4:
                r = w / 2 - 0.5
                pencil.ellipse([x1 * side - r, y1 * side - r, x1 * side + r, y1 * side + r], fill=255)

    return cv.shape_mask(draw)


def leaf_mask(
    rng: np.random.Generator, tips: list[tuple[float, float]], *, reach: float, size: float, each: int
) -> Field:
    """The mask of `each` leaves around every twig, up to about `reach` from it, of radius `size`."""
    places = np.repeat(np.array(tips, np.float32), each, axis=0)
    places += rng.normal(0, reach, places.shape).astype(np.float32)
    radii = size * rng.uniform(0.5, 1.3, len(places))

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for (lx, ly), radius in zip(places * side, radii * side, strict=True):
            pencil.ellipse([lx - radius, ly - radius * 0.8, lx + radius, ly + radius * 0.8], fill=255)

    return cv.shape_mask(draw)
