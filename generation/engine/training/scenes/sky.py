"""Skies, suns, moons, stars and weather, shared by the outdoor scenes."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_SKY_TONES = {"dawn": (0.50, 0.97), "day": (0.58, 0.93), "dusk": (0.27, 0.95), "night": (0.05, 0.38)}
_LAND_LIGHT = {"dawn": 0.85, "day": 1.0, "dusk": 0.6, "night": 0.38}


@dataclass(frozen=True)
class View:
    """Where the horizon and the light stand (fractions of the side), and how light the land is."""

    horizon: float
    light_x: float
    light_y: float
    light_radius: float
    land_light: float


def make_view(rng: np.random.Generator, facts: SceneFacts) -> View:
    """Turns composition and time into places."""
    horizon = {"big_sky": 0.74, "high_horizon": 0.38}.get(facts.composition, 0.56) + rng.uniform(-0.03, 0.03)
    light_x = {"left": 0.22, "right": 0.78}.get(facts.composition, 0.5) + rng.uniform(-0.06, 0.06)
    height = {"dusk": (0.02, 0.14), "dawn": (0.02, 0.2), "day": (0.25, 0.38), "night": (0.22, 0.36)}[facts.time]
    light_y = max(0.08, horizon - rng.uniform(*height))
    radius = rng.uniform(0.055, 0.10) if facts.time in ("dusk", "dawn") else rng.uniform(0.035, 0.06)
    return View(horizon, light_x, light_y, radius, _LAND_LIGHT[facts.time])


def paint_sky(rng: np.random.Generator, facts: SceneFacts, palette: Palette, view: View) -> Field:
    """A whole picture of sky: gradient, clouds, stars, and the sun or moon."""
    y, _ = cv.grid()
    top, bottom = _SKY_TONES[facts.time]
    reach = np.clip(y / max(view.horizon, 0.3), 0, 1) ** 1.25
    tone = top + (bottom - top) * reach
    sun_glow = cv.glow(view.light_x, view.light_y, 0.34)
    tone = tone + (0.10 if facts.time == "day" else 0.22) * sun_glow * (1 if facts.time != "night" else 0.7)
    heavy = facts.weather in ("cloudy", "rainy")
    amount = 0.30 if facts.weather == "clear" else (0.6 if heavy else 0.4)
    cloud = cv.noise(rng, 2.2, 6.5, 5, 0.52)
    cover = cv.smoothstep(0.66 - amount * 0.42, 0.9 - amount * 0.3, cloud)
    lit = 0.22 if facts.time in ("day", "dawn") and not heavy else -0.16 if heavy else 0.13
    tone = tone + cover * lit * (0.5 + 0.5 * (1 - reach)) + (cover * sun_glow) * 0.12
    if facts.weather == "rainy":
        tone = tone * 0.82
    picture = palette.paint(tone)
    if facts.time == "night" and not heavy:
        picture = add_stars(rng, picture, count=110, until=view.horizon)
    return _add_light(facts, picture, palette, view, veil=0.55 if heavy else 1.0)


def _add_light(facts: SceneFacts, picture: Field, palette: Palette, view: View, veil: float) -> Field:
    halo = cv.glow(view.light_x, view.light_y, view.light_radius * 2.6)
    picture = cv.blend(picture, palette.light, halo * (0.55 if facts.time != "night" else 0.25) * veil)
    body = cv.disc(view.light_x, view.light_y, view.light_radius, 2.0)
    if facts.time == "night" and facts.seed % 3 == 0:
        body = body * (
            1 - cv.disc(view.light_x + view.light_radius * 0.55, view.light_y - 0.012, view.light_radius, 2.0)
        )
    return cv.blend(picture, palette.light, body * veil)


def add_stars(rng: np.random.Generator, picture: Field, count: int, until: float) -> Field:
    """Small bright points above `until`."""
    light = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    rows = (rng.random(count) * until * cv.SIDE_PX).astype(int)
    columns = rng.integers(0, cv.SIDE_PX, count)
    light[np.clip(rows, 0, cv.SIDE_PX - 1), columns] = rng.uniform(1.5, 9.0, count)
    return cv.blend(picture, np.ones(3, np.float32), np.clip(cv.blur(light, 0.75), 0, 1))


def add_weather(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    """Mist, rain or snowfall over a finished landscape."""
    y, x = cv.grid()
    if facts.weather == "misty":
        band = np.exp(-(((y - view.horizon - 0.06) / 0.17) ** 2))
        veil = band * (0.45 + 0.6 * cv.noise(rng, 2, 5, 4))
        return cv.blend(picture, palette.at(0.55 + 0.4 * view.land_light), np.clip(veil, 0, 0.85))
    if facts.weather == "rainy":
        slant = rng.uniform(-0.25, 0.25)
        streaks = rng.random((cv.SIDE_PX, cv.SIDE_PX), np.float32)
        streaks = cv.smoothstep(0.985, 1.0, streaks)
        streaks = np.clip(ndimage.uniform_filter1d(streaks, 17, axis=0) * 9, 0, 1)
        rows = (y * cv.SIDE_PX).astype(int)
        columns = ((x + slant * y) * cv.SIDE_PX).astype(int) % cv.SIDE_PX
        grey = picture * 0.88 + 0.06 * palette.at(0.6)
        return cv.blend(grey, palette.at(0.95), streaks[rows, columns] * 0.42)
    if facts.weather == "snowy":
        flakes = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
        for radius, count in ((0.7, 240), (1.4, 90), (2.2, 25)):
            layer = np.zeros_like(flakes)
            at = rng.integers(0, cv.SIDE_PX, (2, count))
            layer[at[0], at[1]] = 2 * np.pi * radius * radius
            flakes = np.maximum(flakes, np.clip(cv.blur(layer, radius) * 1.2, 0, 1))
        return cv.blend(picture, np.ones(3, np.float32), flakes * 0.9)
    return picture


def add_birds(rng: np.random.Generator, picture: Field, colour: Field, top: float, bottom: float) -> Field:
    """A small flock of gulls between two heights."""
    cx, cy = rng.uniform(0.2, 0.8), rng.uniform(top, max(bottom, top + 0.02))
    birds = [
        (cx + rng.normal(0, 0.09), cy + rng.normal(0, 0.04), rng.uniform(0.016, 0.032))
        for _ in range(int(rng.integers(4, 8)))
    ]

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        for bx, by, span in birds:
            wing = span * side
            x, y = bx * side, by * side
            points = [
                (x - wing, y - wing * 0.45),
                (x - wing * 0.45, y - wing * 0.35),
                (x, y),
                (x + wing * 0.45, y - wing * 0.35),
                (x + wing, y - wing * 0.45),
            ]
            pencil.line(points, fill=255, width=max(3, int(side * 0.0065)), joint="curve")

    return cv.blend(picture, colour, cv.shape_mask(draw))
