"""Woods in layers of mist through the seasons, with shafts of light, deer and a path."""

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.deer import draw_deer
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_LAYERS = 4


def draw_forest(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Tall trunks under a canopy of leaves, fading into the light between them."""
    y, _ = cv.grid()
    view = sky.make_view(rng, facts)
    ground_y = {"high_horizon": 0.62, "big_sky": 0.86}.get(facts.composition, 0.76)
    picture = _backdrop(rng, facts, palette, view, ground_y)
    ground = (ground_y + 0.03 * (cv.line_noise(rng, 3) - 0.5)).astype(np.float32)
    veil = {"misty": 0.75, "rainy": 0.4}.get(facts.weather, 0.5 if facts.time == "dawn" else 0.3)
    for layer in range(_LAYERS):
        near = layer / (_LAYERS - 1)
        shade = (0.56 - 0.50 * near) * (0.2 + 0.8 * view.land_light) + 0.02
        if layer == _LAYERS - 1:
            picture = _floor(rng, facts, picture, palette, view, ground)
            if "path" in facts.objects:
                picture = _path(rng, facts, picture, palette, view, ground_y)
        picture = _trunks(rng, facts, picture, palette, view, (near, shade, ground_y))
        picture = _leaves(rng, facts, picture, palette, (near, shade, view.land_light))
        if layer < _LAYERS - 1:
            mist = np.exp(-(((y - ground_y + 0.08) / 0.26) ** 2)) * veil * (1 - near)
            picture = cv.blend(picture, palette.at(0.25 + 0.65 * view.land_light), mist.astype(np.float32))
    if facts.weather in ("clear", "misty") and facts.time != "night":
        picture = _shafts(rng, facts, picture, palette, view)
    if facts.counted == "deer":
        picture = draw_deer(rng, facts, picture, palette, view, ground_y)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.03), 0.34, 0.48)
    return sky.add_fall(rng, facts, picture, palette, view)


def _backdrop(rng: np.random.Generator, facts: SceneFacts, palette: Palette, view: sky.View, ground_y: float) -> Field:
    y, _ = cv.grid()
    base, gain = {"dawn": (0.62, 0.34), "day": (0.54, 0.40), "dusk": (0.22, 0.55), "night": (0.08, 0.26)}[facts.time]
    if facts.weather in ("cloudy", "rainy"):
        gain *= 0.55
    middle = ground_y - 0.28 if facts.time in ("day", "night") else ground_y - 0.10
    tone = base + gain * cv.glow(view.focus_x, middle, 0.34) + 0.05 * cv.noise(rng, 3, 3, 3) - 0.1 * (1 - y)
    picture = palette.paint(tone)
    if facts.time == "night":
        picture = sky.add_stars(rng, picture, 160, ground_y - 0.2)
        moon = cv.disc(view.focus_x, 0.27, 0.05, 3.0)
        picture = cv.blend(picture, palette.light, cv.glow(view.focus_x, 0.27, 0.15) * 0.35)
        return cv.blend(picture, palette.light, moon)
    if facts.weather in ("cloudy", "rainy"):
        return picture
    if facts.time in ("dusk", "dawn"):
        picture = cv.blend(picture, palette.light, cv.disc(view.focus_x, ground_y - 0.15, 0.07, 4.0) * 0.9)
    return cv.blend(picture, palette.light, cv.glow(view.focus_x, middle, 0.17) * 0.7)


def _trunks(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    layer: tuple[float, float, float],
) -> Field:
    near, shade, ground_y = layer
    count = int(rng.integers(13, 17) - 10 * near)
    trees = []
    for _ in range(count):
        tx = rng.uniform(-0.02, 1.02)
        # The nearest trees frame the focal place instead of hiding it.
        if near > 0.5 and abs(tx - view.focus_x) < 0.16:
            tx = view.focus_x + (0.2 + 0.25 * rng.random()) * (1 if tx > view.focus_x else -1)
        trees.append((tx, (0.005 + 0.026 * near) * rng.uniform(0.7, 1.4), rng.normal(0, 0.025)))
    turns = rng.random((count, 10))
    feet = ground_y + 0.015 + 0.14 * near * (1 - ground_y) / 0.24 + turns[:, 0] * 0.05 * near

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for (tx, half, lean), lot, base in zip(trees, turns, feet, strict=True):
            x, w, bend, foot = tx * side, half * side, lean * side, float(base) * side
            left = [(x + bend - w * 0.5, 0), (x + bend * 0.4 - w * 0.75, foot * 0.5), (x - w, foot - w * 2)]
            right = [(x + w, foot - w * 2), (x + bend * 0.4 + w * 0.75, foot * 0.5), (x + bend + w * 0.5, 0)]
            pencil.polygon([*left, (x - w * 2.0, foot), (x + w * 2.0, foot), *right], fill=255)
            for branch in range(5):
                at = foot * (0.08 + 0.55 * float(lot[branch]))
                way = 1 if lot[branch + 5] > 0.5 else -1
                reach = side * (0.04 + 0.09 * near) * (0.5 + float(lot[branch + 5]))
                root = x + bend * (1 - at / foot)
                elbow = (root + way * reach * 0.5, at - reach * 0.35)
                points = [(root, at), elbow, (root + way * reach, at - reach * 0.95)]
                pencil.line(points, fill=255, width=max(2, int(w * 0.4)), joint="curve")
                twig = (elbow[0] + way * reach * 0.42, elbow[1] - reach * 0.04)
                pencil.line([elbow, twig], fill=255, width=max(2, int(w * 0.2)))

    mask = cv.shape_mask(draw)
    bark = cv.noise(rng, 90, 9, 3, 0.6) - 0.5
    toward = np.gradient(cv.blur(mask, 1 + 5 * near), axis=1) * 6 * (1 + near)
    _, x = cv.grid()
    rim = np.clip(toward * np.sign(x - view.focus_x) * -1, 0, 1) * view.land_light
    tone = shade + bark * 0.16 * near + 0.30 * rim * (0.3 + near)
    picture = cv.blend(picture, palette.paint(tone), mask)
    if facts.season == "winter":
        caked = np.clip(np.gradient(cv.blur(mask, 1.2), axis=1) * 8 + 0.5 * bark, 0, 1)
        picture = cv.blend(picture, palette.at(0.30 + 0.62 * view.land_light), caked * mask * 0.8)
    return picture


def _leaves(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, layer: tuple[float, float, float]
) -> Field:
    """The canopy: clumps of leaves that thin out downwards. Bare in winter, in blossom in spring."""
    near, shade, land_light = layer
    y, _ = cv.grid()
    reach = {"winter": 0.0, "spring": 0.34, "summer": 0.50, "autumn": 0.42}[facts.season] - 0.13 * near
    if reach <= 0:
        return picture
    clumps = cv.noise(rng, 6 - 2 * near, 6 - 2 * near, 3, 0.55)
    flecks = cv.noise(rng, 64 - 26 * near, 64 - 26 * near, 2, 0.6)
    crown = np.clip(1.2 - y / reach, -0.6, 1.2)
    cover = cv.smoothstep(0.60, 0.66, clumps * 0.52 + flecks * 0.30 + crown * 0.36)
    light = cv.blur(flecks, 1.0)
    lit = np.clip((light - np.roll(light, 3, axis=0)) * 2.2 + 0.5, 0, 1)
    dim = 0.25 + 0.75 * land_light
    tone = shade + (0.05 + 0.22 * lit) * dim + 0.10 * (clumps - 0.5)
    painted = palette.paint(tone)
    if facts.season in ("spring", "autumn"):
        accent = (0.62 + 0.30 * lit) if facts.season == "spring" else (0.38 + 0.34 * lit)
        patches = cv.smoothstep(0.35, 0.5, cv.noise(rng, 5, 5, 3) + 0.16 * (near - 0.2))
        # Far crowns are veiled by air, so their colour is weaker.
        colour = palette.accent_paint(accent * (0.35 + 0.65 * land_light))
        painted = cv.blend(painted, colour, patches * (0.35 + 0.55 * near))
    return cv.blend(picture, painted, cover * (0.8 + 0.2 * near))


def _floor(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, ground: Field
) -> Field:
    y, x = cv.grid()
    far = np.clip((y - ground[None, :]) / 0.25, 0, 1)
    tufts = cv.noise(rng, 70, 60, 3, 0.6)
    mounds = cv.noise(rng, 4, 9, 3)
    pool = cv.glow(view.focus_x, float(ground.mean()) + 0.05, 0.28)
    dim = 0.2 + 0.8 * view.land_light
    if facts.season == "winter":
        tone = (0.86 - 0.22 * far * mounds + 0.10 * (tufts - 0.5)) * (0.3 + 0.7 * view.land_light) + 0.1 * pool
        return cv.blend(picture, palette.paint(tone), cv.below(ground, 3.0))
    # Shadows of the trunks fan out from the light.
    fan = np.arctan2(x - view.focus_x, y - ground.mean() + 0.12)
    stripes = np.interp(fan, np.linspace(-1.6, 1.6, cv.SIDE_PX), cv.line_noise(rng, 16, 2))
    tone = (0.20 + 0.16 * mounds + 0.30 * (tufts - 0.4) + 0.40 * pool - 0.16 * far - 0.16 * (stripes > 0.55)) * dim
    picture = cv.blend(picture, palette.paint(tone + 0.03), cv.below(ground, 3.0))
    if facts.season in ("spring", "autumn"):
        bits = cv.smoothstep(0.66, 0.74, cv.noise(rng, 95, 80, 1)) * (0.35 + 0.65 * mounds)
        shade = (0.80 if facts.season == "spring" else 0.55) * (0.35 + 0.65 * view.land_light)
        picture = cv.blend(picture, palette.accent_at(shade), bits * cv.below(ground, 3.0) * 0.85)
    return picture


def _path(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, ground_y: float
) -> Field:
    y, x = cv.grid()
    far = np.clip((y - ground_y) / (1 - ground_y), 0, 1)
    sway = rng.uniform(0.08, 0.16) * (1 if rng.random() < 0.5 else -1)
    middle = view.focus_x + sway * np.sin(far * 3.4) * (0.3 + far)
    half = (0.018 + 0.19 * far**1.3) * (1 + 0.25 * (cv.noise(rng, 6, 16, 3) - 0.5))
    path = (1 - cv.smoothstep(0.82, 1.0, np.abs(x - middle) / half)) * cv.smoothstep(0.0, 0.04, y - ground_y)
    stones = cv.noise(rng, 60, 90, 2)
    dim = 0.25 + 0.75 * view.land_light
    tone = (0.80 - 0.22 * far + 0.22 * (stones - 0.5)) * dim - 0.22 * cv.smoothstep(0.6, 1, np.abs(x - middle) / half)
    return cv.blend(picture, palette.paint(tone), path * 0.92)


def _shafts(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    """Light that falls between the crowns, fanned out from a point above the picture."""
    y, x = cv.grid()
    origin = view.focus_x + rng.uniform(-0.12, 0.12)
    angle = np.arctan2(x - origin, y + 0.22)
    rays = np.interp(angle, np.linspace(-1.4, 1.4, cv.SIDE_PX), cv.line_noise(rng, 17, 3)).astype(np.float32)
    shafts = cv.smoothstep(0.46, 0.78, rays) * np.clip(1.05 - 0.9 * y, 0, 1) * np.exp(-np.abs(angle) * 1.5)
    strength = {"dawn": 0.55, "day": 0.5}.get(facts.time, 0.28)
    return cv.blend(picture, palette.light, (shafts * strength).astype(np.float32))
