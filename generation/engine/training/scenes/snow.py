"""Snow country: white hills, pines, cabins with lit windows."""

import numpy as np
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky, terrain
from generation.engine.training.scenes.cabins import draw_cabins
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.trees import draw_pines


def draw_snow(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """White hills with long soft shadows before far peaks, pines, and cabins with lit windows."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    white = 0.42 + 0.55 * view.land_light
    picture = _peaks(rng, facts, picture, palette, view)
    y, _ = cv.grid()
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        base = view.horizon + 0.02 + near * (0.93 - view.horizon) * 0.95
        hill = (base - (0.15 - 0.05 * near) * (cv.line_noise(rng, 1.8, 3, 0.35) - 0.4)).astype(np.float32)
        if "pines" in facts.objects:
            shade = (0.46 - 0.36 * near) * (0.35 + 0.65 * view.land_light)
            count, tall = ((60, 0.06), (34, 0.10), (16, 0.16), (7, 0.30))[layer]
            # No tree may stand before a cabin.
            if layer == 3 and facts.counted == "cabin":
                count, tall = 12, 0.09
            capped = palette.at(white * (0.8 + 0.15 * near)) if layer else None
            picture = draw_pines(rng, picture, palette.at(shade), ground=hill, count=count, height=tall, snow=capped)
        picture = cv.blend(picture, palette.paint(_snow_tones(rng, facts, view, hill, near)), cv.below(hill, 2.0))
        if layer < 3:
            veil = np.exp(-np.abs(y - base - 0.03) / 0.05) * (0.45 if facts.weather in ("misty", "snowy") else 0.18)
            picture = cv.blend(picture, palette.at(0.85 * white), (veil * (1 - near)).astype(np.float32))
        if layer == 2:
            picture = sky.add_mist(rng, facts, picture, palette, view)
        if facts.counted == "cabin" and layer == 2:
            picture = draw_cabins(rng, facts, picture, palette, view, hill)
    return sky.add_fall(rng, facts, picture, palette, view)


def _peaks(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    depth, x = cv.grid()
    ridges = terrain.ridged(rng, rng.uniform(3, 4.5), 5)
    _, column = terrain.map_place(view.focus_x, 0.7)
    mass = np.exp(-(np.hypot((x - column) / 0.26, (depth - 0.7) / 0.22) ** 1.1))
    tall = min(0.30, view.horizon - 0.12)
    height = (0.06 * depth + tall * mass * 0.9) * (0.25 + ridges) * cv.smoothstep(0.2, 0.5, depth)
    light = terrain.relief_light(height.astype(np.float32), from_left=bool(rng.random() < 0.5), low=0.5, steep=1.7)
    sight = terrain.look(height.astype(np.float32), view.horizon)
    tone = (0.36 + 0.62 * sight.see(light)) * (0.35 + 0.6 * view.land_light)
    far = 0.4 + 0.45 * view.land_light
    haze = np.clip(
        cv.smoothstep(0.3, 1.0, sight.distance) * (0.7 if facts.weather in ("misty", "snowy") else 0.4), 0, 1
    )
    return cv.blend(picture, palette.paint(tone + (far - tone) * haze), sight.land)


def _snow_tones(rng: np.random.Generator, facts: SceneFacts, view: sky.View, hill: Field, near: float) -> Field:
    """Drifts: lit crowns, blue hollows, and the slope's own shadow on the side away from the light."""
    y, _ = cv.grid()
    depth = np.clip((y - hill[None, :]) / 0.22, 0, 1)
    white = 0.42 + 0.55 * view.land_light
    drift = cv.noise(rng, 3, 11 - 4 * near, 5, 0.5)
    way = 1 if view.light_x < 0.5 else -1
    soft = cv.blur(drift, 2.0)
    relief = np.gradient(soft, axis=1) * way * 22 + np.gradient(soft, axis=0) * 12
    slope = np.gradient(ndimage.gaussian_filter1d(hill, 4.0)) * way * 0.55
    flat = 0.5 if facts.weather in ("cloudy", "misty", "snowy") else 1.0
    tone = white - 0.22 * depth * (0.3 + drift) + (0.13 * relief + 0.22 * slope[None, :]) * flat - 0.04 * (1 - near)
    sparkle = (rng.random(y.shape, np.float32) > 0.997) * 0.25 * near
    glow = 0.10 * cv.glow(view.light_x, view.horizon + 0.1, 0.35)
    return np.asarray(np.clip(tone + sparkle + glow * flat, 0.1, 0.99), np.float32)
