"""Enlarging 2× and 4× by a learned network; Lanczos where it has no weights.

The network adds what bicubic interpolation misses, so it starts from bicubic and can only learn detail. Its layers work
at the small size and a pixel shuffle makes the large one (Shi et al., "Real-Time Single Image and Video
Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network", 2016); blocks without normalisation after
Lim et al., "Enhanced Deep Residual Networks for Single Image Super-Resolution" (2017). 4× is twice 2×.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.picture_tools.pixels import to_picture, to_pixels
from generation.engine.picture_tools.progress import Report, part_of, unreported
from generation.engine.picture_tools.tensors import from_tensor, to_tensor
from generation.engine.picture_tools.tiles import Tiling, run_tiled
from generation.engine.picture_tools.weights import SHIPPED, has_part, once

FOLDER = SHIPPED / "atelier-upscale-1"
PART = "upscaler"
WIDTH, BLOCKS = 48, 10
# Two convolutions a block, one before, one after, one before the shuffle; bicubic reads two pixels, less than that.
_RADIUS_PX = 2 * BLOCKS + 3
TILING = Tiling(core_px=192, margin_px=24)
assert TILING.margin_px >= _RADIUS_PX


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(x, self.second(functional.silu(self.first(x))))


class UpscaleNetwork(nn.Module):
    """Pictures (N, 3, H, W) in 0 to 1 to (N, 3, 2H, 2W)."""

    def __init__(self, width: int = WIDTH, blocks: int = BLOCKS) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.blocks = nn.Sequential(*(_Block(width) for _ in range(blocks)))
        self.join = nn.Conv2d(width, width, 3, padding=1)
        self.tail = nn.Conv2d(width, 12, 3, padding=1)
        # Every block begins by handing its input on, and the whole network as plain enlarging.
        for last in (*(block.second for block in self.blocks if isinstance(block, _Block)), self.tail):
            for parameter in last.parameters():
                nn.init.zeros_(parameter)

    def forward(self, small: Tensor) -> Tensor:
        x = self.head(small - 0.5)
        x = x + self.join(self.blocks(x))
        detail = functional.pixel_shuffle(self.tail(functional.silu(x)), 2)
        return bicubic(small) + detail


def bicubic(small: Tensor) -> Tensor:
    """(N, 3, H, W) to (N, 3, 2H, 2W), without a network."""
    return functional.interpolate(small, scale_factor=2, mode="bicubic", align_corners=False)


@dataclass(frozen=True)
class Upscaled:
    """A larger picture, and by what: "learned" or "lanczos"."""

    picture: Image.Image
    method: Literal["learned", "lanczos"]


def upscale(
    picture: Image.Image,
    factor: Literal[2, 4],
    *,
    report: Report = unreported,
    folder: Path = FOLDER,
    tiling: Tiling = TILING,
) -> Upscaled:
    """`picture` enlarged by `factor` in each direction, in pieces of `tiling`. Transparency is laid on white.

    Raises WeightsUnreadable when the weights are damaged.
    """
    if factor not in (2, 4):
        raise ValueError(f"pictures are enlarged 2 or 4 times, not {factor}")
    if not has_part(folder, PART):
        size = (picture.width * factor, picture.height * factor)
        plain = to_picture(to_pixels(picture))
        return Upscaled(plain.resize(size, Image.Resampling.LANCZOS), "lanczos")
    network = once(UpscaleNetwork, folder, PART)
    small = to_tensor(to_pixels(picture))
    # The second doubling has four times the pixels of the first.
    steps = [(0.0, 1.0)] if factor == 2 else [(0.0, 0.2), (0.2, 1.0)]
    for begin, end in steps:
        small = run_tiled(network, small, tiling, scale=2, report=part_of(report, begin, end)).clamp(0, 1)
    return Upscaled(to_picture(from_tensor(small)), "learned")
