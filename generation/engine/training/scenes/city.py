"""A city by day and by night: towers in three depths, a river that mirrors them, a bridge."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.streets import draw_bridge, draw_street
from generation.engine.training.scenes.towers import Light, draw_row
from generation.engine.training.scenes.water import reflect

_WARM = np.array([1.0, 0.82, 0.45], np.float32)


def draw_city(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A skyline that culminates at the focal place."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    base = {"big_sky": 0.86, "high_horizon": 0.60}.get(facts.composition, 0.74)
    y, _ = cv.grid()
    far_tone = {"dawn": 0.86, "day": 0.80, "dusk": 0.62, "night": 0.36}[facts.time]
    if facts.weather in ("rainy", "cloudy"):
        far_tone *= 0.8
    picture = cv.blend(picture, palette.at(far_tone), (np.exp(-(((y - base) / 0.18) ** 2)) * 0.55).astype(np.float32))
    light = Light(
        land=view.land_light,
        # Shares of lit windows: at night many, by day next to none.
        lit={"night": 0.50, "dusk": 0.34, "dawn": 0.14, "day": 0.03}[facts.time],
        from_left=view.light_x < 0.5 if abs(view.light_x - 0.5) > 0.1 else bool(rng.random() < 0.5),
        warm=np.asarray(0.5 * palette.light + 0.5 * _WARM, np.float32),
        far_tone=far_tone,
    )
    tall = {"big_sky": 0.62, "high_horizon": 0.88}.get(facts.composition, 1.0)
    for layer in range(3):
        near = layer / 2
        picture = draw_row(rng, picture, palette, light, near=near, base=base, focus=view.focus_x, tall=tall)
        if layer < 2:
            thick = 0.7 if facts.weather == "misty" else 0.5 if facts.weather == "rainy" else 0.3
            veil = np.exp(-np.clip(base - y, 0, 1) / 0.12) * thick * (y < base + 0.02)
            picture = cv.blend(picture, palette.at(far_tone), veil.astype(np.float32))
    picture = sky.add_mist(rng, facts, picture, palette, view)
    if "river" in facts.objects:
        picture = reflect(rng, picture, base + 0.012, palette, ripple=0.022, depth=0.42)
        picture = _quay(picture, palette, base)
    else:
        picture = draw_street(rng, facts, picture, palette, view, base)
    if "bridge" in facts.objects:
        picture = draw_bridge(rng, facts, picture, palette, view, base)
    return sky.add_fall(rng, facts, picture, palette, view)


def _quay(picture: Field, palette: Palette, base: float) -> Field:
    y, _ = cv.grid()
    wall = np.clip((y - base) * cv.SIDE_PX, 0, 1) * np.clip((base + 0.016 - y) * cv.SIDE_PX, 0, 1)
    return cv.blend(picture, palette.at(0.07), wall)
