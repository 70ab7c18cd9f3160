"""Abstract geometry in the manner of the Bauhaus: a few large shapes among lines, bars and textures."""

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, centre_of, polygon_mask
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

# Radius of the counted shapes, as ranges, by their count.
_RADII = {1: (0.24, 0.27), 2: (0.165, 0.195), 3: (0.125, 0.165), 5: (0.09, 0.125)}


def _places(rng: np.random.Generator, centre: tuple[float, float], radii: Field) -> NDArray[np.float64]:
    """Places (n, 2) that keep the shapes inside and apart, their weight as near to `centre` as chance allows."""
    best: NDArray[np.float64] | None = None
    best_score = np.inf
    for _ in range(60):
        placed: list[NDArray[np.float64]] = []
        for radius in radii:
            for _ in range(12):
                at = np.clip(rng.normal(centre, 0.04 + 0.10 * len(radii) ** 0.7), radius + 0.03, 0.97 - radius)
                gaps = [np.hypot(*(at - other)) - (radius + r) * 1.06 for other, r in zip(placed, radii, strict=False)]
                if min(gaps, default=1.0) > 0.012:
                    placed.append(at)
                    break
        if len(placed) < len(radii):
            continue
        weight = np.average(placed, axis=0, weights=radii**2)
        score = float(np.hypot(*(weight - centre)))
        if score < best_score:
            best, best_score = np.array(placed), score
        if best_score < 0.05:
            break
    if best is None:  # a row always fits
        spread = (np.arange(len(radii)) - (len(radii) - 1) / 2) * 0.19
        best = np.stack([0.5 + spread, np.full(len(radii), 0.5)], axis=1)
    return best


def _corners(rng: np.random.Generator, kind: str, x: float, y: float, radius: float) -> Field:
    """The outline (n, 2) of one shape."""
    if kind == "circles":
        angles = np.linspace(0, 2 * np.pi, 90)
    elif kind == "triangles":
        radius *= 1.16
        angles = -np.pi / 2 + rng.normal(0, 0.3) + np.pi * (rng.random() < 0.25) + np.arange(3) * 2 * np.pi / 3
    else:
        radius *= 1.10
        angles = np.pi / 4 + rng.choice([0.0, rng.normal(0, 0.25), np.pi / 4]) + np.arange(4) * np.pi / 2
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1).astype(np.float32)


def _counted(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    centre: tuple[float, float],
    dark: bool,
) -> Field:
    """Draws exactly `facts.count` shapes, each with a shadow, shaded and finely textured inside."""
    y, x = cv.grid()
    radii = np.sort(rng.uniform(*_RADII[facts.count], facts.count))[::-1].astype(np.float32)
    grain = 0.07 * (cv.noise(rng, 60, 60, 2) - 0.5)
    accented = int(rng.integers(facts.count)) if facts.count > 1 or rng.random() < 0.5 else -1
    for index, ((px, py), radius) in enumerate(zip(_places(rng, centre, radii), radii, strict=True)):
        mask = polygon_mask(_corners(rng, facts.counted, px, py, float(radius)))
        shadow = np.roll(cv.blur(mask, 8.0), (9, 7), axis=(0, 1))
        picture = picture * (1 - 0.5 * shadow[..., None])
        angle = rng.uniform(0, 6.28)
        along = ((x - px) * np.cos(angle) + (y - py) * np.sin(angle)) / radius
        tone = rng.uniform(0.70, 0.92) if dark else rng.uniform(0.24, 0.46)
        tones = tone + rng.choice([-1, 1]) * 0.13 * along + grain
        texture = int(rng.integers(4))
        if texture == 0:  # cut in two tones
            tones = tones + (-0.16 if dark else 0.16) * (along > rng.uniform(-0.3, 0.5))
        elif texture == 1:  # hatched on one side
            stripes = np.clip(3 * np.sin(along * rng.uniform(28, 40)) + 0.5, 0, 1)
            tones = tones + (-0.18 if dark else 0.18) * stripes * (along > 0.1)
        colours = palette.accent_paint(0.15 + 0.7 * tones) if index == accented else palette.paint(tones)
        picture = cv.blend(picture, colours, mask)
    return picture


def _planes(rng: np.random.Generator, sheet: Sheet, palette: Palette, centre: tuple[float, float], dark: bool) -> float:
    """Wide translucent bands across the ground; gives their direction."""
    angle = float(rng.choice([0.0, np.pi / 2, np.pi / 4, -np.pi / 4, rng.uniform(0, np.pi)]))
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    for _ in range(int(rng.integers(3, 6))):
        middle = np.array(centre) + across * rng.normal(0, 0.3)
        half = rng.uniform(0.04, 0.16)
        corners = [middle + along * s * 1.6 + across * t * half for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        tone = rng.uniform(0.2, 0.5) if dark else rng.uniform(0.6, 0.86)
        sheet.polygon(np.array(corners), palette.at(tone), rng.uniform(0.35, 0.7))
    return angle


def _lines(
    rng: np.random.Generator, sheet: Sheet, palette: Palette, centre: tuple[float, float], dark: bool, angle: float
) -> None:
    """Parallel lines that draw together, a fan of rays, a wavy bundle, and a bar or two."""
    tone = 0.78 if dark else 0.2
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    start = np.array(centre) + rng.normal(0, 0.22, 2)
    for step in range(int(rng.integers(8, 18))):
        at = start + across * (step * 0.012 + 0.0012 * step**1.6)
        reach = rng.uniform(0.2, 0.5)
        sheet.line(np.array([at - along * reach, at + along * reach]), palette.at(tone), 0.0035, 0.8)
    pivot, first = np.array(centre) + rng.normal(0, 0.3, 2), rng.uniform(0, 6.28)
    for step in range(int(rng.integers(9, 16))):
        ray = first + step * 0.055
        end = pivot + 0.9 * np.array([np.cos(ray), np.sin(ray)])
        start = pivot + 0.2 * (end - pivot)
        sheet.line(np.array([start, end]), palette.at(tone - 0.1 if dark else tone + 0.15), 0.003, 0.6)
    t = np.linspace(-0.1, 1.1, 60)
    level, swing, waves = rng.uniform(0.15, 0.85), rng.uniform(0.02, 0.06), rng.uniform(7, 16)
    for step in range(int(rng.integers(3, 7))):
        wave = level + step * 0.017 + swing * np.sin(t * waves + step * 0.2)
        points = np.stack([t, wave] if angle < 0.9 else [wave, t], axis=1)
        sheet.line(points, palette.at(tone), 0.005, 0.75)
    for _ in range(int(rng.integers(2, 4))):
        at = np.array(centre) + rng.normal(0, 0.3, 2)
        way = along if rng.random() < 0.5 else across
        colour = palette.accent_at(0.55) if rng.random() < 0.3 else palette.at(0.95 if dark else 0.08)
        sheet.line(np.array([at - way * 0.2, at + way * rng.uniform(0.05, 0.3)]), colour, rng.choice([0.010, 0.018]))


def _arcs(rng: np.random.Generator, sheet: Sheet, palette: Palette, centre: tuple[float, float], dark: bool) -> None:
    """Sheaves of thick quarter arcs and long bars: a composition without any closed shape."""
    for sheaf in range(int(rng.integers(3, 5))):
        at = np.array(centre) + (rng.normal(0, 0.05, 2) if sheaf == 0 else rng.normal(0, 0.24, 2))
        first = float(rng.choice(4)) * np.pi / 2 + rng.normal(0, 0.1)
        span = rng.uniform(1.2, 2.3)
        accent = sheaf == 1
        for band in range(int(rng.integers(4, 8))):
            radius = 0.09 + band * 0.042
            angles = np.linspace(first, first + span * rng.uniform(0.75, 1.0), 40)
            points = at + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            tone = rng.uniform(0.5, 0.98) if dark else rng.uniform(0.1, 0.62)
            colour = palette.accent_at(0.3 + 0.5 * tone) if accent and band % 3 == 0 else palette.at(tone)
            sheet.line(points, colour, float(rng.choice([0.012, 0.02, 0.03])), 0.95)
    for _ in range(int(rng.integers(3, 6))):
        at = np.array(centre) + rng.normal(0, 0.2, 2)
        way = np.array([1.0, 0.0]) if rng.random() < 0.5 else np.array([0.0, 1.0])
        colour = palette.at(rng.uniform(0.6, 1.0) if dark else rng.uniform(0.05, 0.5))
        sheet.line(np.array([at - way * 0.28, at + way * rng.uniform(0.1, 0.4)]), colour, rng.uniform(0.012, 0.035))


def draw_geometry(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Counted circles, triangles or squares over bands and lines; without them, arcs and bars."""
    y, x = cv.grid()
    centre = centre_of(rng, facts)
    dark = rng.random() < 0.5
    away = np.hypot(x - centre[0], y - centre[1])
    ground = (0.16 if dark else 0.90) + (0.12 if dark else 0.06) * (0.5 - away) + 0.10 * (cv.noise(rng, 2, 2, 4) - 0.5)
    sheet = Sheet(palette.paint(ground.astype(np.float32)))
    angle = _planes(rng, sheet, palette, centre, dark)
    _lines(rng, sheet, palette, centre, dark, angle)
    if not facts.counted:
        _arcs(rng, sheet, palette, centre, dark)
    picture = sheet.lift()
    if facts.counted:
        picture = _counted(rng, facts, picture, palette, centre, dark)
    # The tooth of the paper, and pigment that took unevenly.
    tooth = (cv.noise(rng, 110, 110, 2) - 0.5) * 0.09 + (cv.noise(rng, 9, 9, 4) - 0.5) * 0.10
    return np.asarray(picture * (1 + tooth[..., None]), np.float32)
