"""The ground of a city: a street with lamps and cars, and a suspension bridge."""

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.sky import View


def draw_street(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View, base: float
) -> Field:
    """A boulevard that runs from the focal place towards us, lined by lamps and trees."""
    y, x = cv.grid()
    near = np.clip((y - base) / (1 - base), 0, 1)
    ground = np.clip((y - base) * cv.SIDE_PX, 0, 1)
    dim = 0.12 + 0.88 * view.land_light
    if facts.weather == "snowy":
        dim *= 1.9
    grain = cv.noise(rng, 70, 50, 2) - 0.5
    picture = cv.blend(picture, palette.paint((0.30 - 0.12 * near + 0.10 * grain) * dim), ground)
    middle = view.focus_x + (0.5 - view.focus_x) * near * 0.4
    half = 0.03 + 0.34 * near
    across = (x - middle) / half
    road = np.clip((1 - np.abs(across)) * half * cv.SIDE_PX / 2, 0, 1) * ground
    wet = facts.weather == "rainy"
    picture = cv.blend(picture, palette.paint((0.20 + 0.07 * grain) * dim + 0.02), road)
    # Perspective: equal steps along the street shrink with 1 / nearness.
    dashes = (np.sin(9.0 / (near + 0.12)) > 0.1) * (np.abs(across) < 0.022)
    picture = cv.blend(picture, palette.at(0.3 + 0.6 * view.land_light), (dashes * road * 0.8).astype(np.float32))
    picture = cv.blend(picture, palette.at(0.55 * dim + 0.05), road * cv.smoothstep(0.93, 0.96, np.abs(across)))
    if facts.time in ("night", "dusk") or wet:
        glow = np.zeros_like(y)
        for number in range(14):
            depth = ((number // 2) / 7 + 0.04) ** 1.6
            way = -1 if number % 2 else 1
            row = base + depth * (1 - base)
            at = view.focus_x + (0.5 - view.focus_x) * depth * 0.4 + way * (0.03 + 0.34 * depth) * 0.5
            size = 0.003 + 0.014 * depth
            streak = np.exp(-(((x - at) / size) ** 2) - ((y - row) / (size * (5 if wet else 2))) ** 2)
            glow = np.maximum(glow, streak)
        picture = cv.blend(picture, palette.accent_at(0.7), (glow * 0.55).astype(np.float32))
        picture = cv.blend(picture, palette.light, np.clip(glow * 1.2 - 0.35, 0, 1).astype(np.float32))
    return _lamps(facts, picture, palette, view, base)


def _lamps(facts: SceneFacts, picture: Field, palette: Palette, view: View, base: float) -> Field:
    places = []
    for number in range(5):
        depth = (number / 4) ** 1.7 * 0.62 + 0.05
        middle = view.focus_x + (0.5 - view.focus_x) * depth * 0.4
        for way in (-1, 1):
            at = middle + way * (0.045 + 0.38 * depth)
            places.append((at, base + depth * (1 - base) + 0.004, 0.05 + 0.22 * depth, way))

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for at, foot, tall, way in places:
            w = max(2, int(tall * side * 0.028))
            pencil.line([(at * side, foot * side), (at * side, (foot - tall) * side)], fill=255, width=w)
            arm = (at - way * tall * 0.18) * side
            pencil.line([(at * side, (foot - tall) * side), (arm, (foot - tall) * side)], fill=255, width=w)

    picture = cv.blend(picture, palette.at(0.05), cv.shape_mask(draw))
    if facts.time == "day":
        return picture
    for at, foot, tall, way in places:
        lamp = (at - way * tall * 0.18, foot - tall + 0.004)
        picture = cv.blend(picture, palette.light, np.clip(cv.glow(*lamp, 0.05 * tall) * 1.6, 0, 1))
        picture = cv.blend(picture, palette.light, cv.glow(*lamp, 0.24 * tall) * 0.35)
    return picture


def draw_bridge(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View, base: float
) -> Field:
    """A suspension bridge across the picture, before the city."""
    deck = min(base + 0.10, 0.90)
    tall = min(0.30, deck - 0.28)
    span = rng.uniform(0.46, 0.56)
    middle = 0.5 + (view.focus_x - 0.5) * 0.35
    towers = (middle - span / 2, middle + span / 2)
    along = np.linspace(-0.05, 1.05, 111)
    share = np.abs(((along - towers[0]) / span) % 1 * 2 - 1)
    cable = deck - 0.018 - (tall - 0.03) * share**2

    def structure(pencil: ImageDraw.ImageDraw, side: int) -> None:
        pencil.rectangle([0, deck * side, side, (deck + 0.020) * side], fill=255)
        for tower in towers:
            for shift in (-0.018, 0.012):
                box = [
                    (tower + shift) * side,
                    (deck - tall) * side,
                    (tower + shift + 0.008) * side,
                    (deck + 0.11) * side,
                ]
                pencil.rectangle(box, fill=255)
            for rung in (0.02, 0.36, 0.68):
                at = deck - tall * (1 - rung)
                pencil.rectangle(
                    [(tower - 0.018) * side, at * side, (tower + 0.02) * side, (at + 0.010) * side], fill=255
                )
            foot = [(tower - 0.035) * side, (deck + 0.095) * side, (tower + 0.037) * side, (deck + 0.125) * side]
            pencil.rectangle(foot, fill=255)
        points = [(float(px) * side, float(py) * side) for px, py in zip(along, cable, strict=True)]
        pencil.line(points, fill=255, width=max(2, int(side * 0.006)), joint="curve")
        for px, py in points[::2]:
            pencil.line([(px, py), (px, deck * side)], fill=255, width=max(1, int(side * 0.002)))

    mask = cv.shape_mask(structure)
    mirror = np.zeros_like(mask)
    first = int((deck + 0.10) * cv.SIDE_PX)
    rows = min(cv.SIDE_PX - first, first)
    if "river" in facts.objects and rows > 0:
        mirror[first : first + rows] = mask[first - rows : first][::-1]
        picture = cv.blend(picture, palette.at(0.06), cv.blur(mirror, 2.5) * 0.4)
    y, _ = cv.grid()
    lit = palette.paint(0.05 + 0.14 * view.land_light + 0.10 * (deck - y) / tall)
    picture = cv.blend(picture, lit, mask)
    if facts.time == "day":
        return picture
    lamps = np.zeros_like(mask)
    for px, py in zip(along[::3], cable[::3], strict=True):
        if 0 <= px < 1:
            lamps[int(py * cv.SIDE_PX), int(px * cv.SIDE_PX)] = 16
            lamps[int((deck - 0.008) * cv.SIDE_PX), int(px * cv.SIDE_PX)] = 22
    picture = cv.blend(picture, palette.light, np.clip(cv.blur(lamps, 1.1), 0, 1))
    return cv.blend(picture, palette.light, np.clip(cv.blur(lamps, 5.0) * 1.5, 0, 0.5))
