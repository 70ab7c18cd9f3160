"""Pictures whose composition follows edges, a sketch or depth: a T2I-Adapter or a ControlNet beside the model.

It lies in the model's own folder under ``control/lines`` or ``control/depth``, in diffusers' layout; the class in its
configuration says which of the two it is. Sources: Mou et al., "T2I-Adapter" (2023); Zhang et al., "Adding Conditional
Control to Text-to-Image Diffusion Models" (2023).
"""

import inspect
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

from generation.engine.contract import Control, ControlKind, FailureCode
from generation.engine.memory import out_of_memory_is_told
from generation.engine.painting import PictureOrder
from generation.engine.stopping import GaveUp

# Canny's upper threshold as a share of the gradient that Otsu's threshold of the picture stands for, and the lower one.
_LOWER_SHARE = 0.4
_SMOOTHED_PX = 1.2


def pipeline_led_by(text_to_image: Any, folder: Path, kind: ControlKind) -> Any:
    """The model's pipeline with its control for ``kind``. Raises GaveUp(MODEL_UNSUITABLE) where it has none."""
    import diffusers

    part = folder / "control" / kind.part
    try:
        class_name = json.loads((part / "config.json").read_text())["_class_name"]
    except (OSError, ValueError, KeyError) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{folder.name} cannot be led by {kind.value}: {error}") from error
    family = "StableDiffusionXL" if type(text_to_image).__name__.startswith("StableDiffusionXL") else "StableDiffusion"
    known = {
        "T2IAdapter": ("adapter", f"{family}AdapterPipeline"),
        "ControlNetModel": ("controlnet", f"{family}ControlNetPipeline"),
    }
    if class_name not in known:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{part} holds a {class_name}")
    argument, pipeline_name = known[class_name]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            control = getattr(diffusers, class_name).from_pretrained(part, use_safetensors=True, local_files_only=True)
            pipeline_class = getattr(diffusers, pipeline_name)
            pipeline = pipeline_class(**_components(pipeline_class, text_to_image), **{argument: control})
        with out_of_memory_is_told(f"loading {part.name}"):
            control.to(device=text_to_image.device, dtype=text_to_image.unet.dtype).eval().requires_grad_(False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{part} can't be loaded: {error}") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def controls_of(pipeline: Any) -> torch.nn.Module | None:
    """The control that stands in a pipeline of `pipeline_led_by`."""
    control = getattr(pipeline, "adapter", None)
    return control if control is not None else getattr(pipeline, "controlnet", None)


def _components(pipeline_class: Any, text_to_image: Any) -> dict[str, Any]:
    """What the pipeline is made of, but for the control; parts that the model has not are None."""
    wanted = set(inspect.signature(pipeline_class.__init__).parameters) - {"self", "adapter", "controlnet"}
    given: dict[str, Any] = {name: text_to_image.components.get(name) for name in wanted}
    for name in ("requires_safety_checker", "force_zeros_for_empty_prompt", "add_watermarker"):
        if name in wanted:
            given[name] = text_to_image.config.get(name, False)
    return given


def control_arguments(pipeline: Any, orders: Sequence[PictureOrder], control: Control) -> dict[str, Any]:
    """What the pipeline is called with beside words and noise: a picture for each order, and the scale."""
    channels = _channels(pipeline)
    pictures = []
    for order in orders:
        if order.control_picture is None:
            raise GaveUp(FailureCode.REQUEST_UNREADABLE, "a composition that is led by nothing")
        lines = control_picture(control.kind, order.control_picture, order.request.width, order.request.height)
        pictures.append(lines if channels == 1 else lines.convert("RGB"))
    return {
        "image": pictures,
        "adapter_conditioning_scale": control.scale,
        "controlnet_conditioning_scale": control.scale,
    }


def _channels(pipeline: Any) -> int:
    control = getattr(pipeline, "adapter", None)
    if control is not None:
        return int(control.config.in_channels)
    return int(pipeline.controlnet.config.conditioning_channels)


def decoded(text_to_image: Any, latents: torch.Tensor) -> list[Image.Image]:
    """Latents (n, c, h, w) as the plain pipeline decodes them: the T2I-Adapter's own way is an older one."""
    vae = text_to_image.vae
    with torch.inference_mode(), out_of_memory_is_told(f"decoding {len(latents)} pictures"):
        images = vae.decode(latents / vae.config.scaling_factor, return_dict=False)[0]
        pictures: list[Image.Image] = text_to_image.image_processor.postprocess(images, output_type="pil")
    return pictures


def control_picture(kind: ControlKind, picture: Image.Image, width: int, height: int) -> Image.Image:
    """What leads the composition, (height, width), L: white lines on black, or depth as given.

    Fitted as an input is: scaled to cover, the rest cut off around the centre. Of a sketch, what is opaque counts
    where it has transparency; else dark lines on light, or light ones on dark, whichever is the lesser part.
    """
    fitted = ImageOps.fit(picture.convert("RGBA"), (width, height), Image.Resampling.LANCZOS)
    if kind is ControlKind.SKETCH:
        return _drawn_lines(fitted)
    white = Image.new("RGBA", fitted.size, "white")
    grey = Image.alpha_composite(white, fitted).convert("L")
    return edges_of(grey) if kind is ControlKind.EDGES else grey


def edges_of(grey: Image.Image) -> Image.Image:
    """White edges on black, by Canny's method with thresholds from Otsu's (Fang, Yue and Yu, 2009)."""
    import cv2

    pixels = cv2.GaussianBlur(np.asarray(grey), (0, 0), _SMOOTHED_PX)
    upper, _ = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return Image.fromarray(cv2.Canny(pixels, _LOWER_SHARE * upper, max(upper, 1.0)))


def _drawn_lines(sketch: Image.Image) -> Image.Image:
    opacity = np.asarray(sketch.getchannel("A"))
    if opacity.min() < 128:
        return Image.fromarray(opacity)
    grey = np.asarray(sketch.convert("L"))
    return Image.fromarray(255 - grey if np.median(grey) >= 128 else grey)
