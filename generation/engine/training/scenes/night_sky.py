"""The starry sky over a dark land."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.mountains import draw_pines
from generation.engine.training.scenes.palettes import Palette


def draw_night_sky(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Stars, clouds of light, the Milky Way, a low dark horizon."""
    y, x = cv.grid()
    ground_y = 0.80 if facts.composition != "big_sky" else 0.90
    focus = {"left": 0.3, "right": 0.7}.get(facts.composition, 0.5)
    tone = 0.06 + 0.26 * np.clip(y / ground_y, 0, 1) ** 2 + 0.06 * cv.noise(rng, 3, 3, 3)
    cloud = cv.noise(rng, 3, 3, 5, 0.55)
    if "milky_way" in facts.objects:
        lean = rng.uniform(0.25, 0.7) * (1 if facts.seed % 2 else -1)
        across = (x - focus) + lean * (y - 0.45)
        band = np.exp(-((across / 0.15) ** 2))
        dust = cv.smoothstep(0.45, 0.75, cv.noise(rng, 5, 5, 5, 0.6)) * np.exp(-((across / 0.05) ** 2))
        tone = tone + band * (0.25 + 0.42 * cloud) - 0.30 * dust
        density = np.asarray(0.35 + band, np.float32)
    else:
        nebula = cv.glow(focus, 0.35, 0.3)
        tone = tone + nebula * cv.smoothstep(0.3, 0.75, cloud) * 0.40
        density = np.full(y.shape, 0.7, np.float32)
    picture = palette.paint(tone)
    picture = _scatter(rng, picture, density)
    for _ in range(int(rng.integers(3, 7))):
        sx, sy = rng.uniform(0.05, 0.95), rng.uniform(0.05, ground_y - 0.1)
        picture = cv.blend(picture, palette.light, np.clip(cv.glow(sx, sy, 0.008) * 1.4, 0, 1))
        picture = cv.blend(picture, palette.at(0.85), cv.glow(sx, sy, 0.028) * 0.35)
    picture = cv.blend(picture, palette.at(0.62), np.exp(-(((y - ground_y) / 0.10) ** 2)) * 0.45)
    for layer in range(2):
        rise = 0.12 if layer == 0 else 0.05
        ridge = (ground_y + 0.07 * layer - rise * (cv.line_noise(rng, 3, 5) - 0.35)).astype(np.float32)
        if layer == 1 and "pines" in facts.objects:
            picture = draw_pines(rng, picture, palette.at(0.02), ground=ridge, count=14, height=0.13)
        picture = cv.blend(picture, palette.at(0.13 - 0.11 * layer), cv.below(ridge))
    if "lone_tree" in facts.objects:
        picture = _lone_tree(
            rng, picture, palette.at(0.02), 1 - focus if focus != 0.5 else rng.uniform(0.3, 0.7), ground_y + 0.09
        )
    return sky.add_weather(rng, facts, picture, palette, sky.make_view(rng, facts))


def _scatter(rng: np.random.Generator, picture: Field, density: Field) -> Field:
    chance = rng.random((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    bright = (chance < 0.007 * density) * rng.uniform(0.8, 9, chance.shape)
    light = np.clip(cv.blur(bright.astype(np.float32), 0.7), 0, 1)
    return cv.blend(picture, np.ones(3, np.float32), light)


def _lone_tree(rng: np.random.Generator, picture: Field, colour: Field, at: float, foot: float) -> Field:
    tall = rng.uniform(0.24, 0.34)

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        def branch(px: float, py: float, angle: float, length: float, width: float, level: int) -> None:
            ex, ey = px + np.cos(angle) * length, py - np.sin(angle) * length
            pencil.line([(px * side, py * side), (ex * side, ey * side)], fill=255, width=max(2, int(width * side)))
            if level == 0:
                r = length * 0.9
                pencil.ellipse(
                    [(ex - r) * side, (ey - r * 0.75) * side, (ex + r) * side, (ey + r * 0.75) * side], fill=255
                )
                return
            for turn in (-0.55, 0.05, 0.5):
                branch(
                    ex, ey, angle + turn + rng.normal(0, 0.12), length * rng.uniform(0.6, 0.75), width * 0.62, level - 1
                )

        branch(at, foot, np.pi / 2 + rng.normal(0, 0.06), tall * 0.36, 0.022, 3)

    return cv.blend(picture, colour, cv.shape_mask(draw))
