"""Far hills and mountains in haze, for scenes whose subject stands in front of them."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.stamps import LAND_TONE


def haze_tone(facts: SceneFacts) -> float:
    """The tone into which distance fades."""
    tone = {"dawn": 0.90, "day": 0.84, "dusk": 0.56, "night": 0.25}[facts.time]
    return tone * (0.84 if facts.weather == "rainy" else 1.0)


def far_ranges(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    *,
    layers: int = 3,
    height: float = 0.22,
    sharp: float = 0.7,
) -> Field:
    """Ranges that end at the horizon, one before another, each darker than the one behind it."""
    y, x = cv.grid()
    haze = haze_tone(facts)
    land = LAND_TONE[facts.time]
    tone = np.full_like(y, haze)
    cover = np.zeros_like(y)
    grain = cv.noise(rng, 14, 22, 3, 0.6) - 0.5
    for layer in range(layers):
        near = (layer + 1) / layers
        rough = cv.line_noise(rng, 2.2 + 2.5 * near, 6, 0.5)
        crest = 1 - np.abs(2 * rough - 1)
        swell = 0.55 + 0.6 * np.sin(x[0] * rng.uniform(3, 6) + rng.uniform(0, 6.3)) ** 2
        rise = height * (1.1 - 0.62 * near) * (sharp * crest + (1 - sharp) * rough) * swell
        ridge = (view.horizon + 0.01 - rise).astype(np.float32)
        depth = np.clip((y - ridge[None, :]) / (0.6 * height), 0, 1)
        slope = np.clip(np.gradient(ridge) * cv.SIDE_PX * 0.5, -1, 1)[None, :]
        towards = np.sign(x - view.light_x) * -1
        own = haze + (0.30 * land - haze) * (0.30 + 0.55 * near)
        if facts.weather == "misty":
            own = haze + (own - haze) * (0.35 + 0.4 * near)
        body = own + (0.10 * slope * -towards + 0.14 * grain) * np.exp(-2.5 * depth) * land * near
        body = body + (haze - body) * depth * (0.75 if facts.weather != "misty" else 0.95)
        mask = cv.below(ridge)
        tone += (body - tone) * mask
        cover = np.maximum(cover, mask)
    return cv.blend(picture, palette.paint(tone), cover)
