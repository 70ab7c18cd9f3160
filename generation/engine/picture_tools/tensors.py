"""Arrays of pixels as torch's tensors and back."""

import numpy as np
import torch
from torch import Tensor

from generation.engine.picture_tools.pixels import Pixels


def to_tensor(pixels: Pixels) -> Tensor:
    """(H, W, C) or (H, W) as (1, C, H, W)."""
    stacked = pixels if pixels.ndim == 3 else pixels[..., None]
    return torch.from_numpy(np.ascontiguousarray(stacked.transpose(2, 0, 1)))[None]


def from_tensor(tensor: Tensor) -> Pixels:
    """(1, C, H, W) as (H, W, C)."""
    return np.asarray(tensor[0].permute(1, 2, 0).float().numpy(), np.float32)
