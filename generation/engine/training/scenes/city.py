"""A city after dark: towers with lit windows, street light, a river that mirrors them."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.seascape import reflect


def draw_city(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A skyline in three depths."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    base = {"big_sky": 0.86, "high_horizon": 0.70}.get(facts.composition, 0.78)
    y, _ = cv.grid()
    picture = cv.blend(picture, palette.at(0.80), np.exp(-(((y - base) / 0.22) ** 2)) * 0.5)
    focus = {"left": 0.28, "right": 0.72}.get(facts.composition, 0.5)
    for layer in range(3):
        picture = _towers(rng, picture, palette, layer / 2, base, focus, 1.0 if facts.composition != "big_sky" else 0.7)
    street = np.clip((y - base) * cv.SIDE_PX, 0, 1)
    picture = cv.blend(picture, palette.at(0.07), street)
    if "river" in facts.objects:
        picture = reflect(rng, picture, base + 0.005, palette, ripple=0.02, depth=0.5)
    else:
        lamps = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
        for _ in range(26):
            row = int((base + rng.uniform(0.02, 0.2)) * cv.SIDE_PX)
            lamps[min(row, cv.SIDE_PX - 1), int(rng.integers(0, cv.SIDE_PX))] = rng.uniform(20, 60)
        picture = cv.blend(picture, palette.light, np.clip(cv.blur(lamps, 2.2), 0, 1))
    if "bridge" in facts.objects:
        picture = _bridge(picture, palette, base)
    return sky.add_weather(rng, facts, picture, palette, view)


def _towers(
    rng: np.random.Generator, picture: Field, palette: Palette, near: float, base: float, focus: float, tall: float
) -> Field:
    mask = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    lights = np.zeros_like(mask)
    left = -4
    while left < cv.SIDE_PX:
        width = int(rng.integers(11, 21) + 9 * near)
        middle = (left + width / 2) / cv.SIDE_PX
        reach = 0.22 + 0.40 * np.exp(-(((middle - focus) / 0.24) ** 2)) * (1 - 0.55 * near)
        top = int((base - tall * reach * rng.uniform(0.45, 1.1)) * cv.SIDE_PX)
        first, last = max(left, 0), min(left + width, cv.SIDE_PX)
        if last > first:
            mask[top:, first:last] = 1
            kind = rng.random()
            centre = (first + last) // 2
            if kind < 0.25:
                mask[max(top - 14, 0) : top, centre : centre + 1] = 0.8
            elif kind < 0.5:
                mask[max(top - 6, 0) : top, first + width // 4 : last - width // 4] = 1
            elif kind < 0.62:
                for step in range(9):
                    mask[max(top - step, 0), min(first + step, last) : max(last - step, first)] = 1
            rows = np.arange(top + 4, int(base * cv.SIDE_PX) - 3, 5)
            columns = np.arange(first + 2, last - 3, 4)
            if len(rows) and len(columns):
                lit = rng.random((len(rows), len(columns))) < rng.uniform(0.25, 0.7)
                strength = rng.uniform(0.55, 1.0, lit.shape) * lit
                for dy in range(3):
                    for dx in range(2):
                        lights[np.ix_(rows + dy, columns + dx)] = np.maximum(
                            lights[np.ix_(rows + dy, columns + dx)], strength
                        )
        left += width + int(rng.integers(0, 4))
    y, _ = cv.grid()
    tone = 0.34 - 0.27 * near + 0.12 * np.clip((y - base + 0.4) / 0.4, 0, 1) * (1 - near)
    picture = cv.blend(picture, palette.paint(tone), mask)
    lights = lights * mask * (y < base)
    warm = 0.55 * palette.light + 0.45 * np.array([1.0, 0.82, 0.45], np.float32)
    picture = cv.blend(picture, warm, cv.blur(lights, 4.0) * 0.5)
    return cv.blend(picture, warm, lights * (0.45 + 0.45 * near))


def _bridge(picture: Field, palette: Palette, base: float) -> Field:
    deck = base + 0.09

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        pencil.rectangle([0, deck * side, side, (deck + 0.016) * side], fill=255)
        for tower in (0.25, 0.75):
            pencil.rectangle(
                [(tower - 0.012) * side, (deck - 0.2) * side, (tower + 0.012) * side, (deck + 0.08) * side], fill=255
            )
        points = np.linspace(0, 1, 60)
        sag = deck - 0.02 - 0.17 * np.abs(np.cos((points - 0.25) * 2 * np.pi)) ** 1.6
        cable = [(float(p) * side, float(s) * side) for p, s in zip(points, sag, strict=True)]
        pencil.line(cable, fill=255, width=int(side * 0.006))
        for p, s in cable[::2]:
            pencil.line([(p, s), (p, deck * side)], fill=255, width=int(side * 0.003))

    return cv.blend(picture, palette.at(0.03), cv.shape_mask(draw))
