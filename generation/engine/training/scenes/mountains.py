"""Mountain ranges in haze, and the snowy land."""

import numpy as np
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.seascape import reflect


def draw_pines(
    rng: np.random.Generator, picture: Field, colour: Field, *, ground: Field, count: int, height: float
) -> Field:
    """A row of pines that stand on the line `ground` (side,), about `height` tall."""
    trees = [(rng.uniform(-0.02, 1.02), height * rng.uniform(0.6, 1.25)) for _ in range(count)]

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        for tx, tall in trees:
            base = float(ground[int(np.clip(tx * cv.SIDE_PX, 0, cv.SIDE_PX - 1))]) + 0.02
            x, foot, h = tx * side, base * side, tall * side
            pencil.rectangle([x - h * 0.03, foot - h * 0.2, x + h * 0.03, foot], fill=255)
            for step in range(4):
                low, high = foot - h * (0.10 + 0.20 * step), foot - h * (0.46 + 0.18 * step)
                half = h * (0.27 - 0.055 * step)
                pencil.polygon([(x - half, low), (x, high), (x + half, low)], fill=255)

    return cv.blend(picture, colour, cv.shape_mask(draw))


def draw_mountains(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Ranges one behind another, paler with distance; a lake or pines in front."""
    y, x = cv.grid()
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    layers = int(rng.integers(3, 6))
    peak_x = {"left": 0.28, "right": 0.72}.get(facts.composition, 0.5)
    haze = palette.at(0.42 + 0.5 * view.land_light)
    for layer in range(layers):
        near = layer / max(layers - 1, 1)
        base = view.horizon - 0.12 + near * (0.98 - view.horizon) * 0.72
        rise = (0.34 - 0.17 * near) * rng.uniform(0.85, 1.15)
        rough = cv.line_noise(rng, 2.5 + 2 * near, 6, 0.52)
        sharp = 1 - np.abs(rough * 2 - 1)
        mass = (
            np.exp(-(((x[0] - peak_x) / 0.33) ** 2))
            if layer == 0
            else 1 - 0.35 * np.exp(-(((x[0] - peak_x) / 0.4) ** 2))
        )
        ridge = (base + 0.1 - rise * (0.35 * rough + 0.65 * sharp) * (0.45 + 0.75 * mass)).astype(np.float32)
        mask = cv.below(ridge)
        tone = (0.66 - 0.54 * near) * (0.55 + 0.45 * view.land_light)
        depth = np.clip((y - ridge[None, :]) / 0.3, 0, 1)
        slope = np.gradient(ndimage.gaussian_filter1d(ridge, 2.0)) * cv.SIDE_PX
        light_side = np.sign(view.light_x - 0.5 + 1e-3)
        facet = np.clip(slope * -light_side * 0.5, -1, 1)[None, :] * np.exp(-depth * 4)
        grain = (cv.noise(rng, 9, 14, 3, 0.6) - 0.5) * 0.12
        body = palette.paint(tone + 0.10 * facet + grain * (1 - depth))
        if near < 0.4 and facts.palette != "golden" and facts.seed % 2 == 0:
            cap = cv.smoothstep(0.10, 0.02, depth * 0.3 + grain * 0.4 + 0.02 * (1 - mass)[None, :])
            body = cv.blend(body, palette.at(0.98 * (0.5 + 0.5 * view.land_light)), cap * np.clip(0.35 + facet, 0, 1))
        body = cv.blend(body, haze, depth * 0.62 * (1 - 0.75 * near))
        picture = cv.blend(picture, body, mask)
        if "lake" in facts.objects and layer == layers - 2:
            picture = reflect(rng, picture, min(base + 0.14, 0.82), palette, ripple=0.012, depth=0.45)
            break
    if "pines" in facts.objects:
        ground = (0.95 - 0.06 * cv.line_noise(rng, 3)).astype(np.float32)
        picture = cv.blend(picture, palette.at(0.06), cv.below(ground))
        picture = draw_pines(rng, picture, palette.at(0.06), ground=ground, count=int(rng.integers(9, 20)), height=0.17)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.1), 0.1, 0.3)
    return sky.add_weather(rng, facts, picture, palette, view)


def draw_snow(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """White hills with long soft shadows, pines, and a cabin with a lit window."""
    y, _ = cv.grid()
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    white = 0.55 + 0.44 * view.land_light
    layers = 4
    cabin_layer = 2
    for layer in range(layers):
        near = layer / (layers - 1)
        base = view.horizon - 0.02 + near * (0.95 - view.horizon) * 0.85
        hill = (base - (0.13 - 0.05 * near) * (cv.line_noise(rng, 1.6, 3, 0.35) - 0.4)).astype(np.float32)
        depth = np.clip((y - hill[None, :]) / 0.22, 0, 1)
        drift = cv.noise(rng, 3, 16, 3)
        tone = white - 0.20 * depth * (0.4 + drift) - 0.05 * (1 - near)
        if "pines" in facts.objects and layer in (0, 1, 3):
            colour = palette.at((0.42 - 0.3 * near) * (0.6 + 0.4 * view.land_light))
            count = (16, 9, 4)[0 if layer == 0 else 1 if layer == 1 else 2]
            picture = draw_pines(rng, picture, colour, ground=hill, count=count, height=0.09 + 0.13 * near)
        picture = cv.blend(picture, palette.paint(tone), cv.below(hill))
        if "cabin" in facts.objects and layer == cabin_layer:
            picture = _cabin(rng, facts, picture, palette, hill)
    return sky.add_weather(rng, facts, picture, palette, view)


def _cabin(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, ground: Field) -> Field:
    at = {"left": 0.28, "right": 0.72}.get(facts.composition, 0.5) + rng.uniform(-0.06, 0.06)
    foot = float(ground[int(at * cv.SIDE_PX)]) + 0.035
    w = rng.uniform(0.10, 0.14)

    def box(x0: float, y0: float, x1: float, y1: float):  # type: ignore[no-untyped-def]
        return lambda pencil, side: pencil.rectangle([x0 * side, y0 * side, x1 * side, y1 * side], fill=255)

    def roof(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        pencil.polygon(
            [
                ((at - w * 1.2) * side, (foot - w * 0.85) * side),
                (at * side, (foot - w * 1.75) * side),
                ((at + w * 1.2) * side, (foot - w * 0.85) * side),
            ],
            fill=255,
        )

    picture = cv.blend(picture, palette.at(0.16), cv.shape_mask(box(at - w * 0.9, foot - w * 1.0, at + w * 0.9, foot)))
    picture = cv.blend(picture, palette.at(0.45), cv.shape_mask(roof))
    warm = np.array([1.0, 0.80, 0.36], np.float32)
    for offset in (-0.45, 0.45):
        cx, cy = at + w * offset, foot - w * 0.5
        picture = cv.blend(picture, warm, cv.glow(cx, cy, w * 0.55) * (0.2 if facts.time == "day" else 0.5))
        picture = cv.blend(picture, warm, cv.shape_mask(box(cx - w * 0.2, cy - w * 0.2, cx + w * 0.2, cy + w * 0.2)))
    return picture
