"""The noise that a picture begins with, and noise near it."""

import torch
from torch import Tensor


def seeded_noise(shape: tuple[int, ...], seed: int, *, dtype: torch.dtype = torch.float32) -> Tensor:
    """Standard normal noise, drawn on the CPU so that a GPU begins with the same, and in the format of the pipeline."""
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed), dtype=dtype)


def noise_near(
    shape: tuple[int, ...], *, seed: int, other_seed: int, amount: float, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Noise on the way from `seed`'s to `other_seed`'s: 0 is the first, 1 the other.

    Spherical interpolation keeps it standard normal. Source: Shoemake, "Animating Rotation with Quaternion Curves"
    (1985); White, "Sampling Generative Networks" (2016).
    """
    one, other = (seeded_noise(shape, number, dtype=dtype).float() for number in (seed, other_seed))
    cosine = torch.nn.functional.cosine_similarity(one.flatten(), other.flatten(), dim=0).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if float(angle) < 1e-4:
        return one.to(dtype)
    near = (torch.sin((1 - amount) * angle) * one + torch.sin(amount * angle) * other) / torch.sin(angle)
    return near.to(dtype)
