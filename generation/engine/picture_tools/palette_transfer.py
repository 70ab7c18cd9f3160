"""Gives a picture another picture's colours: optimal transport of the colours in OKLab.

Sliced transport: along random axes the sorted colours of one picture are moved to those of the other, again and again
(Pitié, Kokaram and Dahyot, "Automated colour grading using colour distribution transfer", 2007; Rabin et al., sliced
Wasserstein, 2011). The move of each pixel is then smoothed along the picture's own edges (Rabin, Delon and Gousseau,
"Removing artefacts from color and contrast modifications", 2011, here by the guided filter), so that flat places stay
flat.
"""

import numpy as np
from PIL import Image

from generation.engine.picture_tools.guided_filter import guided_filter
from generation.engine.picture_tools.oklab import from_oklab, to_oklab
from generation.engine.picture_tools.pixels import Pixels, to_picture, to_pixels
from generation.engine.picture_tools.progress import Report, reporting, unreported

_ROUNDS = 16
_QUANTILES = 256
_REFERENCE_SIDE_PX = 256
# Brightness moves less than colour: it carries the drawing.
_LIGHTNESS_SHARE = 0.6


def _axes(rng: np.random.Generator) -> np.ndarray:
    """Three orthogonal directions (3, 3), turned at random."""
    turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return np.asarray(turned.T)


def transported(colours: Pixels, wanted: Pixels, *, seed: int = 0, report: Report = unreported) -> Pixels:
    """`colours` (n, 3), moved so that they are spread like `wanted` (m, 3)."""
    rng = np.random.default_rng(seed)
    levels = np.linspace(0, 1, _QUANTILES)
    moved = colours.astype(np.float64)
    for _ in reporting(range(_ROUNDS), report):
        axes = _axes(rng)
        along, wanted_along = moved @ axes.T, wanted @ axes.T
        shift = np.empty_like(along)
        for axis in range(3):
            here = np.quantile(along[:, axis], levels)
            there = np.quantile(wanted_along[:, axis], levels)
            # Equal quantiles, as a flat colour has, would leave the interpolation undecided.
            here = here + np.arange(_QUANTILES) * 1e-9
            shift[:, axis] = np.interp(along[:, axis], here, there) - along[:, axis]
        moved = moved + shift @ axes
    return np.asarray(moved, np.float32)


def transfer_palette(
    picture: Image.Image, reference: Image.Image, *, strength: float = 1.0, report: Report = unreported
) -> Image.Image:
    """`picture` in the colours of `reference`; `strength` 0 leaves it as it is. Raises ValueError outside 0 to 1."""
    if not 0 <= strength <= 1:
        raise ValueError(f"strength lies between 0 and 1, not {strength}")
    lab = to_oklab(to_pixels(picture))
    small = reference.copy()
    small.thumbnail((_REFERENCE_SIDE_PX, _REFERENCE_SIDE_PX), Image.Resampling.BOX)
    wanted = to_oklab(to_pixels(small)).reshape(-1, 3)
    moved = transported(lab.reshape(-1, 3), wanted, report=report).reshape(lab.shape)
    radius = max(round(min(lab.shape[:2]) / 128), 2)
    shift = guided_filter(lab[..., 0], moved - lab, radius_px=radius, softness=2e-4)
    shift[..., 0] *= _LIGHTNESS_SHARE
    return to_picture(from_oklab(np.asarray(lab + strength * shift, np.float32)))
