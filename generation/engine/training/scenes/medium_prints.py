"""Mediums of few flat colours: pixel art, screen-printed poster, woodcut."""

import numpy as np
from PIL import Image
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.medium_tools import (
    accent_share,
    blur_colours,
    light_share,
    luminance,
    nearest,
    reduce_picture,
)
from generation.engine.training.scenes.palettes import Palette

# Bayer's 4 × 4 threshold matrix (1973), in sixteenths.
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47


def paint_pixel_art(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """64 × 64 blocks in at most 16 colours, the steps between them dithered in order."""
    blocks = 64
    small = reduce_picture(picture, cv.SIDE_PX // blocks)
    soft = np.stack([cv.blur(small[..., c], 1.2) for c in range(3)], axis=-1)
    small = np.clip(small + 0.9 * (small - soft), 0, 1)
    sheet = Image.fromarray((small * 255).astype(np.uint8))
    table = sheet.quantize(12, Image.Quantize.MEDIANCUT).getpalette() or []
    colours = np.array(table, np.float32).reshape(-1, 3)[:12] / 255
    # Small things in the accent would be averaged away, so four colours are set aside.
    kept = np.stack([palette.light, palette.at(0.04), palette.accent_at(0.35), palette.accent_at(0.6)])
    colours = np.concatenate([colours, kept]).astype(np.float32)
    dither = np.tile(_BAYER, (blocks // 4, blocks // 4))[..., None]
    chosen = nearest((small + dither * 0.15).astype(np.float32), colours.astype(np.float32))
    block = cv.SIDE_PX // blocks
    return np.asarray(colours[chosen].repeat(block, axis=0).repeat(block, axis=1), np.float32)


def _levels(tone: Field, count: int) -> Field:
    """Thresholds (count - 1,) that part `tone` into levels, halfway between equal areas and equal steps."""
    shares = np.linspace(0, 1, count + 1)[1:-1]
    sample = tone[::6, ::6]
    low, high = np.quantile(sample, (0.02, 0.98))
    return np.asarray(0.5 * np.quantile(sample, shares) + 0.5 * (low + (high - low) * shares), np.float32)


def paint_poster(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """Five flat inks of the palette and two of the accent, with clean contours and a bare paper border."""
    big = blur_colours(picture, 2.0)
    half = ndimage.median_filter(luminance(picture)[::2, ::2], 5)
    tone = cv.blur(half.repeat(2, axis=0).repeat(2, axis=1), 1.6)
    thresholds = _levels(tone, 5)
    inks = palette.paint(np.array([0.05, 0.27, 0.50, 0.72, 0.95], np.float32))
    sheet = np.broadcast_to(inks[0], picture.shape).copy()
    for ink, threshold in zip(inks[1:], thresholds, strict=True):
        sheet = cv.blend(sheet, ink, np.clip((tone - threshold) * 60 + 0.5, 0, 1))
    share = cv.smoothstep(0.45, 0.60, cv.blur(accent_share(big, palette), 1.5))
    accents = palette.accent_paint(np.array([0.38, 0.62], np.float32))
    second = cv.blend(
        np.broadcast_to(accents[0], picture.shape), accents[1], np.clip((tone - thresholds[2]) * 60 + 0.5, 0, 1)
    )
    sheet = cv.blend(sheet, second, share)
    sheet = cv.blend(sheet, palette.light, cv.smoothstep(0.5, 0.62, cv.blur(light_share(big, palette), 1.5)))
    # The inks of a screen print are flat but for a trace of the mesh; the sheet keeps a margin.
    y, x = cv.grid()
    inset = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    border = np.clip((0.030 - inset) * cv.SIDE_PX + 0.5, 0, 1)
    sheet = cv.blend(sheet, palette.at(0.97), border.astype(np.float32))
    return np.asarray(sheet * (1 + 0.015 * (rng.random(tone.shape, np.float32)[..., None] - 0.5)), np.float32)


def paint_woodcut(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """A key block cut in lines whose width follows the tone, over one flat middle ink, on paper."""
    y, x = cv.grid()
    tone = cv.blur(luminance(picture), 1.2)
    low, high = np.quantile(tone[::6, ::6], (0.02, 0.98))
    tone = np.clip((tone - low) / max(high - low, 0.15), 0, 1)
    local = np.clip(tone + 0.9 * (tone - cv.blur(tone, 9.0)), 0, 1)
    # The knife runs level, swerves with the forms, and leaves lines about five pixels apart at 256 px.
    form = cv.blur(tone, 9.0)
    sway = (cv.noise(rng, 2, 3, 3) - 0.5) * 0.05
    turn = rng.normal(0, 0.12)
    across = y * np.cos(turn) + x * np.sin(turn) + 0.13 * form + sway
    phase = across * cv.SIDE_PX / 11.0 + 0.10 * (cv.noise(rng, 40, 40, 2) - 0.5)
    ridge = np.abs(2 * (phase - np.floor(phase)) - 1)
    # Light places are cut away wholly, dark ones left standing.
    cut = 0.16 + 0.84 * np.clip((local - 0.10) / 0.62, 0, 1)
    key = np.clip((ridge - cut) * 5.0 + 0.5, 0, 1) * (cut < 0.985)
    contour = cv.smoothstep(0.05, 0.10, cv.blur(tone, 5.0) - cv.blur(tone, 1.5))
    key = np.maximum(key, contour)
    worn = cv.smoothstep(0.06, 0.16, cv.noise(rng, 80, 80, 2, 0.7))
    wood = cv.noise(rng, 4, 110, 3, 0.6) - 0.5
    share = cv.blur(accent_share(blur_colours(picture, 2.0), palette), 1.0)
    middle = cv.smoothstep(0.80, 0.70, form + 0.3 * (tone - form))
    sheet = palette.paint((0.90 + 0.05 * wood).astype(np.float32))
    sheet = cv.blend(sheet, palette.paint((0.60 + 0.06 * wood).astype(np.float32)), middle * 0.95)
    sheet = cv.blend(sheet, palette.accent_at(0.55), cv.smoothstep(0.4, 0.6, share) * 0.95)
    sheet = cv.blend(sheet, palette.at(0.06), key * (0.35 + 0.65 * worn))
    return cv.blend(sheet, palette.light, cv.smoothstep(0.45, 0.6, cv.blur(light_share(picture, palette), 1.0)))
