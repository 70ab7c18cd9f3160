"""Broad-leaved trees and palms, grown branch by branch."""

import numpy as np

from generation.engine.training.scenes.stamps import Ink, Point, Sheet


def _grow(
    rng: np.random.Generator,
    sheet: Sheet,
    at: Point,
    angle: float,
    length: float,
    width: float,
    depth: int,
    wood: list[Ink],
    spread: float,
    tips: list[Point],
) -> None:
    """A branch and its children: a stochastic L-system (Prusinkiewicz and Lindenmayer, 1990)."""
    bend = rng.normal(0, 0.12)
    middle = (at[0] + np.cos(angle + bend) * length * 0.5, at[1] - np.sin(angle + bend) * length * 0.5)
    end = (middle[0] + np.cos(angle - bend) * length * 0.5, middle[1] - np.sin(angle - bend) * length * 0.5)
    sheet.line([at, middle], wood[0], width)
    sheet.line([middle, end], wood[0], width * 0.85)
    if width > 0.008:
        for x, y in (middle, end):
            sheet.oval(x, y, width * 0.42, width * 0.42, wood[0])
        shift = width * 0.24
        sheet.line([(at[0] + shift, at[1]), (middle[0] + shift, middle[1])], wood[1], width * 0.3)
    if depth <= 2:
        tips.append(end)
    if depth == 0:
        return
    children = 3 if depth >= 4 and rng.random() < 0.55 else 2
    for child in range(children):
        turn = (child / (children - 1) - 0.5) * 2 * spread + rng.normal(0, 0.16)
        # Branches bow outwards under their weight, and a little back up to the light.
        way = angle + turn + 0.08 * (np.pi / 2 - angle)
        _grow(rng, sheet, end, way, length * rng.uniform(0.68, 0.86), width * 0.66, depth - 1, wood, spread, tips)


def draw_tree(
    rng: np.random.Generator,
    sheet: Sheet,
    x: float,
    foot: float,
    tall: float,
    *,
    wood: list[Ink],
    leaves: list[Ink] | None,
    light: Point,
    tone: tuple[float, float] = (0.15, 0.6),
    fullness: float = 1.0,
) -> None:
    """A tree about `tall` high. `wood` holds the trunk's shaded and lit colour; `leaves` a ramp of 256, or None for a
    bare tree; `light` is the direction to the light (x right, y down); `tone` the crown's darkest and lightest tone."""
    spread = rng.uniform(0.42, 0.62)
    tips: list[Point] = []
    _grow(rng, sheet, (x, foot), np.pi / 2 + rng.normal(0, 0.08), tall * 0.27, tall * 0.055, 5, wood, spread, tips)
    root = tall * 0.05
    sheet.polygon([(x - root, foot + 0.004), (x, foot - root * 1.6), (x + root, foot + 0.004)], wood[0])
    if leaves is None:
        return
    crown = np.array(tips)
    middle, reach = crown.mean(axis=0), crown.std(axis=0).mean() * 1.8 + 1e-4
    per_tip = max(1, int(11 * fullness * min(1.0, tall / 0.3 + 0.25)))
    size = tall * 0.021
    # From behind to in front: dark undersides first, then lit dabs shifted towards the light.
    for layer, (shift, share) in enumerate(((-0.35, 0.35), (0.0, 0.4), (0.4, 0.25))):
        count = max(1, int(per_tip * share * len(tips)))
        picks = crown[rng.integers(0, len(crown), count)]
        spots = picks + rng.normal(0, tall * 0.036, (count, 2)) + np.array(light) * shift * tall * 0.05
        facing = ((spots - middle) / reach) @ np.array(light)
        level = 0.30 + 0.20 * layer + 0.30 * facing + rng.normal(0, 0.10, count)
        shades = np.clip((tone[0] + (tone[1] - tone[0]) * np.clip(level, 0, 1)) * 255, 0, 255).astype(int)
        sizes = size * rng.uniform(0.55, 1.25, count)
        for (px, py), shade, radius in zip(spots.tolist(), shades.tolist(), sizes.tolist(), strict=True):
            sheet.oval(px, py, radius * 1.15, radius * 0.8, leaves[shade])


def draw_palm(
    rng: np.random.Generator,
    sheet: Sheet,
    x: float,
    foot: float,
    tall: float,
    *,
    wood: list[Ink],
    leaves: list[Ink],
    lean: float,
    light_x: float,
) -> None:
    """A coconut palm: a bowed, ringed trunk and arching fronds; `light_x` is -1 or 1, the side of the light."""
    steps = np.linspace(0, 1, 16)
    xs = x + lean * tall * steps**1.7
    ys = foot - tall * 0.82 * steps
    width = tall * 0.030
    half = width * (1 - 0.5 * steps) + width * 0.8 * np.exp(-steps * 14)
    left, right = list(zip(xs - half, ys, strict=True)), list(zip(xs + half, ys, strict=True))
    sheet.polygon([*left, *right[::-1]], wood[0])
    shift = 0.45 * light_x
    lit = list(zip(xs + half * (shift + 0.35), ys, strict=True))
    sheet.polygon([*zip(xs + half * (shift - 0.3), ys, strict=True), *lit[::-1]], wood[1])
    for ring in range(1, 15):
        sheet.line([(xs[ring] - half[ring], ys[ring]), (xs[ring] + half[ring], ys[ring] - 0.002)], wood[0], 0.0016)
    top = (float(xs[-1]), float(ys[-1]))
    count = int(rng.integers(10, 14))
    angles = np.linspace(-0.30, np.pi + 0.30, count) + rng.normal(0, 0.09, count)
    order = np.argsort(-np.abs(angles - np.pi / 2))
    for place, index in enumerate(order):
        _frond(rng, sheet, top, float(angles[index]), tall * rng.uniform(0.36, 0.48), leaves, place / count, light_x)
    for nut in range(3):
        sheet.oval(top[0] + (nut - 1) * width * 0.8, top[1] + width * 0.7, width * 0.5, width * 0.55, wood[0])


def _frond(
    rng: np.random.Generator,
    sheet: Sheet,
    top: Point,
    angle: float,
    length: float,
    leaves: list[Ink],
    near: float,
    light_x: float,
) -> None:
    steps = np.linspace(0, 1, 17)[1:]
    xs = top[0] + np.cos(angle) * length * steps * (1 - 0.12 * steps)
    ys = top[1] - np.sin(angle) * length * 0.75 * steps + length * (0.20 + 0.30 * abs(np.cos(angle))) * steps**2.3
    base = 60 + 70 * near + 38 * np.cos(angle) * light_x
    sheet.line([top, *zip(xs.tolist(), ys.tolist(), strict=True)], leaves[int(np.clip(base + 30, 0, 255))], 0.0035)
    along = np.arctan2(np.gradient(ys), np.gradient(xs))
    for index, (px, py) in enumerate(zip(xs.tolist(), ys.tolist(), strict=True)):
        reach = length * 0.30 * np.sin(np.pi * (0.12 + 0.80 * steps[index])) + 0.004
        for side in (-1, 1):
            way = along[index] + side * rng.uniform(0.55, 0.8)
            tip = (px + np.cos(way) * reach, py + np.sin(way) * reach * 0.8 + reach * 0.28)
            shade = int(np.clip(base + (34 if tip[1] < py + reach * 0.3 else -22) + rng.normal(0, 14), 0, 255))
            normal = (-np.sin(way) * reach * 0.09, np.cos(way) * reach * 0.09)
            sheet.polygon([(px - normal[0], py - normal[1]), tip, (px + normal[0], py + normal[1])], leaves[shade])
