"""Pictures from a loaded model, one batch at a time."""

import inspect
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image, ImageOps

from generation.engine.contract import FailureCode, GenerationRequest, Kind
from generation.engine.memory import out_of_memory_is_told
from generation.engine.painting import OnStep, PictureOrder
from generation.engine.pipelines.controlling import control_arguments, decoded
from generation.engine.pipelines.editing import paint_beyond, paint_inside
from generation.engine.pipelines.noise import noise_near
from generation.engine.pipelines.prompt_weights import weighted_states
from generation.engine.pipelines.regions import NothingMasked
from generation.engine.prompt_syntax import has_weights
from generation.engine.stopping import GaveUp

if TYPE_CHECKING:
    from generation.engine.pipelines.loading import LoadedModel


def render_batch(
    model: "LoadedModel", orders: Sequence[PictureOrder], *, on_step: OnStep | None = None
) -> list[Image.Image]:
    """The pictures of ``orders``, RGB, of the size asked for, made in one pass; all requests are alike
    (``PictureOrder.alike``).

    Each picture's noise comes from a generator of its own, on the CPU, so that neither its neighbours nor a GPU
    change it. What remains of the batch is rounding: equal places of batches of equal size give equal pixels.
    Whatever ``on_step`` raises comes through. Raises GaveUp (OUT_OF_MEMORY, MODEL_UNSUITABLE).
    """
    request = orders[0].request
    control = request.control
    pipeline = model.led_by(control.kind) if control is not None else model.pipeline_for(request.kind)
    if request.kind.is_edit:
        return [_edited(pipeline, order, on_step=on_step) for order in orders]
    arguments: dict[str, Any] = {
        **words_of(pipeline, [order.request for order in orders]),
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
        "generator": [torch.Generator("cpu").manual_seed(order.request.seed_of(order.index)) for order in orders],
        "callback_on_step_end": _step_callback(on_step),
        "callback_on_step_end_tensor_inputs": ["latents"],
        # Pipelines of an older kind have this one instead.
        "callback": _old_step_callback(on_step),
        "callback_steps": 1,
        "output_type": "pil",
    }
    if control is not None:
        arguments |= control_arguments(pipeline, orders, control) | {"output_type": "latent"}
    if request.kind is Kind.IMAGE_TO_IMAGE:
        arguments["image"] = [_fitted_input(order) for order in orders]
        arguments["strength"] = request.strength
        # The pipeline refuses less than one step.
        arguments["num_inference_steps"] = max(request.steps, math.ceil(1 / (request.strength or 1.0)))
    else:
        arguments |= {"width": request.width, "height": request.height}
    if request.variation is not None:
        arguments["latents"] = torch.cat([_varied_noise(pipeline, order) for order in orders])
    pictures: Any = _call(pipeline, arguments, f"{len(orders)} × {request.width}×{request.height} px")
    if control is not None:
        pictures = decoded(model.text_to_image, pictures)
    if len(pictures) != len(orders):
        raise GaveUp(
            FailureCode.MODEL_UNSUITABLE, f"{model.name} gave {len(pictures)} pictures for {len(orders)} prompts"
        )
    return [_as_ordered(picture, request) for picture in pictures]


def fit(picture: Image.Image, width: int, height: int) -> Image.Image:
    """``picture`` as RGB of exactly this size: scaled to cover it, the rest cut off around the centre."""
    return ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def words_of(pipeline: Any, requests: Sequence[GenerationRequest]) -> dict[str, Any]:
    """The arguments that say what to paint; all requests have weights or none has, and so for negative prompts."""
    first = requests[0]
    has_negative = bool(first.negative_prompt)
    if any(has_weights(request.prompt) or has_weights(request.negative_prompt) for request in requests):
        device = pipeline.device
        words = {"prompt_embeds": torch.cat([weighted_states(pipeline, r.prompt, device=device) for r in requests])}
        if has_negative:
            told = [weighted_states(pipeline, r.negative_prompt, device=device) for r in requests]
            words["negative_prompt_embeds"] = torch.cat(told)
        return words
    return {
        "prompt": [request.prompt for request in requests],
        # Some pipelines make a difference between no negative prompt and an empty one.
        "negative_prompt": [request.negative_prompt for request in requests] if has_negative else None,
    }


def _edited(pipeline: Any, order: PictureOrder, *, on_step: OnStep | None) -> Image.Image:
    request = order.request
    if order.input_picture is None or request.painted_side is None:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{request.kind.value} without an input")
    common: dict[str, Any] = {
        "side_px": request.painted_side,
        "steps": request.steps,
        "seed": request.seed_of(order.index),
        "on_step": on_step,
        "guidance_scale": request.guidance,
    }
    with torch.inference_mode():
        common |= words_of(pipeline, [request])
    with out_of_memory_is_told(f"{request.kind.value} at {request.painted_side} px"):
        if request.extension is not None:
            return paint_beyond(pipeline, order.input_picture, **request.extension.model_dump(), **common)
        if order.mask is None or request.strength is None:
            raise GaveUp(FailureCode.REQUEST_UNREADABLE, "inpaint without a mask")
        try:
            return paint_inside(pipeline, order.input_picture, order.mask, strength=request.strength, **common)
        except NothingMasked as error:
            raise GaveUp(FailureCode.INPUT_UNREADABLE, str(error)) from error


def _varied_noise(pipeline: Any, order: PictureOrder) -> torch.Tensor:
    request = order.request
    unet, factor = getattr(pipeline, "unet", None), getattr(pipeline, "vae_scale_factor", None)
    if unet is None or factor is None or request.variation is None:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{type(pipeline).__name__} takes no noise from outside")
    shape = (1, unet.config.in_channels, request.height // factor, request.width // factor)
    return noise_near(
        shape,
        seed=request.variation.base_seed,
        other_seed=request.seed_of(order.index),
        amount=request.variation.amount,
        dtype=unet.dtype,
    ).to(unet.device)


def _fitted_input(order: PictureOrder) -> Image.Image:
    if order.input_picture is None or order.request.strength is None:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, "image to image without an input")
    return fit(order.input_picture, order.request.width, order.request.height)


def _call(pipeline: Any, arguments: dict[str, Any], what: str) -> Any:
    with torch.inference_mode(), out_of_memory_is_told(what):
        return pipeline(**_accepted(pipeline, arguments)).images


def _as_ordered(picture: Image.Image, request: GenerationRequest) -> Image.Image:
    picture = picture.convert("RGB")
    if picture.size != (request.width, request.height):
        picture = picture.resize((request.width, request.height), Image.Resampling.LANCZOS)
    return picture


def _accepted(pipeline: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    known = inspect.signature(pipeline.__call__).parameters
    if "prompt" not in known:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{type(pipeline).__name__} takes no prompt")
    return {name: value for name, value in arguments.items() if name in known}


def _old_step_callback(on_step: OnStep | None) -> Callable[[int, Any, Any], None]:
    def callback(step: int, timestep: Any, latents: Any) -> None:
        if on_step is not None:
            on_step(step + 1, latents)

    return callback


def _step_callback(on_step: OnStep | None) -> Callable[..., dict[str, Any]]:
    def callback(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if on_step is not None:
            on_step(step + 1, tensors["latents"])
        return tensors

    return callback
