"""Paints only where a mask says, with any model that makes pictures from pictures.

After each step the latents outside the mask are replaced by those of the input with the noise of that step, as
diffusers' own inpainting pipeline does for models without mask channels; that pipeline takes four latent channels
only, so this one rides on image to image. Source: Lugmayr et al., "RePaint" (2022), without its resampling.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

# A step's callback as diffusers calls it: pipeline, step from 0, timestep, tensors; gives the tensors to go on with.
StepCallback = Callable[[Any, int, Any, dict[str, Tensor]], dict[str, Tensor]]


def latents_of(pipeline: Any, picture: Image.Image) -> Tensor:
    """The latents (1, channels, h, w) of a picture, without noise and without chance."""
    vae = pipeline.vae
    pixels = pipeline.image_processor.preprocess(picture).to(device=vae.device, dtype=vae.dtype)
    encoded = vae.encode(pixels)
    latents = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    return (latents - shift) * vae.config.scaling_factor


def latent_mask(mask: NDArray[np.bool_], size: tuple[int, int]) -> Tensor:
    """(1, 1, h, w) in {0, 1} for latents of `size` (h, w): one where any masked pixel lies."""
    whole = torch.from_numpy(mask.astype(np.float32))[None, None]
    return functional.adaptive_max_pool2d(whole, size)


def keep_outside(pipeline: Any, picture: Image.Image, mask: NDArray[np.bool_], *, seed: int) -> StepCallback:
    """A callback that keeps every latent outside `mask` (height, width of `picture`) at the input's."""
    kept = latents_of(pipeline, picture)
    free = latent_mask(mask, (kept.shape[2], kept.shape[3])).to(kept)
    noise = torch.randn(kept.shape, generator=torch.Generator("cpu").manual_seed(seed), dtype=torch.float32).to(kept)

    def callback(pipe: Any, step: int, timestep: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        timesteps = pipe.scheduler.timesteps
        # Image to image begins late in the schedule; what comes next stands behind the present one.
        here = int((timesteps == timestep).nonzero()[0])
        outside = kept
        if here + 1 < len(timesteps):
            outside = pipe.scheduler.add_noise(kept, noise, timesteps[here + 1 : here + 2])
        latents = tensors["latents"]
        return {"latents": free * latents + (1 - free) * outside.to(latents)}

    return callback
