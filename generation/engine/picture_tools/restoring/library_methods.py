"""What OpenCV and scikit-image offer against each kind of damage: the tool's other choice, and its measure.

Local methods get the mask and invent all of it; global ones work blind. Pictures (H, W, 3) in 0 to 1.
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from skimage import exposure, restoration

from generation.engine.picture_tools.pixels import Mask, Pixels, to_bytes
from generation.engine.picture_tools.restoring.kinds import LOCAL_KINDS, DamageKind

# Biharmonic filling solves one equation a pixel, all at once; beyond this many it takes minutes and gigabytes.
BIHARMONIC_LIMIT_PX = 30_000
_INPAINT_RADIUS_PX = 3


class MaskTooLarge(ValueError):
    """This method cannot fill so many pixels."""


def _as_pixels(picture: np.ndarray) -> Pixels:
    return np.asarray(np.clip(picture, 0, 1), np.float32)


def _opencv_inpaint(picture: Pixels, mask: Mask, *, method: int) -> Pixels:
    filled = cv2.inpaint(to_bytes(picture), mask.astype(np.uint8), _INPAINT_RADIUS_PX, method)
    # Outside the mask the picture stays exactly what it was.
    return np.where(mask[..., None], filled.astype(np.float32) / 255, picture)


inpaint_telea = partial(_opencv_inpaint, method=cv2.INPAINT_TELEA)
inpaint_navier_stokes = partial(_opencv_inpaint, method=cv2.INPAINT_NS)


def inpaint_biharmonic(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's biharmonic filling. Raises MaskTooLarge beyond BIHARMONIC_LIMIT_PX."""
    if int(mask.sum()) > BIHARMONIC_LIMIT_PX:
        raise MaskTooLarge(f"{int(mask.sum())} pixels, more than {BIHARMONIC_LIMIT_PX}")
    filled = restoration.inpaint_biharmonic(picture, mask, split_into_regions=False, channel_axis=-1)
    return _as_pixels(filled)


def _estimated_noise(picture: Pixels) -> float:
    return float(restoration.estimate_sigma(picture, average_sigmas=True, channel_axis=-1))


def _denoise_opencv_nlm(picture: Pixels, mask: Mask, *, times: float) -> Pixels:
    strength = max(_estimated_noise(picture) * 255 * times, 1.0)
    cleaned = cv2.fastNlMeansDenoisingColored(to_bytes(picture), None, strength, strength, 7, 21)
    return _as_pixels(cleaned.astype(np.float32) / 255)


# OpenCV's non-local means for colour, as strong as scikit-image's estimate of the noise, and less, which keeps detail.
denoise_opencv_nlm = partial(_denoise_opencv_nlm, times=1.0)
denoise_opencv_nlm_gently = partial(_denoise_opencv_nlm, times=0.6)


def denoise_skimage_nlm(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's fast non-local means with the settings of its own example."""
    sigma = _estimated_noise(picture)
    return _as_pixels(
        restoration.denoise_nl_means(
            picture, h=0.6 * sigma, sigma=sigma, patch_size=5, patch_distance=6, fast_mode=True, channel_axis=-1
        )
    )


def denoise_wavelet(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's BayesShrink wavelets in YCbCr."""
    cleaned = restoration.denoise_wavelet(picture, convert2ycbcr=True, rescale_sigma=True, channel_axis=-1)
    return _as_pixels(cleaned)


def denoise_total_variation(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's total variation (Chambolle), its weight the noise's estimate."""
    weight = max(_estimated_noise(picture), 0.01)
    return _as_pixels(restoration.denoise_tv_chambolle(picture, weight=weight, channel_axis=-1))


def stretch_channels(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's rescaling of each channel from its 1st to its 99th percentile."""
    stretched = [
        exposure.rescale_intensity(channel, tuple(np.percentile(channel, (1, 99))), (0.0, 1.0))
        for channel in np.moveaxis(picture, 2, 0)
    ]
    return _as_pixels(np.stack(stretched, axis=2))


def equalize_adaptive(picture: Pixels, mask: Mask) -> Pixels:
    """scikit-image's contrast-limited adaptive equalization."""
    return _as_pixels(exposure.equalize_adapthist(picture, clip_limit=0.01))


def equalize_opencv_lightness(picture: Pixels, mask: Mask) -> Pixels:
    """OpenCV's CLAHE on CIELAB's lightness."""
    lab = cv2.cvtColor(to_bytes(picture), cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(np.ascontiguousarray(lab[..., 0]))
    return _as_pixels(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).astype(np.float32) / 255)


LibraryMethod = Callable[[Pixels, Mask], Pixels]

_INPAINTING: dict[str, LibraryMethod] = {
    "opencv-telea": inpaint_telea,
    "opencv-navier-stokes": inpaint_navier_stokes,
    "skimage-biharmonic": inpaint_biharmonic,
}
_TONE: dict[str, LibraryMethod] = {
    "skimage-stretch": stretch_channels,
    "skimage-clahe": equalize_adaptive,
    "opencv-clahe": equalize_opencv_lightness,
}
_DENOISING: dict[str, LibraryMethod] = {
    "opencv-nlm": denoise_opencv_nlm,
    "opencv-nlm-gentle": denoise_opencv_nlm_gently,
    "skimage-nlm": denoise_skimage_nlm,
    "skimage-wavelet": denoise_wavelet,
    "skimage-tv": denoise_total_variation,
}

LIBRARY_METHODS: dict[DamageKind, dict[str, LibraryMethod]] = {
    **dict.fromkeys(LOCAL_KINDS, _INPAINTING),
    DamageKind.FADING: _TONE,
    DamageKind.VARNISH: _TONE,
    DamageKind.NOISE: _DENOISING,
}
