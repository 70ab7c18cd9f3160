"""Dunes with a lit and a shaded flank."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def draw_desert(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Dunes one behind another under a hot sky."""
    y, x = cv.grid()
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    land = 0.35 + 0.65 * view.land_light
    layers = int(rng.integers(3, 6))
    for layer in range(layers):
        near = layer / (layers - 1)
        base = view.horizon + near * (0.92 - view.horizon) * 0.8
        phase, waves = rng.uniform(0, 6.28), rng.uniform(0.6, 1.3)
        swell = np.sin(x[0] * 2 * np.pi * waves + phase)
        crest = (base - (0.035 + 0.06 * near) * (swell + 0.5 * (cv.line_noise(rng, 2, 2) - 0.5))).astype(np.float32)
        depth = (y - crest[None, :]).clip(0, None)
        mask = cv.below(crest)
        # The ridge of the dune wanders down its face: left of it lies light, right of it shadow.
        spine_x = rng.uniform(0.15, 0.85)
        spine = spine_x + 0.32 * np.sin(depth * 7 + phase) * depth * 4 + depth * rng.uniform(-1.2, 1.2)
        towards = 1 if view.light_x < spine_x else -1
        lit = cv.smoothstep(-0.03, 0.03, (spine - x) * towards)
        ripples = np.sin((y * 95 + 22 * cv.noise(rng, 3, 4, 2)) * (1.25 - 0.5 * near)) * 0.018
        tone = (0.80 - 0.06 * near) * land - 0.30 * (1 - lit) * land - 0.22 * depth + ripples * lit
        sand = palette.paint(tone)
        sand = cv.blend(sand, palette.at(0.92 * land), np.exp(-depth * 55) * lit * 0.7)
        if layer == 0:
            sand = cv.blend(sand, palette.at(0.85 * land), np.full_like(y, 0.35))
        picture = cv.blend(picture, sand, mask)
    if "cactus" in facts.objects:
        picture = _cacti(rng, picture, palette.at(0.08))
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.12), 0.12, max(view.horizon - 0.15, 0.15))
    return sky.add_weather(rng, facts, picture, palette, view)


def _cacti(rng: np.random.Generator, picture: Field, colour: Field) -> Field:
    plants = [
        (rng.uniform(0.1, 0.9), rng.uniform(0.80, 0.94), rng.uniform(0.16, 0.28))
        for _ in range(int(rng.integers(1, 4)))
    ]

    def draw(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        for px, foot, tall in plants:
            x, y0, h = px * side, foot * side, tall * side
            w = h * 0.085
            pencil.rounded_rectangle([x - w, y0 - h, x + w, y0], radius=w, fill=255)
            for way, at, up in ((-1, 0.42, 0.34), (1, 0.55, 0.26)):
                ax = x + way * h * 0.24
                pencil.rounded_rectangle(
                    [min(x, ax), y0 - h * at - w * 0.7, max(x, ax), y0 - h * at + w * 0.7], radius=w * 0.6, fill=255
                )
                pencil.rounded_rectangle(
                    [ax - w * 0.75, y0 - h * (at + up), ax + w * 0.75, y0 - h * at + w * 0.7], radius=w * 0.75, fill=255
                )

    return cv.blend(picture, colour, cv.shape_mask(draw))
