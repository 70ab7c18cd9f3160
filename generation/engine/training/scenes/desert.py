"""Dunes in relief, with cacti or a pyramid."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky, terrain
from generation.engine.training.scenes.balloons import spread_out
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.patch import Patch, Points


def draw_desert(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Dunes one behind another under a wide sky."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    if rng.random() < 0.45:
        picture = _mesas(rng, picture, palette, view)
    if "pyramid" in facts.objects:
        at = view.focus_x if not facts.counted else (0.78 if view.focus_x <= 0.5 else 0.22)
        picture = _pyramid(rng, picture, palette, view, at)
    height = _dunes(rng, view)
    from_left = view.light_x < 0.5 if abs(view.light_x - 0.5) > 0.1 else bool(rng.random() < 0.5)
    low = {"dusk": 0.22, "dawn": 0.3}.get(facts.time, 0.45)
    light = terrain.relief_light(height, from_left=from_left, low=low, steep=1.6)
    sight = terrain.look(height, view.horizon)
    picture = cv.blend(picture, palette.paint(_sand(rng, facts, view, light, sight)), sight.land)
    if facts.time in ("dusk", "dawn") and facts.weather == "clear":
        rim = sight.see(light) * sight.land * cv.glow(view.light_x, view.horizon, 0.4)
        picture = cv.blend(picture, palette.light, np.clip(rim * 0.4, 0, 1))
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if facts.counted == "cactus":
        picture = _cacti(rng, facts, picture, palette, view)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.06), 0.10, max(view.horizon - 0.25, 0.12))
    return sky.add_fall(rng, facts, picture, palette, view)


def _dunes(rng: np.random.Generator, view: sky.View) -> Field:
    depth, x = cv.grid()
    base = terrain.warp(rng, cv.noise(rng, rng.uniform(2, 3), rng.uniform(4, 7), 2, 0.4), 0.10, 2.5)
    crest = (1 - np.abs(base * 2 - 1)) ** 1.3
    fine = 1 - np.abs(terrain.warp(rng, cv.noise(rng, 6, 9, 1), 0.06) * 2 - 1)
    tall = (0.05 + 0.04 * rng.random()) * (0.25 + depth) + 0.03 * depth
    _, column = terrain.map_place(view.focus_x, 0.8)
    hill = np.exp(-(((x - column) / 0.22) ** 2)) * cv.smoothstep(0.45, 0.85, depth) * rng.uniform(0.02, 0.09)
    return np.asarray((crest * 0.85 + 0.2 * fine) * tall + hill * (0.5 + 0.5 * crest), np.float32)


def _sand(rng: np.random.Generator, facts: SceneFacts, view: sky.View, light: Field, sight: terrain.Sight) -> Field:
    y, x = cv.grid()
    near = 1 - sight.distance
    swing = cv.noise(rng, 3, 4, 3)
    # At our feet the map is too coarse to shade by: there the sand swells softly.
    trust = cv.smoothstep(0.12, 0.34, sight.distance)
    lit = sight.see(light) * trust + (0.30 + 0.5 * swing) * (1 - trust)
    inverse = 1 / np.clip(y - view.horizon + 0.08, 0.06, None)
    ripples = np.sin(inverse * 38 + 16 * swing + 9 * x) * 0.035 * near**2 * (0.4 + lit)
    grains = (rng.random(y.shape, np.float32) - 0.5) * 0.05
    flat = facts.weather in ("cloudy", "misty")
    tone = 0.20 + (0.5 if flat else 0.78) * lit + ripples + grains * near
    tone = tone * (0.12 + 0.84 * view.land_light)
    far = {"dawn": 0.88, "day": 0.86, "dusk": 0.62, "night": 0.30}[facts.time]
    haze = cv.smoothstep(0.35, 1.0, sight.distance) * (0.75 if flat else 0.5)
    return np.asarray(tone + (far - tone) * haze, np.float32)


def _mesas(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View) -> Field:
    y, _ = cv.grid()
    for layer in range(2):
        rough = cv.line_noise(rng, 5 + 3 * layer, 6, 0.5)
        table = cv.smoothstep(0.46, 0.54, rough) * (0.08 + 0.03 * rough) + 0.02 * rough
        ridge = (view.horizon + 0.03 - table * (1.2 - 0.35 * layer)).astype(np.float32)
        strata = np.sin((y + 0.01 * cv.noise(rng, 4, 4, 2)) * 260) * 0.03
        cliffs = (cv.noise(rng, 60, 6, 3) - 0.5) * 0.16
        shade = (0.60 - 0.14 * layer) * (0.2 + 0.8 * view.land_light)
        picture = cv.blend(picture, palette.paint(shade + strata + cliffs), cv.below(ridge))
    return picture


def _pyramid(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, at: float) -> Field:
    y, x = cv.grid()
    tall = rng.uniform(0.22, 0.28) * min(1.0, view.horizon / 0.42)
    foot = view.horizon + 0.05
    v = (y - foot + tall) / tall
    left, right = at - 0.80 * tall * v, at + 0.80 * tall * v
    inside = np.clip(np.minimum(x - left, right - x) * cv.SIDE_PX / 1.5, 0, 1) * (v > 0) * (y < foot)
    edge = at + 0.28 * tall * v * (1 if view.light_x < at + 1e-3 else -1)
    sunny = (x < edge) if view.light_x < at + 1e-3 else (x > edge)
    blocks = (cv.noise(rng, 40, 60, 2) - 0.5) * 0.10
    seams = ((v * 34) % 1 < 0.22) * 0.06
    dim = 0.15 + 0.85 * view.land_light
    tone = np.where(sunny, 0.74, 0.24) * dim + blocks - seams
    return cv.blend(picture, palette.paint(tone), inside.astype(np.float32))


def _cacti(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    tall = {1: rng.uniform(0.40, 0.48), 2: 0.36, 3: 0.30, 5: 0.24}[facts.count]
    places = spread_out(rng, facts.count, view.focus_x, tall * 0.56 if facts.count < 5 else 0.15)
    for number, at in enumerate(places):
        foot = 0.88 + (0.05 if number % 2 else -0.02) + rng.uniform(-0.015, 0.015)
        picture = _cactus(rng, facts, picture, palette, view, (at, foot, tall * rng.uniform(0.9, 1.08)))
    return picture


def _cactus(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    place: tuple[float, float, float],
) -> Field:
    px, foot, tall = place
    wide = tall * rng.uniform(0.062, 0.078)
    lines: list[tuple[Points, float]] = [_trunk(rng, px, foot, tall, wide)]
    first = 1.0 if rng.random() < 0.5 else -1.0
    lines.append(_arm(px, foot - tall * rng.uniform(0.36, 0.46), first, tall * rng.uniform(0.28, 0.38), wide))
    lines.append(_arm(px, foot - tall * rng.uniform(0.50, 0.60), -first, tall * rng.uniform(0.18, 0.28), wide))
    patch = Patch(picture, px, foot - tall * 0.5, tall * 0.75, tall * 0.68)
    x, y = patch.x, patch.y
    # Its shadow lies on the sand, away from the light.
    away = np.clip((px - view.light_x) * 1.2, -0.5, 0.5) + (0.15 if px >= view.light_x else -0.15)
    shadow = np.exp(-(((y - foot - 0.002) / 0.010) ** 2 + ((x - px - away * tall) / (tall * 0.30)) ** 2))
    patch.lay(palette.at(0.08), shadow * 0.55)
    mask = patch.strokes(lines)
    thick = cv.blur(mask, wide * cv.SIDE_PX * 0.6)
    facing = np.gradient(thick, axis=1) * cv.SIDE_PX * wide * 1.4 * (1 if view.light_x < px else -1)
    # Ribs run along the stems: lines of equal distance from their edges.
    ribs = np.sin(thick * 30) * 0.5 + 0.5
    dim = 0.35 + 0.65 * view.land_light
    tone = (0.10 + 0.09 * ribs + 0.34 * np.clip(facing, -0.3, 1)) * dim
    tone = tone + 0.05 * (rng.random(y.shape, np.float32) - 0.5)
    patch.lay(palette.accent_paint(tone * 1.2) * 0.5 + palette.paint(tone) * 0.5, mask)
    return picture


def _trunk(rng: np.random.Generator, px: float, foot: float, tall: float, wide: float) -> tuple[Points, float]:
    lean = rng.normal(0, 0.03) * tall
    return [(px, foot), (px + lean * 0.3, foot - tall * 0.5), (px + lean, foot - tall + wide)], wide * 2


def _arm(px: float, start: float, way: float, up: float, wide: float) -> tuple[Points, float]:
    """An arm that leaves the trunk sideways and bends upwards in a quarter circle."""
    bend = wide * 2.6
    turn = np.linspace(0, np.pi / 2, 8)
    arc = [(px + way * (wide * 0.8 + bend * np.sin(t)), start - bend * (1 - np.cos(t))) for t in turn]
    points = [(px, start), *((float(ax), float(ay)) for ax, ay in arc)]
    return [*points, (points[-1][0], points[-1][1] - up)], wide * 1.5
