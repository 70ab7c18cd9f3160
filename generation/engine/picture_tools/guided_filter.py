"""The guided filter (He, Sun and Tang, "Guided Image Filtering", 2010): smooths along, not across, a guide's edges."""

import cv2
import numpy as np

from generation.engine.picture_tools.pixels import Pixels


def guided_filter(guide: Pixels, values: Pixels, *, radius_px: int, softness: float) -> Pixels:
    """`values` (H, W) or (H, W, C) smoothed within `radius_px` where the grey `guide` (H, W) is even.

    `softness` is the guide's variance below which a place counts as even.
    """
    side = (2 * radius_px + 1, 2 * radius_px + 1)

    def mean(field: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.blur(np.asarray(field, np.float32), side))

    flat = values[..., None] if values.ndim == 2 else values
    guide_mean = mean(guide)
    variance = np.maximum(mean(guide * guide) - guide_mean**2, 0)
    smoothed = np.empty(flat.shape, np.float32)
    for channel in range(flat.shape[2]):
        value = flat[..., channel]
        value_mean = mean(value)
        slope = (mean(guide * value) - guide_mean * value_mean) / (variance + softness)
        smoothed[..., channel] = mean(slope) * guide + mean(value_mean - slope * guide_mean)
    return smoothed.reshape(values.shape)
