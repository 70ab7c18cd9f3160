"""What the mediums share: luminance, quick resizing, orientation of structures, matching to few colours."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette


def luminance(picture: Field) -> Field:
    """Luma (ITU-R BT.709 weights) of a picture (..., 3)."""
    return np.asarray(picture @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)


def reduce_picture(picture: Field, factor: int) -> Field:
    """The mean of each block of `factor` × `factor` pixels."""
    side = picture.shape[0] // factor
    return np.asarray(picture.reshape(side, factor, side, factor, -1).mean(axis=(1, 3)), np.float32)


def enlarge(picture: Field) -> Field:
    """A smaller picture (n, n, 3) at full size, bilinear."""
    small = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    big = small.resize((cv.SIDE_PX, cv.SIDE_PX), Image.Resampling.BILINEAR)
    return np.asarray(np.asarray(big, np.float32) / 255, np.float32)


def blur_colours(picture: Field, sigma_px: float) -> Field:
    """Gaussian blur of a picture (n, n, 3), by repeated box filters."""
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    return np.asarray(np.asarray(image.filter(ImageFilter.GaussianBlur(sigma_px)), np.float32) / 255, np.float32)


def flow_angle(tone: Field, sigma_px: float) -> Field:
    """The direction along which `tone` changes least: the structure tensor's minor axis (Kass and Witkin 1987)."""
    gy, gx = np.gradient(cv.blur(tone, 1.0))
    xx, yy, xy = (cv.blur(np.asarray(f, np.float32), sigma_px) for f in (gx * gx, gy * gy, gx * gy))
    return np.asarray(0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2, np.float32)


def nearest(picture: Field, colours: Field) -> NDArray[np.intp]:
    """For every pixel of `picture` (n, m, 3) the number of the nearest of `colours` (k, 3)."""
    scores = (colours * colours).sum(axis=1) - 2 * (picture @ colours.T)
    return np.asarray(scores.argmin(axis=2), np.intp)


def accent_share(picture: Field, palette: Palette) -> Field:
    """How far each pixel's hue is the accent's rather than the family's, 0 to 1; 0 in greys."""
    family, accent = palette.at(0.5), palette.accent_at(0.5)
    grey = picture.mean(axis=2, keepdims=True)
    chroma = picture - grey
    strength = np.sqrt((chroma * chroma).sum(axis=2)) + 1e-3

    def toward(colour: Field) -> Field:
        axis = colour - colour.mean()
        return np.asarray((chroma @ axis) / strength / (np.linalg.norm(axis) + 1e-3), np.float32)

    share = cv.smoothstep(0.05, 0.5, toward(accent) - toward(family))
    return np.asarray(share * cv.smoothstep(0.06, 0.16, strength) * (1 - light_share(picture, palette)), np.float32)


def light_share(picture: Field, palette: Palette) -> Field:
    """How near each pixel is to the colour of lamps and suns, 0 to 1."""
    away = np.sqrt(((picture - palette.light) ** 2).sum(axis=2))
    return cv.smoothstep(0.30, 0.16, away)
