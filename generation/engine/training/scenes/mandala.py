"""Mandalas: rings of petals, beads and lace around one centre."""

import numpy as np
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import centre_of, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

# The carved half sector reaches this radius; its grid has about two pixels of the picture in three.
_REACH = 0.54
_ROWS, _COLUMNS = 460, 150


def _petals(across: Field, along: Field, kind: int) -> Field:
    """Signed inside (> 0) of petals; `across` in [-1, 1] from flank to flank, `along` in [0, 1] from foot to tip."""
    t = np.clip(along, 0, 1)
    if kind == 0:  # a lotus leaf, pointed
        width = np.sin(np.pi * t**0.75) ** 0.8
    elif kind == 1:  # a round lobe
        width = np.sqrt(np.clip(1 - (2 * t - 1) ** 4, 0, 1)) * 0.95
    elif kind == 2:  # an ogee arch: wide at the foot, drawn out to a point
        width = (1 - t) ** 0.55 * (1 - 0.35 * np.sin(np.pi * t))
    else:  # a drop
        width = np.sin(np.pi * t**1.6) ** 0.9 * 0.85
    inside = width - np.abs(across)
    return np.where((along > 0) & (along < 1), inside, -1.0).astype(np.float32)


def draw_mandala(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """An ornament of many rings, carved in low relief, on a ground that shines around it."""
    y, x = cv.grid()
    cx, cy = centre_of(rng, facts)
    dx, dy = x - cx, y - cy
    r, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    extent = rng.uniform(0.40, 0.48)
    dark = bool(rng.random() < 0.6)
    fold = int(rng.choice([6, 8, 10, 12]))
    rays = 0.5 + 0.5 * np.cos(angle * fold * 4)
    rings = 0.5 + 0.5 * np.cos(r * 120)
    halo = 0.28 * np.exp(-((r / 0.5) ** 2)) * (0.8 if dark else 0.5)
    ground = (0.12 if dark else 0.74) + 0.05 * rays + 0.03 * rings + halo
    carving = _carve(rng, extent, fold, dark)
    # Half a sector holds everything: the ornament is turned and mirrored from it.
    sector = 2 * np.pi / fold
    half = np.abs(np.mod(angle + rng.uniform(0, 6.28), sector) - sector / 2)
    places = np.stack([r / _REACH * (_ROWS - 1), half / (sector / 2) * (_COLUMNS - 1)])
    tone, height, accent, cover, shadow = (
        ndimage.map_coordinates(layer, places, order=1, mode="nearest") for layer in carving
    )
    tone = ground * (1 - 0.4 * shadow) * (1 - cover) + tone * cover
    light = relief(height.astype(np.float32) * 2.2, 0.8 + np.pi, 0.8)
    tone = tone + 0.10 * light
    picture = palette.paint(tone.astype(np.float32))
    picture = cv.blend(picture, palette.accent_paint((0.25 + 0.55 * tone).astype(np.float32)), accent * 0.95)
    picture = cv.blend(picture, palette.light, cv.glow(cx, cy, extent * 0.13) * 0.75)
    shine = cv.blur(np.clip(tone - 0.7, 0, 1).astype(np.float32), 10.0)
    return np.asarray(picture + shine[..., None] * palette.light * 0.4, np.float32)


def _carve(rng: np.random.Generator, extent: float, fold: int, dark: bool) -> tuple[Field, Field, Field, Field, Field]:
    """Tone, height, accent, cover and shadow over half a sector, (rows, columns) of radius and angle."""
    r, angle = np.meshgrid(
        np.linspace(0, _REACH, _ROWS, dtype=np.float32),
        np.linspace(0, np.pi / fold, _COLUMNS, dtype=np.float32),
        indexing="ij",
    )
    tone, height, accent, cover, ground_shadow = (np.zeros_like(r) for _ in range(5))
    count = int(rng.integers(6, 9))
    edges = extent * np.linspace(1, 0.14, count + 1) ** 0.95
    accent_rings = set(rng.choice(count, 2, replace=False).tolist())
    for ring in range(count):
        outer = edges[ring] * rng.uniform(1.0, 1.04)
        inner = edges[min(ring + 2, count)] * 0.92
        petals = fold * (2 if ring < 3 else 1) * (2 if ring == 0 and rng.random() < 0.4 else 1)
        phase = (angle + np.pi * (ring % 2) / petals) * petals / (2 * np.pi)
        across = 2 * (phase - np.floor(phase)) - 1
        along = (r - inner) / (outer - inner)
        inside = _petals(across, along, int(rng.integers(4)))
        # Widths in pixels keep the outlines even from ring to ring.
        width_px = np.maximum(r, 0.02) * np.pi / petals * cv.SIDE_PX
        edge_px = inside * width_px * 0.8
        mask = np.clip(edge_px + 0.5, 0, 1)
        outline = np.clip(2.6 - np.abs(edge_px - 2.0), 0, 1) * mask
        base = rng.uniform(0.32, 0.62) if ring % 2 else rng.uniform(0.62, 0.92)
        if not dark:
            base = base * 0.8
        fill = base - 0.30 * np.exp(-np.clip(along, 0, 1) * 5) + 0.16 * np.clip(inside, 0, 1)
        vein = np.clip(1.6 - np.abs(across) * width_px, 0, 1) * (along < 0.75)
        inner_petal = np.clip((inside - 0.36) * width_px + 0.5, 0, 1)
        fill = fill + inner_petal * (0.16 if base < 0.6 else -0.2) + 0.12 * vein
        fill = fill + ((0.98 if base < 0.6 else 0.10) - fill) * outline
        shadow = ndimage.gaussian_filter(mask, 6.0, mode="nearest")
        tone = tone * (1 - 0.35 * shadow * (1 - mask))
        tone = tone + (fill - tone) * mask
        swell = ring + 3.5 * np.sqrt(np.clip(inside, 0, 1))
        height = (height + (swell - height) * mask).astype(np.float32)
        accent = (accent * (1 - mask) + mask * (inner_petal if ring in accent_rings else 0)).astype(np.float32)
        cover, ground_shadow = np.maximum(cover, mask), np.maximum(ground_shadow, shadow)
        if rng.random() < 0.65:
            beads = fold * 4 if ring % 2 == 0 else fold * 2
            tone, height, bead = _beads(tone, height, r, angle, outer * 1.03, beads, dark)
            cover, accent = np.maximum(cover, bead), accent * (1 - bead)
    heart = np.clip((edges[-1] * 1.15 - r) * cv.SIDE_PX + 0.5, 0, 1)
    tone = tone + (0.9 - 0.5 * np.cos(r / edges[-1] * 9) ** 2 - tone) * heart
    return tone, height, accent * (1 - heart), np.maximum(cover, heart), ground_shadow


def _beads(
    tone: Field, height: Field, r: Field, angle: Field, radius: float, count: int, dark: bool
) -> tuple[Field, Field, Field]:
    """Tone and height with a string of `count` pearls laid at `radius`, and the pearls' mask."""
    phase = angle * count / (2 * np.pi)
    along = (phase - np.floor(phase) - 0.5) * 2 * np.pi * radius / count
    away = np.hypot(along, r - radius) * cv.SIDE_PX
    size = min(0.42 * 2 * np.pi * radius / count * cv.SIDE_PX, 6.5)
    mask = np.clip(size - away + 0.5, 0, 1)
    tone = tone + ((0.95 if dark else 0.22) - 0.3 * (away / size) ** 2 - tone) * mask
    return tone, height + mask * np.sqrt(np.clip(1 - (away / size) ** 2, 0, 1)) * 2, mask
