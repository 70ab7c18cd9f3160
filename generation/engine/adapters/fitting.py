"""Whether a LoRA file goes with a model, by the shapes that the headers of both tell. Torch-free."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generation.engine.adapters.faults import AdapterUnusable
from generation.engine.adapters.layout import Part
from generation.engine.adapters.safetensors_header import read_header_of

# Inputs, outputs, and a convolution's kernel.
Shape = tuple[int, ...]
# (component, name with underscores for points) -> shape.
Shapes = dict[tuple[str, str], Shape]

# Kohya's files for models in the layout of their first publication, whose names diffusers translates.
_OTHER_NAMES = ("input_blocks_", "middle_block_", "output_blocks_")
_TEXT_ENCODERS_THAT_CHANGE = {"clip_text_model"}


@dataclass(frozen=True, slots=True)
class ModelShapes:
    """What of a model's UNet can be changed, and whether how it reads words can."""

    unet: dict[str, Shape]
    words_can_change: bool


def shapes_of(parts: Iterable[Part]) -> Shapes:
    """Of each part of a LoRA file."""
    return {(part.component, _flat(part.name)): (part.inputs, part.outputs, *part.kernel) for part in parts}


def shapes_of_model(folder: Path) -> ModelShapes | None:
    """Of the model in ``folder`` (diffusers' layout); None where it has no UNet that can be read."""
    unet: dict[str, Shape] = {}
    try:
        for path in sorted((folder / "unet").glob("*.safetensors")):
            for tensor in read_header_of(path).tensors:
                if tensor.name.endswith(".weight") and len(tensor.shape) in {2, 4}:
                    outputs, inputs, *kernel = tensor.shape
                    unet[_flat(tensor.name.removesuffix(".weight"))] = (inputs, outputs, *kernel)
    except (OSError, AdapterUnusable):
        return None
    return ModelShapes(unet, _words_can_change(folder)) if unet else None


def misfit(shapes: Shapes, model: ModelShapes) -> str | None:
    """The part of a LoRA file that ``model`` has no place for, as the file names it; None where nothing is seen.

    A worker may still refuse it: text encoders, and files whose names are translated first, are not looked into here.
    """
    for (component, name), shape in shapes.items():
        if component == "unet":
            if name.startswith(_OTHER_NAMES):
                continue
            if model.unet.get(name) != shape:
                return f"{component}.{name}"
        elif component == "text_encoder" and model.words_can_change:
            continue
        else:
            return f"{component}.{name}"
    return None


def _flat(name: str) -> str:
    return name.replace(".", "_")


def _words_can_change(folder: Path) -> bool:
    """Diffusers changes the text encoders of CLIP, and no others."""
    try:
        configuration = json.loads((folder / "text_encoder" / "config.json").read_text())
    except (OSError, ValueError):
        return False
    return isinstance(configuration, dict) and configuration.get("model_type") in _TEXT_ENCODERS_THAT_CHANGE
