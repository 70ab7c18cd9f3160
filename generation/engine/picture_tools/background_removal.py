"""Cuts the subject out of a picture: where it probably is, then a graph cut, then a soft edge.

Where: patches of even colour that are hard to reach from the picture's border without crossing an edge, and unlike what
lies there (Zhu et al., "Saliency Optimization from Robust Background Detection", 2014). The cut: GrabCut (Rother,
Kolmogorov and Blake, 2004) by OpenCV. The edge: the guided filter.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from skimage.segmentation import slic

from generation.engine.picture_tools.guided_filter import guided_filter
from generation.engine.picture_tools.oklab import to_oklab
from generation.engine.picture_tools.pixels import Mask, Pixels, luma, to_bytes, to_mask, to_pixels
from generation.engine.picture_tools.progress import Report, unreported

_WORKING_SIDE_PX = 320
_PATCHES = 250
_CUT_ROUNDS = 5
# Geodesic distances in OKLab units: a step between patches nearer than this is no edge.
_SAME_COLOUR = 0.03


class NoSubjectFound(ValueError):
    """Nothing stands out of this picture; a painted hint helps."""


@dataclass(frozen=True)
class CutOut:
    """The picture in RGBA and its opacity (H, W), 0 to 1."""

    picture: Image.Image
    opacity: Pixels


def _neighbours(labels: np.ndarray) -> np.ndarray:
    """Pairs (n, 2) of patches that touch."""
    across = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], axis=1)
    down = np.stack([labels[:-1].ravel(), labels[1:].ravel()], axis=1)
    pairs = np.sort(np.concatenate([across, down]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def salience(pixels: Pixels) -> Pixels:
    """(H, W) in 0 to 1: how much each place stands out from what the picture's border shows."""
    lab = to_oklab(pixels)
    labels = slic(lab * 100, n_segments=_PATCHES, compactness=8, start_label=0, convert2lab=False, channel_axis=-1)
    count = int(labels.max()) + 1
    sizes = np.bincount(labels.ravel(), minlength=count)
    colours = np.stack([np.bincount(labels.ravel(), lab[..., c].ravel(), count) / sizes for c in range(3)], axis=1)
    y, x = np.mgrid[: labels.shape[0], : labels.shape[1]]
    middles = np.stack(
        [np.bincount(labels.ravel(), f.ravel() / max(labels.shape), count) / sizes for f in (y, x)], axis=1
    )
    pairs = _neighbours(labels)
    steps = np.maximum(np.linalg.norm(colours[pairs[:, 0]] - colours[pairs[:, 1]], axis=1) - _SAME_COLOUR, 1e-4)
    graph = csr_array((steps, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    reach = dijkstra(graph, directed=False)
    # How much of a patch's own region lies on the border, against that region's size.
    border = np.zeros(count, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border[edge] = True
    near = np.exp(-((reach / 0.07) ** 2) / 2)
    on_border = near[:, border].sum(1) / np.sqrt(near.sum(1))
    background = 1 - np.exp(-(on_border**2) / 2)
    apart = np.linalg.norm(colours[:, None] - colours[None], axis=2)
    close = np.exp(-(((middles[:, None] - middles[None]) ** 2).sum(2)) / (2 * 0.3**2))
    contrast = (apart * close * background[None]).sum(1) * (1 - background)
    spread = np.ptp(contrast)
    return np.asarray(((contrast - contrast.min()) / max(float(spread), 1e-6))[labels], np.float32)


def _seeds(standing_out: Pixels) -> np.ndarray:
    """GrabCut's four labels (H, W)."""
    cut, _ = cv2.threshold(to_bytes(standing_out), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    threshold = cut / 255
    seeds = np.full(standing_out.shape, cv2.GC_PR_BGD, np.uint8)
    seeds[standing_out > threshold] = cv2.GC_PR_FGD
    seeds[standing_out > (1 + threshold) / 2] = cv2.GC_FGD
    seeds[standing_out < threshold / 4] = cv2.GC_BGD
    return seeds


def _painted_seeds(painted: Mask) -> np.ndarray:
    """What was painted is roughly the subject; far from it there is none."""
    reach = max(round(min(painted.shape) / 24), 3)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    hint = painted.astype(np.uint8)
    seeds = np.full(painted.shape, cv2.GC_BGD, np.uint8)
    seeds[cv2.dilate(hint, kernel) > 0] = cv2.GC_PR_BGD
    seeds[painted] = cv2.GC_PR_FGD
    seeds[cv2.erode(hint, kernel) > 0] = cv2.GC_FGD
    return seeds


def remove_background(
    picture: Image.Image, *, painted: Image.Image | None = None, report: Report = unreported
) -> CutOut:
    """`picture` with a transparent background. `painted`, light on the subject, says roughly where that is.

    Raises NoSubjectFound when nothing stands out, or nothing was painted.
    """
    pixels = to_pixels(picture)
    height, width = pixels.shape[:2]
    shrink = min(_WORKING_SIDE_PX / max(height, width), 1.0)
    size = (max(round(width * shrink), 8), max(round(height * shrink), 8))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    seeds = _seeds(salience(small)) if painted is None else _painted_seeds(to_mask(painted, size))
    report(0.3)
    subject = np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if not subject.any() or subject.all() or float(np.ptp(luma(small))) < 1e-3:
        raise NoSubjectFound("nothing stands out of this picture")
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    everywhere = (0, 0, *size)
    # OpenCV draws the colour models' first clusters at random.
    cv2.setRNGSeed(1)
    shown = to_bytes(small)[..., ::-1].copy()
    # With a mask to begin with, the rectangle is not looked at.
    cut, _, _ = cv2.grabCut(shown, seeds, everywhere, background, foreground, _CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    report(0.8)
    inside = np.isin(cut, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    if not inside.any():
        raise NoSubjectFound("nothing stands out of this picture")
    large = np.asarray(cv2.resize(inside, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    radius = max(round(1.5 / shrink), 2)
    opacity = np.clip(guided_filter(luma(pixels), large, radius_px=radius, softness=1e-4), 0, 1)
    report(1.0)
    layered = np.concatenate([to_bytes(pixels), to_bytes(opacity)[..., None]], axis=2)
    return CutOut(Image.fromarray(layered, "RGBA"), opacity)
