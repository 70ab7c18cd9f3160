"""Small pictures of what a model is at, by a linear map from its latents to colours.

A decode would cost as much as a step or several; this costs microseconds. The map is fitted once, by least squares,
to a few decodes of the model's own VAE: each latent pixel gives a small block of colours.
"""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

logger = logging.getLogger(__name__)

SIDE_PX = 192
# Blocks of at most 4×4 pixels for each latent pixel: finer ones are no linear matter, and the preview is small.
_LARGEST_BLOCK = 4
_LATENT_SIDE = 16
_DECODES = 6
# Sizes of the patches in the latents that are decoded, in latent pixels: pictures have flat parts and fine ones.
_PATCHES = (1, 2, 4, 8, 16)
_RIDGE = 1e-3

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LinearPreview:
    """``weights``: (channels + 1, block · block · 3), the last row for a constant; colours in 0 to 1."""

    weights: Floats
    block: int

    def picture(self, latents: Any, place: int) -> Image.Image | None:
        """What ``latents`` (batch, channels, height, width; a tensor) show at ``place``: RGB, longest side 192 px.

        None for latents of another form.
        """
        if latents.ndim != 4 or latents.shape[1] != self.weights.shape[0] - 1:
            return None
        cells: Floats = latents[place].detach().float().cpu().numpy()
        channels, height, width = cells.shape
        colours = cells.reshape(channels, -1).T @ self.weights[:-1] + self.weights[-1]
        blocks = colours.reshape(height, width, self.block, self.block, 3).transpose(0, 2, 1, 3, 4)
        pixels = blocks.reshape(height * self.block, width * self.block, 3)
        small = Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))
        scale = SIDE_PX / max(small.size)
        return small.resize((round(small.width * scale), round(small.height * scale)), Image.Resampling.BICUBIC)


def fit_linear_preview(pipeline: Any, device: torch.device) -> LinearPreview | None:
    """The map of ``pipeline``'s latents; None where it has no VAE of two dimensions, or one that gives no colours."""
    vae: Any = getattr(pipeline, "vae", None)
    channels = getattr(getattr(vae, "config", None), "latent_channels", None)
    if channels is None:
        return None
    latents = _sample_latents(channels).to(device)
    try:
        with torch.inference_mode():
            shift = getattr(vae.config, "shift_factor", None) or 0.0
            scaled = latents.to(vae.dtype) / vae.config.scaling_factor + shift
            decoded = torch.cat([vae.decode(one, return_dict=False)[0] for one in scaled.split(1)])
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        logger.info("no previews of %s: %s", type(pipeline).__name__, error)
        return None
    if decoded.ndim != 4 or decoded.shape[1] != 3 or decoded.shape[-1] % _LATENT_SIDE:
        return None
    factor = decoded.shape[-1] // _LATENT_SIDE
    block = next(size for size in range(min(_LARGEST_BLOCK, factor), 0, -1) if factor % size == 0)
    pixels = torch.nn.functional.avg_pool2d((decoded.float() / 2 + 0.5).clamp(0, 1), factor // block)
    cells = pixels.reshape(-1, 3, _LATENT_SIDE, block, _LATENT_SIDE, block).permute(0, 2, 4, 3, 5, 1)
    wanted = cells.reshape(-1, block * block * 3).cpu().double().numpy()
    given = latents.permute(0, 2, 3, 1).reshape(-1, channels).cpu().double().numpy()
    given = np.hstack([given, np.ones((len(given), 1))])
    ridge = _RIDGE * len(given) * np.eye(given.shape[1])
    weights = np.linalg.solve(given.T @ given + ridge, given.T @ wanted)
    if not np.isfinite(weights).all():  # a VAE whose numbers overflow in this format
        return None
    return LinearPreview(weights.astype(np.float32), block)


def _sample_latents(channels: int) -> torch.Tensor:
    """Random latents of unit variance with patches of all sizes: (decodes, channels, side, side)."""
    draw = torch.Generator("cpu").manual_seed(0)
    total = torch.zeros(_DECODES, channels, _LATENT_SIDE, _LATENT_SIDE)
    for size in _PATCHES:
        side = _LATENT_SIDE // size
        noise = torch.randn(_DECODES, channels, side, side, generator=draw)
        total += torch.nn.functional.interpolate(noise, size=(_LATENT_SIDE, _LATENT_SIDE), mode="nearest")
    return total / len(_PATCHES) ** 0.5
