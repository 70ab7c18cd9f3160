"""Gives a grey picture colours: those of a reference picture, or those that a network learnt to expect.

By reference: each pixel takes the colours of those of the reference whose surroundings are most alike in tone and grain
(Welsh, Ashikhmin and Mueller, "Transferring Color to Greyscale Images", 2002), smoothed along the picture's edges. By
network: a U-Net from lightness to OKLab's a and b. Lightness is the picture's own in both.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from PIL import Image
from scipy.spatial import cKDTree
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.picture_tools.guided_filter import guided_filter
from generation.engine.picture_tools.oklab import from_oklab, to_oklab
from generation.engine.picture_tools.pixels import Pixels, to_picture, to_pixels
from generation.engine.picture_tools.progress import Report, unreported
from generation.engine.picture_tools.restoring.networks import STRIDE, UNet
from generation.engine.picture_tools.tensors import from_tensor, to_tensor
from generation.engine.picture_tools.weights import SHIPPED, has_part, once

FOLDER = SHIPPED / "atelier-colour-1"
PART = "colourist"
# The network judges the whole picture at once, at this size; eyes see colour blurred, and lightness keeps its detail.
NETWORK_SIDE_PX = 256
_NEIGHBOURS = 8
_SAMPLES = 15_000
_ROWS_AT_ONCE = 40_000


class ColoursUnknown(ValueError):
    """There is neither a reference picture nor a trained network to say what colours to give."""


class Colourist(nn.Module):
    """Lightness (N, 1, H, W), H and W multiples of 8, to OKLab's a and b (N, 2, H, W); grey until trained."""

    def __init__(self) -> None:
        super().__init__()
        self.net = UNet(2, 2, (16, 32, 64, 96))

    def forward(self, lightness: Tensor) -> Tensor:
        # Above is sky more often than below.
        height, width = lightness.shape[2:]
        row = torch.linspace(-0.5, 0.5, height).view(1, 1, height, 1).expand(len(lightness), 1, height, width)
        return torch.tanh(self.net(torch.cat([lightness - 0.5, row], dim=1)).float()) * 0.3


@dataclass(frozen=True)
class Colourized:
    """The picture in colour, and whence: "learned" or "reference"."""

    picture: Image.Image
    method: Literal["learned", "reference"]


def _surroundings(lightness: Pixels) -> Pixels:
    """(H, W, 5): rank of lightness, means and spreads around; comparable between pictures of other exposure."""
    ranks = np.argsort(np.argsort(lightness, axis=None, kind="stable"), kind="stable")
    level = (ranks / max(lightness.size - 1, 1)).astype(np.float32).reshape(lightness.shape)
    features: list[Pixels] = [level]
    for share in (1 / 64, 1 / 16):
        side = max(round(min(lightness.shape) * share), 1) * 2 + 1
        mean = np.asarray(cv2.blur(level, (side, side)), np.float32)
        spread = np.sqrt(np.maximum(cv2.blur(level * level, (side, side)) - mean * mean, 0))
        features += [mean, np.asarray(1.5 * spread, np.float32)]
    return np.stack(features, axis=-1)


def _colours_by_reference(lightness: Pixels, reference: Image.Image, report: Report) -> Pixels:
    small = reference.copy()
    small.thumbnail((384, 384), Image.Resampling.BOX)
    known = to_oklab(to_pixels(small))
    features = _surroundings(np.ascontiguousarray(known[..., 0])).reshape(-1, 5)
    colours = known[..., 1:].reshape(-1, 2)
    kept = np.random.default_rng(0).permutation(len(colours))[:_SAMPLES]
    tree, colours = cKDTree(features[kept]), colours[kept]
    asked = _surroundings(lightness).reshape(-1, 5)
    found = np.empty((len(asked), 2), np.float32)
    neighbours = min(_NEIGHBOURS, len(kept))
    for begin in range(0, len(asked), _ROWS_AT_ONCE):
        part = slice(begin, begin + _ROWS_AT_ONCE)
        _, nearest = tree.query(asked[part], k=neighbours)
        # The middle one, not the mean: the mean of blue and orange is grey.
        found[part] = np.median(colours[np.reshape(nearest, (-1, neighbours))], axis=1)
        report(min(begin + _ROWS_AT_ONCE, len(asked)) / len(asked))
    return found.reshape(*lightness.shape, 2)


def _colours_by_network(lightness: Pixels, folder: Path) -> Pixels:
    network = once(Colourist, folder, PART)
    height, width = lightness.shape
    scale = NETWORK_SIDE_PX / max(height, width)
    size = [max(round(side * scale / STRIDE), 1) * STRIDE for side in (height, width)]
    with torch.inference_mode():
        small = functional.interpolate(to_tensor(lightness), size=size, mode="area")
        colours = functional.interpolate(network(small), size=(height, width), mode="bicubic", align_corners=False)
    return from_tensor(colours)


def colourize(
    picture: Image.Image,
    *,
    reference: Image.Image | None = None,
    report: Report = unreported,
    folder: Path = FOLDER,
) -> Colourized:
    """`picture`, whatever colours it has, by its lightness in new ones.

    Raises ColoursUnknown without `reference` where no network is installed, WeightsUnreadable when one is damaged.
    """
    lightness = np.ascontiguousarray(to_oklab(to_pixels(picture))[..., 0])
    method: Literal["learned", "reference"]
    if reference is not None:
        colours, method = _colours_by_reference(lightness, reference, report), "reference"
    elif has_part(folder, PART):
        colours, method = _colours_by_network(lightness, folder), "learned"
    else:
        raise ColoursUnknown("give a reference picture: no network for colours is installed")
    radius = max(round(min(lightness.shape) / 64), 2)
    smooth = guided_filter(lightness, colours, radius_px=radius, softness=4e-4)
    return Colourized(to_picture(from_oklab(np.concatenate([lightness[..., None], smooth], axis=2))), method)
