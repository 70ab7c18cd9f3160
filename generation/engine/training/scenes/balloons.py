"""Hot-air balloons, and where counted things go."""

import numpy as np
from PIL import ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.sky import View


def spread_out(rng: np.random.Generator, count: int, focus: float, size: float) -> list[float]:
    """`count` places in [0, 1] from left to right, `size` apart at least, the middle one of them at `focus`.

    Where the focus leaves no room for all around it, they use the whole width.
    """
    if count == 1:
        return [focus]
    reach = 0.94 - size
    step = min(reach / (count - 1), max(size * 1.25, 0.26 if count < 4 else 0.19))
    first = float(np.clip(focus - step * (count - 1) / 2, 0.03 + size / 2, 0.97 - size / 2 - step * (count - 1)))
    slack = max(0.0, step - size * 1.05) / 2
    return [first + step * number + float(rng.uniform(-slack, slack)) * 0.6 for number in range(count)]


def draw_balloons(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: View) -> Field:
    """`facts.count` balloons in the sky, striped in the accent's colours."""
    wide = {1: 0.19, 2: 0.16, 3: 0.14, 5: 0.115}[facts.count]
    places = spread_out(rng, facts.count, view.focus_x, wide)
    for number, at in enumerate(places):
        size = wide * rng.uniform(0.92, 1.05)
        middle = max(0.14, view.horizon * 0.42) + (0.09 if number % 2 else -0.04) * (facts.count > 1)
        top = max(size * 0.62, middle + rng.uniform(-0.03, 0.03))
        picture = _balloon(rng, facts, picture, palette, (at, float(top), size))
    return picture


def _balloon(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, place: tuple[float, float, float]
) -> Field:
    bx, by, wide = place
    y, x = cv.grid()
    r = wide / 2
    # An envelope: a ball that runs out in a cone.
    v = (y - by) / r
    half = np.where(v < 0.25, np.sqrt(np.clip(1 - v**2, 0, 1)), np.clip(1.10 - 0.52 * v, 0.0, 0.97))
    half = np.where((v < -1) | (v > 1.45), 0, half)
    u = (x - bx) / r / np.clip(half, 0.05, None)
    mask = np.clip((half * r - np.abs(x - bx)) * cv.SIDE_PX / 1.6 + 0.5, 0, 1) * (half > 0)
    mask = mask * np.clip((1.45 - v) * r * cv.SIDE_PX, 0, 1)
    gores = np.sin(np.arcsin(np.clip(u, -1, 1)) * 7 + rng.uniform(0, 6))
    ball = np.sqrt(np.clip(1 - u * u, 0, 1)) * 0.5 + 0.5 - 0.28 * u * (1 if bx > 0.5 else -1)
    dim = 0.62 if facts.time == "night" else 0.85 if facts.time == "dusk" else 1.0
    strong = palette.accent_paint((0.30 + 0.32 * ball) * dim)
    pale = palette.accent_paint((0.62 + 0.30 * ball) * dim)
    body = cv.blend(strong, pale, cv.smoothstep(-0.15, 0.15, gores))
    band = np.exp(-(((v - 0.1) / 0.14) ** 2))
    body = cv.blend(body, palette.at(0.12), band * 0.75)
    if facts.time in ("dusk", "night"):
        body = cv.blend(body, palette.light, np.exp(-(((v - 1.1) / 0.7) ** 2 + u * u)) * 0.7)
    picture = cv.blend(picture, body, mask.astype(np.float32))

    def basket(pencil: ImageDraw.ImageDraw, side: int) -> None:
        top, low = by + r * 1.75, by + r * 2.05
        for way in (-1, 1):
            ends = [((bx + way * r * 0.3) * side, (by + r * 1.44) * side), ((bx + way * r * 0.17) * side, top * side)]
            pencil.line(ends, fill=255, width=max(2, int(r * side * 0.035)))
        pencil.rounded_rectangle(
            [(bx - r * 0.19) * side, top * side, (bx + r * 0.19) * side, low * side], radius=r * side * 0.06, fill=255
        )

    return cv.blend(picture, palette.at(0.06), cv.shape_mask(basket))
