"""Which part of a picture an edit works on, and how its result goes back: nothing outside the mask changes by a bit.

A model paints well at its own size only. So an edit takes the masked part with some of its surroundings, scales it to
that size, and puts the painted part back into the picture at full size.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

# How much of what surrounds the mask the model sees, as a share of the masked part's longer side.
_SURROUNDINGS = 0.5
# The painted part fades in over this many pixels, inside the mask.
_FADE_PX = 4.0
# What is painted on beyond an edge takes on the picture's tones over a few times this many pixels.
_MEETS_OVER_PX = 12.0
_MULTIPLE = 64


class NothingMasked(ValueError):
    """The mask has no painted pixel."""


@dataclass(frozen=True)
class Region:
    """A part of a picture in its pixels, and the size in pixels at which the model paints it."""

    left: int
    top: int
    right: int
    bottom: int
    width: int
    height: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, as Pillow's crop takes it."""
        return self.left, self.top, self.right, self.bottom


def find_region(mask: NDArray[np.bool_], *, side_px: int) -> Region:
    """The masked part of (height, width) with surroundings, to be painted with a longer side of about `side_px`.

    Raises NothingMasked.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise NothingMasked("nothing of the picture is marked")
    height, width = mask.shape
    margin = math.ceil(_SURROUNDINGS * max(rows[-1] - rows[0], columns[-1] - columns[0]) / 2)
    # Below the model's own side nothing is won by looking closer.
    wanted = max(side_px, int(rows[-1] - rows[0]) + 2 * margin, int(columns[-1] - columns[0]) + 2 * margin)
    left, right = _span(int(columns[0]), int(columns[-1]) + 1, wanted, width)
    top, bottom = _span(int(rows[0]), int(rows[-1]) + 1, wanted, height)
    scale = side_px / max(right - left, bottom - top)
    return Region(
        left, top, right, bottom, _multiple((right - left) * scale, side_px), _multiple((bottom - top) * scale, side_px)
    )


def _span(first: int, last: int, wanted: int, limit: int) -> tuple[int, int]:
    """An interval of `wanted` around [first, last), moved and cut to fit into [0, limit)."""
    wanted = min(wanted, limit)
    start = (first + last - wanted) // 2
    start = max(0, min(start, limit - wanted))
    return start, start + wanted


def _multiple(length: float, longest: int) -> int:
    return max(2 * _MULTIPLE, min(longest, round(length / _MULTIPLE) * _MULTIPLE))


def put_back(
    picture: Image.Image, painted: Image.Image, region: Region, mask: NDArray[np.bool_], *, continues: bool = False
) -> Image.Image:
    """`picture` (RGB) with `painted` in its masked part; every pixel outside the mask is what it was.

    With `continues` the painted part takes on the picture's tones where they meet.
    """
    resized = painted.convert("RGB").resize(
        (region.right - region.left, region.bottom - region.top), Image.Resampling.LANCZOS
    )
    shown = np.asarray(resized, np.float32)
    whole = np.asarray(picture.convert("RGB"), np.float32)
    part = whole[region.top : region.bottom, region.left : region.right]
    if continues:
        shown = _met(shown, part, ~mask[region.top : region.bottom, region.left : region.right])
    # The picture's own edge needs no fade: beyond it there is nothing to fit to.
    padded = np.pad(mask, 1, mode="edge")
    inside = ndimage.distance_transform_edt(padded)[1:-1, 1:-1] if not padded.all() else np.full(mask.shape, np.inf)
    alpha = np.clip(inside / _FADE_PX, 0, 1)[region.top : region.bottom, region.left : region.right, None]
    result = whole.copy()
    result[region.top : region.bottom, region.left : region.right] = part + (shown - part) * alpha
    return Image.fromarray((result + 0.5).astype(np.uint8))


def _met(shown: NDArray[np.float32], part: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """`shown` (h, w, 3) moved by what it differs from `part` where that is known, the less the farther from there.

    The difference spreads by normalised convolution. Source: Knutsson and Westin, "Normalized and Differential
    Convolution" (1993).
    """
    if not known.any():
        return shown
    weight = ndimage.gaussian_filter(known.astype(np.float32), _MEETS_OVER_PX)
    away = ndimage.distance_transform_edt(~known)
    share = np.exp(-away / (4 * _MEETS_OVER_PX)) / np.maximum(weight, 1e-6)
    off = [ndimage.gaussian_filter((part[..., c] - shown[..., c]) * known, _MEETS_OVER_PX) * share for c in range(3)]
    return np.asarray(np.clip(shown + np.stack(off, axis=-1), 0, 255), np.float32)


def extend_canvas(
    picture: Image.Image, *, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0
) -> tuple[Image.Image, NDArray[np.bool_]]:
    """A larger canvas with `picture` (RGB) in it, and the mask of what is new; lengths in pixels.

    The new part begins as the picture mirrored at its edge and blurred, which gives the model colours to begin with.
    """
    pixels = np.asarray(picture.convert("RGB"))
    height, width = pixels.shape[:2]
    rows = np.pad(np.arange(height), (top, bottom), mode="symmetric")
    columns = np.pad(np.arange(width), (left, right), mode="symmetric")
    canvas = pixels[rows][:, columns]
    mask = np.ones(canvas.shape[:2], bool)
    mask[top : top + height, left : left + width] = False
    soft = np.stack([ndimage.gaussian_filter(canvas[..., c].astype(np.float32), 8) for c in range(3)], axis=-1)
    return Image.fromarray(np.where(mask[..., None], soft + 0.5, canvas).astype(np.uint8)), mask
