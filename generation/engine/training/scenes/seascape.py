"""The sea: sky and mirrored light, waves, boats, headlands, a lighthouse."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.balloons import spread_out
from generation.engine.training.scenes.boats import draw_boat, draw_lighthouse
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.water import reflect, wave_field

__all__ = ["draw_boat", "draw_sea", "reflect"]


def draw_sea(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A seascape."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    has_lighthouse = "lighthouse" in facts.objects
    y, _ = cv.grid()
    haze = np.exp(-np.abs(y - view.horizon) / 0.03) * 0.4
    picture = cv.blend(picture, palette.at(0.45 + 0.45 * view.land_light), haze.astype(np.float32))
    if rng.random() < 0.6:
        picture = _headlands(rng, facts, picture, palette, view)
    rough = {"rainy": 0.05, "cloudy": 0.036, "misty": 0.012}.get(facts.weather, rng.uniform(0.016, 0.034))
    picture = reflect(rng, picture, view.horizon, palette, ripple=rough)
    if facts.weather not in ("cloudy", "rainy"):
        picture = _glitter(rng, facts, picture, palette, view)
    shore = rng.random()
    if shore < 0.25 and facts.composition != "big_sky":
        picture = _foam(rng, picture, palette, view)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if has_lighthouse:
        at = view.focus_x if facts.counted == "" else 0.14 if view.focus_x >= 0.5 else 0.86
        tall = min(0.30, view.horizon * 0.6)
        picture = draw_lighthouse(
            rng, picture, palette, place=(at, view.horizon + 0.045), tall=tall, is_lit=facts.time in ("dusk", "night")
        )
    if facts.counted == "boat":
        picture = _boats(rng, facts, picture, palette, view, 0.14 if has_lighthouse else 0.0)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.05), 0.10, max(0.14, view.horizon - 0.22))
    return sky.add_fall(rng, facts, picture, palette, view)


def _boats(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, keep: float
) -> Field:
    size = {1: rng.uniform(0.17, 0.23), 2: 0.16, 3: 0.135, 5: 0.11}[facts.count]
    places = spread_out(rng, facts.count, view.focus_x, size * 1.15)
    if keep and facts.count > 1:
        # Room for the lighthouse at the far side.
        low, high = (0.27, 0.95) if view.focus_x >= 0.5 else (0.05, 0.73)
        places = [low + (high - low) * (number + 0.5) / facts.count for number in range(facts.count)]
        size = min(size, (high - low) / facts.count * 0.8)
    depth = 1 - view.horizon
    rows = [view.horizon + depth * (0.18 + 0.14 * (number % 2)) + rng.uniform(0, 0.05) for number in range(facts.count)]
    is_dark = facts.time in ("dusk", "night")
    for at, row in sorted(zip(places, rows, strict=True), key=lambda place: place[1]):
        sail = palette.accent_at(0.42 if is_dark else 0.55) if facts.weather != "clear" or rng.random() < 0.6 else None
        if sail is None and not is_dark:
            sail = palette.at(0.97)
        nearer = 1 + 0.5 * (row - view.horizon)
        picture = draw_boat(
            rng, picture, palette.at(0.05), view.horizon, place=(at, row), size=size * nearer, sail=sail
        )
    return picture


def _glitter(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    """The path of light on the water: it widens towards us and breaks into sparks."""
    _, x = cv.grid()
    waves, near = wave_field(rng, view.horizon)
    width = 0.03 + 0.16 * near
    path = np.exp(-(((x - view.light_x) / width) ** 2)) * (near > 0)
    sparkle = cv.smoothstep(0.0, 0.16, waves + 0.05 * (1 - near))
    strength = {"dusk": 0.95, "dawn": 0.85, "day": 0.7, "night": 0.75}[facts.time]
    if facts.weather == "misty":
        strength *= 0.6
    return cv.blend(picture, palette.light, path * (0.15 + 0.85 * sparkle) * strength)


def _headlands(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    y, x = cv.grid()
    side = 1 if view.focus_x < 0.4 or (view.focus_x < 0.6 and rng.random() < 0.5) else -1
    for layer in range(int(rng.integers(2, 4))):
        start = rng.uniform(0.5, 0.62) + 0.12 * layer
        span = np.clip((x[0] - start) / (1 - start) if side > 0 else (1 - start - x[0]) / (1 - start), 0, 1)
        tall = rng.uniform(0.07, 0.12) + 0.07 * layer
        height = span**0.6 * tall * (0.45 + cv.line_noise(rng, 5, 7, 0.55))
        ridge = (view.horizon + 0.004 - height).astype(np.float32)
        rock = cv.noise(rng, 22, 12, 5, 0.6)
        face = np.gradient(cv.blur(rock, 1.2), axis=1) * 14 * (1 if view.light_x > 0.5 else -1)
        shade = (0.52 - 0.14 * layer) * (0.25 + 0.75 * view.land_light)
        foot = np.exp(-np.clip(view.horizon - y, 0, 1) / 0.03) * 0.14
        tones = shade + (0.14 * (rock - 0.5) + 0.22 * face) * (0.4 + 0.3 * layer) + foot
        picture = cv.blend(picture, palette.paint(tones), cv.below(ridge) * (span > 0)[None, :])
    return picture


def _foam(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View) -> Field:
    """Breakers that roll in along the lower edge."""
    y, x = cv.grid()
    for line in range(3):
        row = 0.86 + 0.055 * line
        crest = row + 0.02 * np.sin(x * rng.uniform(4, 9) + rng.uniform(0, 6)) + 0.03 * (cv.noise(rng, 5, 2, 4) - 0.5)
        down = (y - crest) / (0.012 + 0.012 * line)
        lace = cv.noise(rng, 40, 60, 3)
        foam = np.exp(-np.clip(down, 0, None) * 1.1) * (down > 0) * cv.smoothstep(0.25, 0.6, lace + 0.2 - 0.1 * down)
        shade = np.exp(-np.clip(-down, 0, None) * 0.8) * (down <= 0) * 0.35
        picture = cv.blend(picture, palette.at(0.2 * view.land_light + 0.05), shade.astype(np.float32))
        picture = cv.blend(picture, palette.at(0.35 + 0.63 * view.land_light), (foam * 0.85).astype(np.float32))
    return picture
