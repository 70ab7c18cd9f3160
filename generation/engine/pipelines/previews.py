"""A small picture of what the model is at, decoded from the latents between two steps."""

import io
import time

import torch
from PIL import Image

from generation.engine.pipelines.loading import LoadedModel

SIDE_PX = 192
# Decoding costs time that the picture itself waits for: a preview follows the last after at least ten times
# what the last one took, so they add a tenth at most.
_TIMES_ITS_COST = 10.0
_AT_LEAST_EVERY_S = 0.7
_FIRST_AT = 0.3


class Previews:
    """Decides when a preview is worth its time, and makes it."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._cost_s = 0.0
        self._last_at = 0.0

    def at_step(self, step: int, steps: int, latents: torch.Tensor) -> bytes | None:
        """WebP bytes (at most 192 px) when it is time for one; None else, and for models whose latents
        can't be seen.
        """
        began = time.monotonic()
        if step >= steps or step < steps * _FIRST_AT:
            return None
        if began - self._last_at < max(_AT_LEAST_EVERY_S, self._cost_s * _TIMES_ITS_COST):
            return None
        picture = decode(self._model, latents)
        if picture is None:
            return None
        picture.thumbnail((SIDE_PX, SIDE_PX))
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=70, method=2)
        self._last_at = time.monotonic()
        self._cost_s = self._last_at - began
        return buffer.getvalue()


def decode(model: LoadedModel, latents: torch.Tensor) -> Image.Image | None:
    """The picture that ``latents`` (batch, channels, height, width) would be now; None where they are no
    2-D latents.
    """
    pipeline = model.text_to_image
    processor = getattr(pipeline, "image_processor", None)
    if latents.ndim != 4 or processor is None:
        return None
    with torch.inference_mode():
        vae = getattr(pipeline, "vae", None)
        pixels = latents[:1]
        if vae is not None:
            shift = getattr(vae.config, "shift_factor", None) or 0.0
            pixels = vae.decode(pixels.to(vae.dtype) / vae.config.scaling_factor + shift, return_dict=False)[0]
        if pixels.shape[1] != 3:
            return None
        picture: Image.Image = processor.postprocess(pixels.float().cpu(), output_type="pil")[0]
    return picture
