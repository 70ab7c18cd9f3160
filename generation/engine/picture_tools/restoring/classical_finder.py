"""Finding thin, sharp damage without a network: what a closing or an opening removes.

Top-hat and black-hat transforms (Serra, 1982) show lines and specks lighter or darker than their surroundings; long,
thin ones that stand far out of the picture's own detail are taken for damage. It finds scratches, creases and light
tears; a thin painted mast is found too, so a mask that was found should be shown before it is used.
"""

import cv2
import numpy as np

from generation.engine.picture_tools.pixels import Mask, Pixels, luma, to_bytes

# How often the picture's usual detail a pixel must stand out, and at least how many of 255 levels.
_TIMES_USUAL, _LEAST_LEVELS = 6.0, 28
_LEAST_LENGTH_PX = 18


def find_damage_classically(pixels: Pixels) -> Mask:
    """(H, W), True on lines and rips that stand out of the picture (H, W, 3)."""
    grey = to_bytes(luma(pixels))
    side = max(5, round(min(grey.shape) / 512 * 9)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    found = np.zeros(grey.shape, bool)
    for transform in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
        standing_out = cv2.morphologyEx(grey, transform, kernel)
        usual = cv2.boxFilter(standing_out.astype(np.float32), -1, (8 * side + 1, 8 * side + 1))
        candidates = standing_out > np.maximum(_LEAST_LEVELS, _TIMES_USUAL * usual)
        found |= _elongated(candidates)
    return np.asarray(cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)


def _elongated(candidates: Mask) -> Mask:
    """Those connected parts that are long and fill little of a disc of their length."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(candidates.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, bool)
    for label in range(1, count):
        length = float(np.hypot(facts[label, cv2.CC_STAT_WIDTH], facts[label, cv2.CC_STAT_HEIGHT]))
        kept[label] = length >= _LEAST_LENGTH_PX and facts[label, cv2.CC_STAT_AREA] < 0.25 * length**2
    return kept[labels]
