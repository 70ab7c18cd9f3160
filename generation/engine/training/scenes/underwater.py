"""Under water: light shafts from the surface, a reef, fish, seaweed, jellyfish."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.reef import draw_coral, draw_seaweed
from generation.engine.training.scenes.sea_life import draw_fish, draw_jellyfish


def draw_underwater(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A reef in blue depth."""
    focus = st.focal_x(facts)
    floor = {"big_sky": 0.84, "high_horizon": 0.52}.get(facts.composition, 0.70) + rng.uniform(-0.03, 0.03)
    picture = _water(rng, palette, focus, floor)
    picture = _reef(rng, picture, palette, focus, floor)
    sheet = st.Sheet()
    draw_coral(rng, sheet, palette, focus, floor)
    if "seaweed" in facts.objects:
        draw_seaweed(rng, sheet, palette, focus)
    picture = sheet.lay_on(picture)
    if "jellyfish" in facts.objects:
        for _ in range(int(rng.integers(1, 4))):
            side = 0.78 if focus < 0.5 else 0.22 if focus > 0.5 else float(rng.choice((0.16, 0.84)))
            at = (side + rng.uniform(-0.12, 0.12), rng.uniform(0.14, min(0.42, floor - 0.2)))
            draw_jellyfish(rng, picture, palette, at, rng.uniform(0.06, 0.09))
    if facts.counted == "fish":
        picture = _shoal(rng, facts, picture, palette, focus, floor)
    return _motes(rng, picture, palette)


def _water(rng: np.random.Generator, palette: Palette, focus: float, floor: float) -> Field:
    y, x = cv.grid()
    light_x = focus + rng.uniform(-0.08, 0.08)
    tone = 0.80 - 0.60 * y / (floor + 0.25) + 0.30 * np.exp(-(((x - light_x) / 0.35) ** 2) - (y / 0.42) ** 2)
    tone = tone + 0.08 * (cv.noise(rng, 2, 2, 3) - 0.5)
    picture = palette.paint(np.asarray(tone, np.float32))
    # Shafts fan out from a place above the surface; each keeps its strength along its angle.
    source = -rng.uniform(0.25, 0.6)
    angle = np.arctan2(x - light_x, y - source) / 1.2 + 0.5
    strength = cv.line_noise(rng, rng.uniform(16, 26), 4, 0.6)
    shafts = np.interp(angle, np.linspace(0, 1, cv.SIDE_PX), strength).astype(np.float32)
    shafts = cv.smoothstep(0.48, 0.85, shafts) * np.exp(-y * 1.5) * np.exp(-(((x - light_x) / 0.5) ** 2))
    picture = cv.blend(picture, palette.at(0.97), shafts * 0.62)
    waves = np.abs(2 * st.perspective(cv.noise(rng, 10, 22, 3, 0.6), -0.02) - 1)
    surface = np.clip(1 - waves * 3.0, 0, 1) * np.exp(-y * 13)
    return cv.blend(picture, palette.light, np.clip(surface * 0.8 + 0.5 * np.exp(-y * 22), 0, 0.95))


def _reef(rng: np.random.Generator, picture: Field, palette: Palette, focus: float, floor: float) -> Field:
    """Rock in three depths, darker and rougher towards the viewer, with a net of light on the sand."""
    y, x = cv.grid()
    for layer in range(3):
        near = layer / 2
        mound = np.exp(-(((x[0] - focus - rng.normal(0, 0.06)) / 0.24) ** 2))
        edge = np.abs(x[0] - 0.5) * 2
        rough = cv.line_noise(rng, 3 + 3 * near, 6, 0.55)
        rise = (0.20 * mound if layer < 2 else 0.15 * edge**2) * (0.5 + rough) + 0.09 * rough
        ridge = (floor + 0.02 + near * (1 - floor) * 0.75 - rise).astype(np.float32)
        texture = cv.noise(rng, 11 + 8 * near, 11 + 8 * near, 5, 0.62)
        relief = np.clip(np.gradient(texture, axis=0) * 12, -1, 1)
        depth = np.clip((y - ridge[None, :]) / 0.25, 0, 1)
        tone = 0.40 - 0.24 * near + (0.28 * (texture - 0.5) + 0.12 * relief) * (0.4 + 0.6 * near)
        tone = tone + 0.16 * np.exp(-depth * 8) - 0.14 * depth
        if layer < 2:
            net = np.clip(1 - np.abs(2 * st.perspective(cv.noise(rng, 14, 14, 2), floor - 0.25) - 1) * 5, 0, 1)
            tone = tone + 0.13 * net * (1 - depth)
        picture = cv.blend(picture, palette.paint(tone), cv.below(ridge, 1.6))
    return picture


def _shoal(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, focus: float, floor: float
) -> Field:
    kind = int(rng.integers(0, 3))
    length = (1.0 if kind else 1.18) * {1: 0.34, 2: 0.27, 3: 0.22, 5: 0.165}[facts.count]
    way = float(rng.choice((-1, 1)))
    middle = min(0.48, floor - 0.18)
    places = st.spread_x(rng, facts, focus, 0.5 * length + 0.04)
    offset = int(rng.integers(0, 2))
    for index, x in enumerate(places):
        step = (0.11 if (index + offset) % 2 else -0.09) if facts.count > 1 else 0.0
        y = middle + step * (0.9 if facts.count < 5 else 1.1) + rng.uniform(-0.03, 0.03)
        draw_fish(rng, picture, palette, (x, y), length * rng.uniform(0.92, 1.08), way, kind)
    return picture


def _motes(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """Bubbles and drifting specks."""
    light = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    at = rng.integers(0, cv.SIDE_PX, (2, 150))
    light[at[0], at[1]] = rng.uniform(0.5, 4.0, 150)
    picture = cv.blend(picture, palette.at(0.95), np.clip(cv.blur(light, 1.0), 0, 0.7))
    column = rng.uniform(0.1, 0.9)
    for _ in range(int(rng.integers(8, 16))):
        radius = rng.uniform(0.004, 0.011)
        bx, by = column + rng.normal(0, 0.02), rng.uniform(0.08, 0.75)
        part, v, u = st.window(bx, by, radius * 1.2, radius * 1.2)
        away = np.hypot(u, v) * 1.2
        ring = np.exp(-(((away - 0.85) / 0.2) ** 2)) * 0.6 + np.exp(-((u + 0.35) ** 2 + (v + 0.35) ** 2) * 16)
        st.lay_part(picture, part, palette.at(0.98), np.clip(ring, 0, 0.9))
    return picture
