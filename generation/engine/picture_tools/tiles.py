"""Large pictures through a network piece by piece, with the same result as in one go.

A convolutional network's output depends on its input within a known radius only. Each piece is read with a margin of at
least that radius, and only its core is kept: cores meet without a seam, because each pixel is what the whole picture
would have given. Memory depends on the piece's side alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.engine.picture_tools.progress import Report, reporting, unreported


@dataclass(frozen=True)
class Tiling:
    """Core side and margin in pixels of the input; both multiples of the network's coarsest stride."""

    core_px: int
    margin_px: int


def run_tiled(
    network: Callable[[Tensor], Tensor],
    picture: Tensor,
    tiling: Tiling,
    *,
    scale: int = 1,
    report: Report = unreported,
) -> Tensor:
    """`network` over `picture` (1, C, H, W): (1, C', H·scale, W·scale), float32.

    `network` must keep its input's place and take any side that is a multiple of its coarsest stride; H and W are.
    """
    height, width = picture.shape[2:]
    corners = [(y, x) for y in range(0, height, tiling.core_px) for x in range(0, width, tiling.core_px)]
    whole: Tensor | None = None
    with torch.inference_mode():
        for y, x in reporting(corners, report):
            bottom, right = min(y + tiling.core_px, height), min(x + tiling.core_px, width)
            top, left = max(y - tiling.margin_px, 0), max(x - tiling.margin_px, 0)
            seen = picture[:, :, top : bottom + tiling.margin_px, left : right + tiling.margin_px]
            made = network(seen.contiguous()).float()
            if whole is None:
                whole = made.new_empty(1, made.shape[1], height * scale, width * scale)
            whole[:, :, y * scale : bottom * scale, x * scale : right * scale] = made[
                :,
                :,
                (y - top) * scale : (bottom - top) * scale,
                (x - left) * scale : (right - left) * scale,
            ]
    assert whole is not None, "a picture has pixels"
    return whole
