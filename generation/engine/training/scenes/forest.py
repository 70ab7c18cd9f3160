"""Woods in layers of mist, with shafts of light and a path."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def draw_forest(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Tall trunks under a canopy of leaves, fading into light."""
    y, x = cv.grid()
    view = sky.make_view(rng, facts)
    light_x = view.light_x
    land = 0.45 + 0.55 * view.land_light
    ground_y = 0.80 if facts.composition != "high_horizon" else 0.66
    tone = (0.50 + 0.42 * cv.glow(light_x, 0.45, 0.42)) * land + 0.05 * cv.noise(rng, 3, 3, 3)
    picture = palette.paint(tone)
    picture = cv.blend(picture, palette.light, cv.glow(light_x, 0.42, 0.20) * 0.6 * land)
    ground = (ground_y + 0.03 * cv.line_noise(rng, 3)).astype(np.float32)
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        shade = (0.60 - 0.55 * near) * land + 0.02
        picture = _trunks(rng, picture, palette.at(shade), near)
        leaves = cv.noise(rng, 5 - 1.5 * near, 5 - 1.5 * near, 5, 0.62)
        crown = np.clip(1.15 - y / (0.46 - 0.12 * near), 0, 1.2)
        cover = cv.smoothstep(0.55, 0.64, leaves * 0.7 + crown * 0.42)
        flecks = (cv.noise(rng, 26, 26, 2) - 0.5) * 0.22
        picture = cv.blend(
            picture, palette.paint(shade + flecks * (0.5 + 0.5 * near) + 0.05), cover * (0.75 + 0.25 * near)
        )
        if layer < layers - 1:
            mist = np.exp(-(((y - ground_y + 0.05) / 0.24) ** 2)) * (0.34 if facts.weather != "misty" else 0.62)
            picture = cv.blend(picture, palette.at(0.90 * land), mist * (1 - near))
    floor = palette.paint(
        0.16 * land + 0.25 * land * cv.noise(rng, 8, 26, 4) * (1.25 - y) + 0.16 * cv.glow(light_x, ground_y, 0.3) * land
    )
    picture = cv.blend(picture, floor, cv.below(ground, 3.0))
    if "path" in facts.objects:
        far = np.clip((y - ground_y) / (1 - ground_y), 0, 1)
        middle = light_x + 0.10 * np.sin(far * 3.0 + facts.seed) * far
        half = 0.02 + 0.20 * far
        path = (1 - cv.smoothstep(0.8, 1.0, np.abs(x - middle) / half)) * cv.below(ground, 3.0)
        picture = cv.blend(
            picture, palette.paint(0.72 * land - 0.2 * far + 0.1 * cv.noise(rng, 10, 30, 3)), path * 0.85
        )
    if facts.time in ("dawn", "day") and facts.weather in ("clear", "misty"):
        angle = np.arctan2(x - light_x, y + 0.25)
        rays = np.interp(angle.ravel(), np.linspace(-1.4, 1.4, 256), cv.line_noise(rng, 14, 3)).reshape(y.shape)
        shafts = (
            cv.smoothstep(0.52, 0.8, rays.astype(np.float32)) * np.clip(1.1 - y, 0, 1) * np.exp(-np.abs(angle) * 1.6)
        )
        picture = cv.blend(picture, palette.light, shafts * 0.42)
    if facts.time == "night":
        picture = picture * 0.86
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.05), 0.35, 0.5)
    if facts.weather in ("rainy", "snowy"):
        picture = sky.add_weather(rng, facts, picture, palette, view)
    return picture


def _trunks(rng: np.random.Generator, picture: Field, colour: Field, near: float) -> Field:
    count = int(rng.integers(9, 13) - 6 * near)
    trees = [
        (rng.uniform(-0.02, 1.02), (0.006 + 0.026 * near) * rng.uniform(0.7, 1.4), rng.normal(0, 0.02))
        for _ in range(count)
    ]

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        foot = (0.80 + 0.14 * near) * side
        for tx, half, lean in trees:
            x, w, bend = tx * side, half * side, lean * side
            pencil.polygon(
                [
                    (x + bend - w * 0.6, 0),
                    (x + bend + w * 0.6, 0),
                    (x + w, foot - w * 2),
                    (x + w * 1.8, foot),
                    (x - w * 1.8, foot),
                    (x - w, foot - w * 2),
                ],
                fill=255,
            )
            for branch in range(2):
                at = side * (0.25 + 0.14 * branch + 0.1 * abs(lean) * 10)
                way = 1 if (branch + int(tx * 100)) % 2 else -1
                pencil.line([(x + bend * 0.5, at), (x + way * w * 7, at - w * 6)], fill=255, width=max(2, int(w * 0.6)))

    return cv.blend(picture, colour, cv.shape_mask(draw, 2))
