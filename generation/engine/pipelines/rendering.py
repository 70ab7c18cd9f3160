"""One picture from a loaded model."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image, ImageOps

from generation.engine.contract import FailureCode, GenerationRequest, Kind
from generation.engine.pipelines.loading import LoadedModel
from generation.engine.stopping import GaveUp

# Gets the number of steps done (from 1) and the latents of the moment; may raise to stop the picture.
OnStep = Callable[[int, torch.Tensor], None]


def render_picture(
    model: LoadedModel,
    request: GenerationRequest,
    *,
    index: int,
    input_picture: Image.Image | None = None,
    on_step: OnStep | None = None,
) -> Image.Image:
    """Picture ``index`` of ``request``, RGB, of the size asked for. The same request gives the same picture.

    The seed's generator lives on the CPU, so a GPU draws the same noise. Whatever ``on_step`` raises comes
    through. Raises GaveUp (OUT_OF_MEMORY, MODEL_UNSUITABLE).
    """
    pipeline = model.pipeline_for(request.kind)
    arguments: dict[str, Any] = {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt or None,
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
        "generator": torch.Generator("cpu").manual_seed(request.seed_of(index)),
        "callback_on_step_end": _step_callback(on_step),
        "callback_on_step_end_tensor_inputs": ["latents"],
        "output_type": "pil",
    }
    if request.kind is Kind.IMAGE_TO_IMAGE:
        if input_picture is None or request.strength is None:
            raise GaveUp(FailureCode.REQUEST_UNREADABLE, "image to image without an input")
        arguments["image"] = fit(input_picture, request.width, request.height)
        arguments["strength"] = request.strength
        # The pipeline refuses less than one step.
        arguments["num_inference_steps"] = max(request.steps, math.ceil(1 / request.strength))
    else:
        arguments |= {"width": request.width, "height": request.height}
    try:
        with torch.inference_mode():
            picture: Image.Image = pipeline(**_accepted(pipeline, arguments)).images[0]
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{request.width}×{request.height} px: {error}") from error
    picture = picture.convert("RGB")
    if picture.size != (request.width, request.height):
        picture = picture.resize((request.width, request.height), Image.Resampling.LANCZOS)
    return picture


def fit(picture: Image.Image, width: int, height: int) -> Image.Image:
    """``picture`` as RGB of exactly this size: scaled to cover it, the rest cut off around the centre."""
    return ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def _accepted(pipeline: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    known = inspect.signature(pipeline.__call__).parameters
    if "prompt" not in known:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{type(pipeline).__name__} takes no prompt")
    return {name: value for name, value in arguments.items() if name in known}


def _step_callback(on_step: OnStep | None) -> Callable[..., dict[str, Any]]:
    def callback(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if on_step is not None:
            on_step(step + 1, tensors["latents"])
        return tensors

    return callback
