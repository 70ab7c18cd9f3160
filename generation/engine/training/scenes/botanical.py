"""Botanical plates: a plant grown by an L-system on a calm ground, with flowers and a butterfly."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.blossoms import draw_butterfly, draw_flower
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, bezier, centre_of
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.l_system import SPECIES, Plant, grow, walk
from generation.engine.training.scenes.medium_tools import blur_colours
from generation.engine.training.scenes.palettes import Palette


def _draw_leaf(
    rng: np.random.Generator,
    sheet: Sheet,
    palette: Palette,
    leaf: tuple[float, float, float, float],
    plump: float,
    tone: float,
) -> None:
    """A leaf in two tones, folded along its midrib, with side veins."""
    x, y, heading, size = leaf
    bend = rng.normal(0, 0.25)
    t = np.linspace(0, 1, 12)
    angle = heading + bend * t
    rib = np.stack([x + size * np.cumsum(np.cos(angle)) / 12, y + size * np.cumsum(np.sin(angle)) / 12], axis=1)
    rib = np.concatenate([[(x, y)], rib])
    t = np.linspace(0, 1, len(rib))
    width = size * plump * np.sin(np.pi * t**0.8) * (1 - 0.25 * t)
    normal = np.stack([-np.sin(heading + bend * t), np.cos(heading + bend * t)], axis=1)
    left, right = rib + normal * width[:, None], rib - normal * width[:, None]
    lit = tone + 0.10
    sheet.polygon(np.concatenate([rib, left[::-1]]), palette.at(lit if np.cos(heading) > 0 else tone - 0.08))
    sheet.polygon(np.concatenate([rib, right[::-1]]), palette.at(tone - 0.08 if np.cos(heading) > 0 else lit))
    vein = palette.at(tone + 0.24)
    sheet.line(rib, vein, 0.0032, 0.85)
    for index in range(2, len(rib) - 2, 2):
        for flank in (left, right):
            sheet.line(np.stack([rib[index], rib[index + 1] * 0.35 + flank[index + 1] * 0.65]), vein, 0.002, 0.6)


def _ground(rng: np.random.Generator, palette: Palette, centre: tuple[float, float], dark: bool) -> Field:
    """Paper or a dark plate with a soft halo behind the plant."""
    y, x = cv.grid()
    halo = np.exp(-(((x - centre[0]) / 0.34) ** 2) - ((y - centre[1]) / 0.42) ** 2)
    base = 0.10 + 0.16 * halo if dark else 0.86 + 0.08 * halo
    tone = base + 0.10 * (cv.noise(rng, 2, 2, 5) - 0.5) + 0.035 * (cv.noise(rng, 80, 80, 2) - 0.5)
    return palette.paint(tone.astype(np.float32))


def _frame(rng: np.random.Generator, picture: Field, palette: Palette, dark: bool) -> Field:
    """A fine line or two around the plate, or none."""
    y, x = cv.grid()
    inset = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    style = int(rng.integers(3))
    if style == 2:
        return picture
    line = np.clip(2.2 - np.abs(inset - 0.045) * cv.SIDE_PX, 0, 1)
    if style == 1:
        line = np.maximum(line, np.clip(1.6 - np.abs(inset - 0.062) * cv.SIDE_PX, 0, 1))
    return cv.blend(picture, palette.at(0.55 if dark else 0.45), (line * 0.8).astype(np.float32))


def draw_botanical(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A plate: stems that rise from the ground, leaves, exactly the counted flowers, a butterfly when named."""
    cx, cy = centre_of(rng, facts)
    dark = rng.random() < 0.35
    picture = _ground(rng, palette, (cx, cy), dark)
    rules = SPECIES[int(rng.integers(len(SPECIES)))]
    heads = _heads(rng, facts, cx)
    foot = np.clip(cx, 0.2, 0.8)
    plants = []
    plump = float(rng.choice([0.13, 0.2, 0.28, 0.34]))
    for hx, hy, _ in heads:
        plant = Plant()
        lean = (foot + rng.normal(0, 0.02), 0.5 * (1.0 + hy) + rng.normal(0, 0.05))
        spine = bezier((foot + (hx - foot) * 0.12, 1.02), lean, (hx, hy), 40)
        plant.stems.append(spine)
        rounds = 5 if len(heads) < 3 else 4
        leaf = 0.19 if len(heads) < 3 else 0.14
        bare = facts.counted != "flower"
        walk(rng, plant, grow(rules, rounds + bare), spine, leaf * (1.3 if bare else 1.0))
        plants.append(plant)
    picture = _far_foliage(rng, picture, palette, dark)
    picture = _frame(rng, picture, palette, dark)
    picture = _shadow(picture, plants, dark)
    sheet = Sheet(picture)
    tone = rng.uniform(0.45, 0.6) if dark else rng.uniform(0.26, 0.40)
    for plant in plants:
        for index, stem in enumerate(plant.stems):
            sheet.line(stem, palette.at(tone - 0.10), 0.011 if index == 0 else 0.006)
            sheet.line(stem - np.float32(0.0015), palette.at(tone + 0.16), 0.004 if index == 0 else 0.002)
        for blade in plant.leaves:
            _draw_leaf(rng, sheet, palette, blade, plump, tone + rng.normal(0, 0.05))
    picture = sheet.lift()
    if facts.counted == "flower":
        kind = int(rng.integers(4))
        for hx, hy, radius in heads:
            picture = draw_flower(rng, picture, palette, (hx, hy), radius, kind)
    if "butterfly" in facts.objects:
        picture = draw_butterfly(rng, picture, palette, _free_place(rng, heads, cx), dark)
    return picture


def _far_foliage(rng: np.random.Generator, picture: Field, palette: Palette, dark: bool) -> Field:
    """Large pale leaves out of focus, hardly darker or lighter than the ground, for depth."""
    sheet = Sheet(picture)
    for _ in range(int(rng.integers(6, 12))):
        root = (rng.uniform(-0.05, 1.05), rng.uniform(0.75, 1.1))
        heading = -np.pi / 2 + rng.normal(0, 0.6)
        size = rng.uniform(0.35, 0.65)
        tone = 0.15 + rng.uniform(0.02, 0.12) if dark else 0.84 - rng.uniform(0.0, 0.13)
        _draw_leaf(rng, sheet, palette, (*root, heading, size), 0.16, tone)
    return blur_colours(sheet.lift(), 3.5)


def _heads(rng: np.random.Generator, facts: SceneFacts, cx: float) -> list[tuple[float, float, float]]:
    """Where the stems end (x, y) and the radius of the flower there."""
    count = facts.count if facts.counted == "flower" else int(rng.integers(1, 4))
    high = {"big_sky": 0.44, "high_horizon": 0.20}.get(facts.composition, 0.28)
    radius = {1: 0.17, 2: 0.135, 3: 0.115, 5: 0.092}[count] * rng.uniform(0.95, 1.1)
    gap = radius * 2.25
    spread = (np.arange(count) - (count - 1) / 2) * gap * (0.82 if count == 5 else 1.0)
    middle = float(np.clip(cx, radius - spread[0] + 0.03, 1 - radius - spread[-1] - 0.03))
    heads = []
    for index, offset in enumerate(spread):
        # Neighbours stand at different heights, so that they keep apart.
        drop = (index % 2) * rng.uniform(0.8, 1.2) * radius * 1.3 + 0.25 * abs(offset)
        heads.append((middle + float(offset), high + float(drop), radius))
    return heads


def _free_place(rng: np.random.Generator, heads: list[tuple[float, float, float]], cx: float) -> tuple[float, float]:
    """A place in the air away from the flowers."""
    best, best_room = (0.5, 0.2), -1.0
    for _ in range(40):
        x, y = rng.uniform(0.16, 0.84), rng.uniform(0.16, 0.7)
        room = min(np.hypot(x - hx, y - hy) - radius for hx, hy, radius in heads) + 0.3 * abs(x - cx)
        if room > best_room:
            best, best_room = (x, y), room
    return best


def _shadow(picture: Field, plants: list[Plant], dark: bool) -> Field:
    """The plant's soft shadow on the paper, as of a pressed specimen."""
    sheet = Sheet(np.zeros_like(picture))
    white = np.ones(3, np.float32)
    for plant in plants:
        for stem in plant.stems:
            sheet.line(stem, white, 0.012)
        for x, y, heading, size in plant.leaves:
            end = (x + size * np.cos(heading), y + size * np.sin(heading))
            sheet.line(np.array([(x, y), end]), white, size * 0.3)
    mask = np.roll(cv.blur(sheet.lift()[..., 0], 7.0), (7, 6), axis=(0, 1))
    return np.asarray(picture * (1 - (0.45 if dark else 0.22) * mask[..., None]), np.float32)
