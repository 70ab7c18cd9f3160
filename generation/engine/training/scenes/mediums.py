"""Mediums: a finished picture done over as if in oil, ink, watercolour, pixels, screen print or woodcut."""

from collections.abc import Callable

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.medium_oil import paint_oil
from generation.engine.training.scenes.medium_prints import paint_pixel_art, paint_poster, paint_woodcut
from generation.engine.training.scenes.medium_tools import blur_colours, enlarge, light_share, luminance, reduce_picture
from generation.engine.training.scenes.palettes import Palette


def apply_medium(rng: np.random.Generator, picture: Field, medium: str, palette: Palette) -> Field:
    """`picture` (side, side, 3) done over in `medium`, one of facts.MEDIUMS; "plain" gives it back as it is."""
    if medium == "plain":
        return picture
    return _PAINT[medium](rng, np.clip(picture, 0, 1).astype(np.float32), palette)


def _paint_ink(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """Brushed ink: lines where tones meet, two or three pale washes, bare paper elsewhere."""
    tone = luminance(picture)
    low, high = np.quantile(tone[::8, ::8], (0.02, 0.98))
    tone = np.clip((tone - low) / max(high - low, 0.15), 0, 1)
    tremble = cv.noise(rng, 10, 10, 3) - 0.5
    soft = cv.blur(tone, 3.5) + 0.08 * tremble
    # Lines by difference of Gaussians (XDoG, H. Winnemöller 2011): dark where a tone dips under its surroundings.
    # A sun in a light sky hardly differs in tone; lifted, it gets its outline.
    drawn = tone + 0.35 * light_share(picture, palette)
    fine, wide = cv.blur(drawn, 1.5), cv.blur(drawn, 4.5)
    press = 0.6 + 0.8 * cv.noise(rng, 5, 5, 3)
    lines = np.clip((wide - fine) * 18 * press - 0.22, 0, 1)
    dry = cv.smoothstep(0.30, 0.55, cv.noise(rng, 26, 90, 3, 0.65))
    deep = cv.smoothstep(0.24, 0.14, soft) * (0.72 + 0.28 * dry)
    middle = cv.smoothstep(0.50, 0.40, soft)
    light = cv.smoothstep(0.76, 0.66, soft)
    pool = 0.9 + 0.35 * (cv.noise(rng, 4, 4, 4) - 0.5)
    paper = 0.955 + 0.05 * (cv.noise(rng, 70, 110, 2) - 0.5)
    # The ink is one colour, more or less thinned; the paper takes its tint from the same family.
    wash = np.clip((0.13 * light + 0.22 * middle) * pool + 0.50 * deep, 0, 1)
    sheet = palette.paint(paper.astype(np.float32)) * 0.65 + 0.35 * np.array([0.98, 0.965, 0.93], np.float32)
    sheet = cv.blend(sheet, palette.at(0.30), wash)
    return cv.blend(sheet, palette.at(0.05), np.clip(lines, 0, 0.95))


def _paint_watercolour(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """Thin washes that bleed, dry with dark edges, granulate, and leave a ragged white margin."""
    y, x = cv.grid()
    bleed = 0.010
    wander_x, wander_y = cv.noise(rng, 9, 9, 4, 0.6) - 0.5, cv.noise(rng, 9, 9, 4, 0.6) - 0.5
    columns = np.clip((x + bleed * wander_x * 2) * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
    rows = np.clip((y + bleed * wander_y * 2) * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int)
    small = blur_colours(reduce_picture(picture, 2), 1.1)
    soft = enlarge(small)[rows, columns]
    tone = luminance(soft)
    # Washes lie in steps, each a little darker along its edge.
    steps = tone * 5 + 0.5 * (wander_x + wander_y)
    part = steps - np.floor(steps)
    flat = (np.floor(steps) + cv.smoothstep(0.35, 0.65, part.astype(np.float32))) / 5
    edge = np.exp(-(((part - 0.5) / 0.10) ** 2))
    edge = edge * np.clip(np.hypot(*np.gradient(cv.blur(tone, 2.0))) * 55, 0, 1)
    # Transparent pigment never gets black: tones are lifted, colours kept strong.
    lifted = (0.20 + 0.80 * np.clip(flat, 0, 1)) / np.maximum(tone, 0.04)
    washed = soft * lifted[..., None]
    grey = washed.mean(axis=2, keepdims=True)
    washed = grey + (washed - grey) * 1.15
    tooth = cv.noise(rng, 140, 140, 2, 0.7) - 0.5
    pool = cv.noise(rng, 4, 4, 5, 0.6) - 0.5
    thin = 0.86 + 0.40 * pool + 0.16 * tooth
    white = np.array([0.985, 0.98, 0.965], np.float32)
    # Less pigment: colours move towards the paper's white, keeping their hue.
    picture = white * (1 - np.clip(1 - np.clip(washed, 0, 1), 0, 1) * np.clip(thin, 0, 1)[..., None])
    picture = picture * (1 - 0.38 * edge[..., None])
    inset = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    ragged = inset - 0.050 - 0.075 * (cv.noise(rng, 4, 4, 5, 0.6) - 0.5)
    covered = cv.smoothstep(-0.004, 0.006, ragged)
    rim = np.exp(-(((ragged - 0.005) / 0.006) ** 2))
    picture = (picture * (1 - 0.22 * rim[..., None])).astype(np.float32)
    return cv.blend(white * (1 + 0.05 * tooth[..., None]), picture, covered)


_PAINT: dict[str, Callable[[np.random.Generator, Field, Palette], Field]] = {
    "oil": paint_oil,
    "ink": _paint_ink,
    "watercolour": _paint_watercolour,
    "pixel_art": paint_pixel_art,
    "poster": paint_poster,
    "woodcut": paint_woodcut,
}
