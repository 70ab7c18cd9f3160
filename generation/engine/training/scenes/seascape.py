"""The sea, above all at sunset: sky, mirrored light, boats, headlands, a lighthouse."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def reflect(
    rng: np.random.Generator,
    picture: Field,
    horizon: float,
    palette: Palette,
    *,
    ripple: float = 0.03,
    depth: float = 0.62,
) -> Field:
    """Fills everything under `horizon` with a rippled, darkened mirror of what is above it."""
    y, x = cv.grid()
    down = np.clip(y - horizon, 0, None)
    waves = cv.noise(rng, 5, 44, 3, 0.6) - 0.5
    far = np.clip(down / (1 - horizon), 0.02, 1)
    source_y = horizon - down * (horizon / (1 - horizon)) * 0.9 + waves * ripple * 4 * far
    source_x = x + waves * ripple * far
    rows = np.clip(source_y * cv.SIDE_PX, 0, horizon * cv.SIDE_PX - 1).astype(int)
    columns = np.clip(source_x * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
    water = picture[rows, columns] * (1 - depth * 0.55 * far[..., None])
    water = cv.blend(water, palette.at(0.2), np.full_like(y, 0.25) * (0.5 + 0.5 * far))
    crest = cv.smoothstep(0.1, 0.28, waves) * (0.10 + 0.25 * far)
    water = cv.blend(water, palette.at(0.9), crest * 0.55)
    return cv.blend(picture, water, np.clip((y - horizon) * cv.SIDE_PX + 0.5, 0, 1))


def draw_sea(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A seascape."""
    view = sky.make_view(rng, facts)
    picture = sky.paint_sky(rng, facts, palette, view)
    if rng.random() < 0.55:
        picture = _headland(rng, picture, palette, view)
    picture = reflect(rng, picture, view.horizon, palette)
    picture = _glitter(rng, facts, picture, palette, view)
    if "lighthouse" in facts.objects:
        picture = _lighthouse(rng, picture, palette, view, facts)
    if "boat" in facts.objects:
        picture = draw_boat(rng, picture, palette.at(0.04), view.horizon)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.08), 0.12, view.horizon - 0.15)
    return sky.add_weather(rng, facts, picture, palette, view)


def _glitter(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    y, x = cv.grid()
    far = np.clip((y - view.horizon) / (1 - view.horizon), 0, 1)
    width = 0.035 + 0.13 * far
    path = np.exp(-(((x - view.light_x) / width) ** 2)) * (y > view.horizon)
    sparkle = cv.smoothstep(0.42, 0.62, cv.noise(rng, 14, 60, 2, 0.5) + 0.12 * (1 - far))
    strength = {"dusk": 0.95, "dawn": 0.85, "day": 0.5, "night": 0.6}[facts.time]
    if facts.weather in ("cloudy", "rainy"):
        strength *= 0.6
    return cv.blend(picture, palette.light, path * (0.22 + 0.78 * sparkle) * strength)


def _headland(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View) -> Field:
    _, x = cv.grid()
    for layer in range(int(rng.integers(1, 3))):
        side = 1 if rng.random() < 0.5 else -1
        start = rng.uniform(0.45, 0.75)
        span = np.clip((x[0] - start) / (1 - start) if side > 0 else (1 - start - x[0]) / (1 - start), 0, 1)
        height = span**0.7 * rng.uniform(0.05, 0.16) * (0.5 + cv.line_noise(rng, 5))
        ridge = view.horizon + 0.004 - height
        mask = cv.below(ridge.astype(np.float32)) * (span > 0)[None, :]
        picture = cv.blend(picture, palette.at(0.42 - 0.2 * layer), mask)
    return picture


def _lighthouse(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, facts: SceneFacts) -> Field:
    y, x = cv.grid()
    at = 0.16 if view.light_x > 0.5 else 0.84
    foot = view.horizon + 0.02
    top = foot - rng.uniform(0.24, 0.32)
    rock = foot + 0.05 - 0.09 * np.exp(-(((x[0] - at) / 0.11) ** 2)) * (0.8 + 0.5 * cv.line_noise(rng, 9))
    rock_mask = (
        cv.below(rock.astype(np.float32)) * np.clip((foot + 0.03 - y) * cv.SIDE_PX, 0, 1) * (np.abs(x - at) < 0.22)
    )

    def tower(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        pencil.polygon(
            [
                ((at - 0.028) * side, foot * side),
                ((at - 0.017) * side, top * side),
                ((at + 0.017) * side, top * side),
                ((at + 0.028) * side, foot * side),
            ],
            fill=255,
        )
        pencil.polygon(
            [
                ((at - 0.022) * side, (top - 0.03) * side),
                (at * side, (top - 0.06) * side),
                ((at + 0.022) * side, (top - 0.03) * side),
            ],
            fill=255,
        )
        pencil.rectangle([(at - 0.012) * side, (top - 0.032) * side, (at + 0.012) * side, top * side], fill=255)

    picture = cv.blend(picture, palette.at(0.12), rock_mask)
    picture = cv.blend(picture, palette.at(0.14), cv.shape_mask(tower))
    if facts.time in ("dusk", "night"):
        beam_y = top - 0.016
        spread = 0.01 + np.abs(x - at) * 0.14
        direction = x > at if at < 0.5 else x < at
        beam = np.exp(-(((y - beam_y) / spread) ** 2)) * direction * np.clip(1 - np.abs(x - at) / 0.7, 0, 1)
        picture = cv.blend(picture, palette.light, beam * 0.45)
        picture = cv.blend(picture, palette.light, cv.glow(at, beam_y, 0.03))
    return picture


def draw_boat(rng: np.random.Generator, picture: Field, colour: Field, horizon: float) -> Field:
    """A sailing boat on the water below `horizon`."""
    size = rng.uniform(0.09, 0.16)
    bx = rng.uniform(0.25, 0.75)
    by = horizon + rng.uniform(0.04, max(0.06, (1 - horizon) * 0.45))

    def boat(pencil, side: int) -> None:  # type: ignore[no-untyped-def]
        s, x0, y0 = size * side, bx * side, by * side
        pencil.polygon(
            [
                (x0 - s * 0.55, y0 - s * 0.16),
                (x0 + s * 0.6, y0 - s * 0.16),
                (x0 + s * 0.38, y0 + s * 0.05),
                (x0 - s * 0.38, y0 + s * 0.05),
            ],
            fill=255,
        )
        pencil.polygon(
            [(x0 - s * 0.02, y0 - s * 0.22), (x0 - s * 0.02, y0 - s * 1.35), (x0 + s * 0.55, y0 - s * 0.22)], fill=255
        )
        pencil.polygon(
            [(x0 - s * 0.08, y0 - s * 0.22), (x0 - s * 0.08, y0 - s * 1.15), (x0 - s * 0.45, y0 - s * 0.22)], fill=255
        )

    mask = cv.shape_mask(boat)
    first_row = int(min(by + 0.01, 0.98) * cv.SIDE_PX)
    mirror = np.zeros_like(mask)
    height = min(cv.SIDE_PX - first_row, first_row)
    mirror[first_row : first_row + height] = mask[first_row - height : first_row][::-1]
    picture = cv.blend(picture, colour, cv.blur(mirror, 2.0) * 0.45)
    return cv.blend(picture, colour, mask)
