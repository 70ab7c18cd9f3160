"""Skies, suns, moons, stars and birds, shared by the outdoor scenes."""

from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.clouds import Clouds, draw_clouds
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.weather import fall_weather

# Tone at the zenith, tone at the horizon, and how closely the horizon's light hugs it.
_SKY_TONES = {
    "dawn": (0.60, 0.93, 1.1),
    "day": (0.47, 0.82, 1.3),
    "dusk": (0.20, 0.84, 2.2),
    "night": (0.05, 0.34, 1.7),
}
_LAND_LIGHT = {"dawn": 0.85, "day": 1.0, "dusk": 0.5, "night": 0.3}
_OVERCAST = ("cloudy", "rainy", "snowy")


@dataclass(frozen=True)
class View:
    """Where the horizon, the light and the focal subject stand (fractions of the side), and how light the land is."""

    horizon: float
    light_x: float
    light_y: float
    light_radius: float
    land_light: float
    focus_x: float = 0.5


def make_view(rng: np.random.Generator, facts: SceneFacts) -> View:
    """Turns composition and time into places."""
    horizon = {"big_sky": 0.75, "high_horizon": 0.35}.get(facts.composition, 0.57) + rng.uniform(-0.025, 0.025)
    focus = {"left": 0.25, "right": 0.75}.get(facts.composition, 0.5) + rng.uniform(-0.03, 0.03)
    height = {"dusk": (0.03, 0.12), "dawn": (0.05, 0.16), "day": (0.30, 0.42), "night": (0.26, 0.42)}[facts.time]
    light_y = max(0.09, horizon - rng.uniform(*height))
    radius = rng.uniform(0.06, 0.10) if facts.time in ("dusk", "dawn") else rng.uniform(0.032, 0.055)
    land = _LAND_LIGHT[facts.time] * (0.85 if facts.weather in ("cloudy", "rainy") else 1.0)
    return View(horizon, focus + rng.uniform(-0.02, 0.02), light_y, radius, land, focus)


def paint_sky(rng: np.random.Generator, facts: SceneFacts, palette: Palette, view: View) -> Field:
    """A whole picture of sky: gradient, clouds, stars, and the sun or moon."""
    y, x = cv.grid()
    top, bottom, hug = _SKY_TONES[facts.time]
    overcast = facts.weather in _OVERCAST
    reach = np.clip(y / max(view.horizon, 0.3), 0, 1) ** hug
    tone = top + (bottom - top) * reach
    # The sky is darker away from the light: it gives the light a side.
    tone = tone - 0.10 * np.clip(np.abs(x - view.light_x) - 0.1, 0, 1) * (0.4 if overcast else 1.0)
    if facts.weather == "rainy":
        tone = tone * 0.72
    elif overcast:
        tone = tone * 0.9
    elif facts.weather == "misty":
        tone = tone * 0.75 + 0.22 * (bottom + 0.1)
    sun_glow = cv.glow(view.light_x, view.light_y, 0.36)
    strength = {"day": 0.12, "dawn": 0.16, "dusk": 0.34, "night": 0.16}[facts.time]
    tone = tone + strength * sun_glow * (0.4 if overcast else 1.0)
    clouds = draw_clouds(rng, facts, view.horizon, view.light_x, view.light_y)
    picture = palette.paint(tone)
    if facts.time == "night" and not overcast:
        picture = add_stars(rng, picture, count=420, until=view.horizon)
    if not overcast:
        picture = _add_light(rng, facts, picture, palette, view)
    return _lay_clouds(facts, picture, palette, tone, clouds, sun_glow)


def _lay_clouds(
    facts: SceneFacts, picture: Field, palette: Palette, tone: Field, clouds: Clouds, sun_glow: Field
) -> Field:
    overcast = facts.weather in _OVERCAST
    if facts.time == "night":
        cloud_tone = 0.10 + 0.30 * clouds.light + 0.25 * sun_glow * (1 - overcast)
    elif facts.time == "dusk":
        # Lit from beneath: bright where they stand near the sun, dark violet masses away from it.
        cloud_tone = 0.14 + 0.34 * clouds.light + (0.25 if overcast else 0.55) * sun_glow * (0.4 + clouds.light)
    elif facts.weather == "rainy":
        cloud_tone = 0.20 + 0.48 * clouds.light
    elif overcast:
        cloud_tone = 0.34 + 0.58 * clouds.light
    else:
        cloud_tone = tone - 0.06 + 0.34 * clouds.light + 0.1
    painted = palette.paint(np.clip(cloud_tone, 0.02, 0.985))
    warm = sun_glow * clouds.light * (0.0 if overcast else 0.45)
    painted = cv.blend(painted, palette.light, np.clip(warm, 0, 0.6))
    return cv.blend(picture, painted, clouds.cover)


def _add_light(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    strength = {"night": 0.30, "day": 0.5, "dawn": 0.5, "dusk": 0.7}[facts.time]
    veil = 0.55 if facts.weather == "misty" else 1.0
    for reach, share in ((5.0, 0.35), (2.4, 0.6), (1.5, 0.6)):
        halo = cv.glow(view.light_x, view.light_y, view.light_radius * reach)
        picture = cv.blend(picture, palette.light, halo * strength * share)
    body = cv.disc(view.light_x, view.light_y, view.light_radius, 3.0)
    if facts.time == "night":
        return _moon(rng, facts, picture, palette, view, body * veil)
    return cv.blend(picture, palette.light, body * veil)


def _moon(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View, body: Field
) -> Field:
    shadow_dx = view.light_radius * 0.55
    if facts.seed % 3 == 0:
        body = body * (1 - cv.disc(view.light_x + shadow_dx, view.light_y - 0.012, view.light_radius * 0.95, 3.0))
    # The maria: grey patches that make a disc a moon.
    maria = cv.smoothstep(0.45, 0.7, cv.noise(rng, 16, 16, 3)) * 0.22
    face = palette.light[None, None, :] * (1 - maria[..., None])
    return cv.blend(picture, face, body)


def add_stars(rng: np.random.Generator, picture: Field, count: int, until: float) -> Field:
    """Bright points above `until`, few of them large, the most faint."""
    light = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    rows = (rng.random(count) * until * cv.SIDE_PX).astype(int)
    columns = rng.integers(0, cv.SIDE_PX, count)
    light[np.clip(rows, 0, cv.SIDE_PX - 1), columns] = 1.5 + 22 * rng.random(count) ** 5
    return cv.blend(picture, np.ones(3, np.float32), np.clip(cv.blur(light, 0.9), 0, 1))


def add_weather(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    """Mist, rain or snowfall over a finished landscape."""
    return fall_weather(rng, facts.weather, picture, palette, view.horizon, view.land_light)


def add_mist(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    """The veils of misty weather, for scenes whose subject shall stand before them; nothing in other weather."""
    return add_weather(rng, facts, picture, palette, view) if facts.weather == "misty" else picture


def add_fall(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    """Rain or snowfall, where `add_mist` has been laid before."""
    return add_weather(rng, facts, picture, palette, view) if facts.weather != "misty" else picture


def add_birds(rng: np.random.Generator, picture: Field, colour: Field, top: float, bottom: float) -> Field:
    """A flock of five to nine birds between two heights, each with bent wings of its own beat."""
    cx, cy = rng.uniform(0.25, 0.75), rng.uniform(top, max(bottom, top + 0.02))
    count = int(rng.integers(5, 10))
    birds = []
    for number in range(count):
        # A loose wedge behind the first bird, so that they keep apart.
        way = 1 if number % 2 else -1
        rank = (number + 1) // 2
        birds.append(
            (
                np.clip(cx + way * rank * 0.06 + rng.normal(0, 0.012), 0.05, 0.95),
                np.clip(cy + rank * 0.026 * way + rng.normal(0, 0.02), 0.04, 0.9),
                rng.uniform(0.022, 0.036),
                rng.uniform(-0.2, 0.65),
            )
        )

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for bx, by, span, beat in birds:
            wing, x, y = span * side, bx * side, by * side
            for way in (-1, 1):
                elbow = (x + way * wing * 0.45, y - wing * (0.18 + 0.4 * beat))
                tip = (x + way * wing, y - wing * beat * 0.55)
                pencil.polygon(
                    [(x, y - wing * 0.08), elbow, tip, (elbow[0], elbow[1] + wing * 0.17), (x, y + wing * 0.13)],
                    fill=255,
                )

    return cv.blend(picture, colour, cv.shape_mask(draw))
