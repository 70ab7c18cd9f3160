"""Losses of picture against picture."""

import torch
from torch import Tensor


def _gradient_gap(off: Tensor) -> Tensor:
    across = (off[..., 1:] - off[..., :-1]).abs().mean()
    down = (off[..., 1:, :] - off[..., :-1, :]).abs().mean()
    return across + down


def charbonnier(off: Tensor) -> Tensor:
    """Mean of a smooth absolute value: as sure of outliers as L1, gentler than it near zero."""
    return torch.sqrt(off * off + 1e-6).mean()


def likeness_loss(got: Tensor, wanted: Tensor, *, gradients: float = 0.25) -> Tensor:
    """Pixels, and `gradients` times their gradients; both (N, C, H, W)."""
    off = got - wanted
    return charbonnier(off) + gradients * _gradient_gap(off)
