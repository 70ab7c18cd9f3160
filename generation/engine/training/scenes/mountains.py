"""Mountain ranges in relief and haze, with a lake, pines and balloons."""

from dataclasses import replace

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky, terrain
from generation.engine.training.scenes.balloons import draw_balloons
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.trees import draw_pines
from generation.engine.training.scenes.water import reflect

__all__ = ["draw_mountains", "draw_pines", "haze_tone"]


def haze_tone(facts: SceneFacts) -> float:
    """The tone into which far land fades: nearly the sky's at the horizon."""
    tone = {"dawn": 0.86, "day": 0.74, "dusk": 0.60, "night": 0.28}[facts.time]
    return tone * (0.75 if facts.weather == "rainy" else 0.9 if facts.weather == "cloudy" else 1.0)


def _heights(rng: np.random.Generator, view: sky.View) -> Field:
    """A map: a massif under the light, lesser peaks beside it, foothills that sink towards the viewer."""
    depth, x = cv.grid()
    ridges = terrain.warp(rng, terrain.ridged(rng, rng.uniform(2.6, 4.0), 6, fade=0.52), 0.06)
    row, column = terrain.map_place(view.focus_x, rng.uniform(0.62, 0.78))
    away = np.hypot((x - column) / rng.uniform(0.17, 0.26), (depth - row) / 0.19)
    # A peak, not a dome: the sides run straight to the top.
    massif = np.exp(-1.15 * away)
    tall = min(view.horizon - 0.06, rng.uniform(0.36, 0.5)) * row
    side = 0.0 * x
    for _ in range(3):
        px, pd = rng.uniform(0, 1), rng.uniform(0.55, 0.95)
        side = side + np.exp(-np.hypot((x - px) / 0.13, (depth - pd) / 0.13)) * rng.uniform(0.2, 0.45)
    near = cv.smoothstep(0.08, 0.55, depth)
    # A valley runs towards the peak between flanks that rise to both sides.
    valley = np.clip(np.abs(x - 0.5 - (column - 0.5) * depth) - 0.05, 0, 1) ** 1.3
    hills = depth * near * (0.15 * ridges + 0.22 * valley * (1.2 - depth))
    peaks = tall * np.maximum(massif, side * 0.9) * (0.55 + 0.62 * ridges)
    return np.asarray(hills + peaks, np.float32)


def _beside_the_peak(rng: np.random.Generator, view: sky.View) -> sky.View:
    """The light stands free beside the main peak instead of behind it."""
    away = rng.uniform(0.13, 0.2) * (1 if view.focus_x < 0.4 or (view.focus_x < 0.6 and rng.random() < 0.5) else -1)
    return replace(view, light_x=view.focus_x + away, light_y=min(view.light_y, view.horizon - rng.uniform(0.17, 0.23)))


def draw_mountains(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A massif among lesser ranges, paler with distance; a lake or pines in front."""
    view = _beside_the_peak(rng, sky.make_view(rng, facts))
    picture = sky.paint_sky(rng, facts, palette, view)
    height = _heights(rng, view)
    light = terrain.relief_light(height, from_left=view.light_x < view.focus_x, low=rng.uniform(0.45, 0.65), steep=1.7)
    sight = terrain.look(height, view.horizon)
    tone = _land_tones(rng, facts, view, height, light, sight)
    picture = cv.blend(picture, palette.paint(tone), sight.land)
    if facts.time in ("dawn", "dusk") and facts.weather == "clear":
        # The low sun gilds what faces it.
        lit = sight.see(light) * np.clip(sight.distance - 0.3, 0, 1) * sight.land
        picture = cv.blend(picture, palette.light, np.clip(lit * 0.35 * cv.glow(view.light_x, view.light_y, 0.5), 0, 1))
    shore = view.horizon + 0.16 * (1.02 - view.horizon) / 0.45
    if "lake" in facts.objects:
        picture = _lake(rng, picture, palette, shore)
    if "pines" in facts.objects:
        picture = _near_pines(rng, facts, picture, palette, view)
    else:
        picture = _near_ground(rng, facts, picture, palette, view)
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if facts.counted == "balloon":
        picture = draw_balloons(rng, facts, picture, palette, view)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.06), 0.08, max(0.1, view.horizon - 0.25))
    return sky.add_fall(rng, facts, picture, palette, view)


def _land_tones(
    rng: np.random.Generator, facts: SceneFacts, view: sky.View, height: Field, light: Field, sight: terrain.Sight
) -> Field:
    depth, _ = cv.grid()
    lit = sight.see(light)
    distance = sight.distance
    grain = cv.noise(rng, 50, 70, 3) - 0.5
    flat_light = facts.weather in ("cloudy", "rainy", "misty", "snowy")
    contrast = 0.5 if flat_light else 0.72
    tone = 0.05 + contrast * lit + 0.16 * grain * (1.15 - distance)
    # Woods on the lower slopes: dark crowns, the smaller the farther.
    crowns = np.where(distance > 0.4, cv.noise(rng, 110, 130, 1), cv.noise(rng, 48, 66, 2))
    woods = cv.smoothstep(0.42, 0.62, cv.noise(rng, 4, 5, 4) + 0.25 * (0.5 - lit))
    tone = tone - 0.16 * woods * cv.smoothstep(0.3, 0.65, crowns) * sight.see(cv.smoothstep(0.16, 0.06, height))
    snow_line = rng.uniform(0.10, 0.24) if rng.random() < 0.65 else 0.6
    if facts.weather == "snowy":
        snow_line = 0.0
    rough = cv.noise(rng, 14, 14, 3) - 0.5
    cap = sight.see(cv.smoothstep(snow_line, snow_line + 0.06, height + 0.10 * rough - 0.05 * (1 - depth)))
    tone = tone + cap * (0.30 + 0.30 * lit)
    if facts.weather == "snowy":
        tone = 0.45 + 0.5 * tone
    tone = tone * (0.2 + 0.8 * view.land_light)
    thickness = {"misty": 3.2, "rainy": 2.0, "snowy": 1.8, "cloudy": 1.2}.get(facts.weather, 1.0)
    haze = 1 - np.exp(-(np.clip(distance - 0.25, 0, 1) ** 1.5) * thickness)
    y, _ = cv.grid()
    low = np.exp(-np.abs(y - view.horizon - 0.02) / 0.08) * (0.35 if facts.time in ("dawn", "dusk") else 0.2)
    haze = np.clip(haze * 0.8 + low * cv.smoothstep(0.2, 0.5, distance), 0, 0.92)
    return np.asarray(tone + (haze_tone(facts) - tone) * haze, np.float32)


def _lake(rng: np.random.Generator, picture: Field, palette: Palette, shore: float) -> Field:
    picture = reflect(rng, picture, shore, palette, ripple=0.010, depth=0.30)
    # A dark rim of shore parts the land from its image.
    y, _ = cv.grid()
    rim = np.exp(-(((y - shore) / 0.006) ** 2)).astype(np.float32)
    return cv.blend(picture, palette.at(0.1), rim * 0.7)


def _near_ground(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View
) -> Field:
    """The dark ground on which the viewer stands: grass and stones."""
    y, x = cv.grid()
    frame = np.abs(x[0] - view.focus_x)
    base = 1.0 if "lake" in facts.objects else 0.93
    ground = (base - 0.16 * frame - 0.05 * cv.line_noise(rng, 5, 7, 0.6)).astype(np.float32)
    blades = cv.noise(rng, 120, 40, 3, 0.6)
    down = np.clip((y - ground[None, :]) / 0.1, 0, 1)
    tone = (0.28 - 0.20 * down) * (0.4 + 0.6 * view.land_light) + 0.16 * (blades - 0.5)
    if facts.weather == "snowy":
        tone = (0.92 - 0.2 * down + 0.06 * (blades - 0.5)) * (0.3 + 0.7 * view.land_light)
    return cv.blend(picture, palette.paint(tone), cv.below(ground, 2.0))


def _near_pines(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    snow = palette.at(0.55 + 0.4 * view.land_light) if facts.weather == "snowy" else None
    _, x = cv.grid()
    # The ground rises to the sides, so that the pines frame the peak.
    frame = np.abs(x[0] - view.focus_x)
    for layer, (base, tall, count, shade) in enumerate(((0.90, 0.13, 34, 0.20), (0.99, 0.24, 16, 0.07))):
        ground = (base - (0.10 + 0.05 * layer) * frame - 0.03 * cv.line_noise(rng, 4)).astype(np.float32)
        colour = palette.at(shade * (0.4 + 0.6 * view.land_light))
        picture = draw_pines(rng, picture, colour, ground=ground, count=count, height=tall, snow=snow)
        picture = cv.blend(picture, colour if snow is None else palette.at(0.8), cv.below(ground))
    return picture
