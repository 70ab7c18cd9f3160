"""Which parts of a model a LoRA file changes: pairs of matrices, in the layouts of diffusers, PEFT and kohya.

The change of one part is up · down · alpha / rank; ``down`` has the part's inputs, ``up`` its outputs.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from generation.engine.adapters.faults import AdapterUnusable, Fault
from generation.engine.adapters.safetensors_header import Header, Tensor

_MATRIX = re.compile(r"^(?P<stem>.+?)(?:\.lora_|[._]lora\.|\.lora_linear_layer\.)(?P<side>A|B|down|up)\.weight$")
_DOWN = {"A", "down"}
_ALPHA = ".alpha"
_FORMATS = {"F64", "F32", "F16", "BF16"}
_LARGEST_ALPHA = 1e4
_PEFT = "base_model.model."
# The beginnings of names, and the part of a pipeline that they belong to; kohya's have underscores for points.
_COMPONENTS = {
    "lora_unet_": "unet",
    "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2",
    "lora_te_": "text_encoder",
    "unet.": "unet",
    "text_encoder_2.": "text_encoder_2",
    "text_encoder.": "text_encoder",
    "transformer.": "transformer",
}
# Names of a UNet's own parts, in files that name no component.
_OF_A_UNET = ("down_blocks.", "mid_block.", "up_blocks.", "conv_in", "conv_out", "time_embedding.")


@dataclass(frozen=True, slots=True)
class Part:
    """One changed part. ``stem``: as the file names it; ``name``: as the model does (kohya: underscores for points).

    ``kernel`` are the two sides of a convolution's kernel, or nothing. ``alpha`` is what the file says of it; None:
    the rank, so that up · down is the change itself.
    """

    stem: str
    component: str
    name: str
    inputs: int
    outputs: int
    rank: int
    kernel: tuple[int, ...]
    down: str
    up: str
    alpha: float | None = None
    alpha_tensor: str | None = None

    @property
    def is_of_kohya(self) -> bool:
        """Whether the file has kohya's names, of which diffusers itself reads the alphas."""
        return self.stem.startswith("lora_")


def parts_of(header: Header) -> tuple[Part, ...]:
    """The pairs of a file, in the file's order. Raises AdapterUnusable where it holds anything else, or none."""
    matrices: dict[str, dict[str, Tensor]] = {}
    alphas: dict[str, Tensor] = {}
    others: list[str] = []
    for tensor in header.tensors:
        if found := _MATRIX.match(tensor.name):
            side = "down" if found["side"] in _DOWN else "up"
            sides = matrices.setdefault(found["stem"], {})
            if side in sides:
                raise AdapterUnusable(Fault.PAIR_DOES_NOT_MATCH, found["stem"])
            sides[side] = tensor
        elif tensor.name.endswith(_ALPHA) and tensor.shape in {(), (1,)}:
            alphas[tensor.name.removesuffix(_ALPHA)] = tensor
        else:
            others.append(tensor.name)
    if not matrices:
        raise AdapterUnusable(Fault.NO_PAIRS)
    others += [tensor.name for stem, tensor in alphas.items() if stem not in matrices]
    if others:
        raise AdapterUnusable(Fault.OTHER_PARTS, others[0])
    for tensor in header.tensors:
        if tensor.dtype not in _FORMATS:
            raise AdapterUnusable(Fault.FORMAT_UNKNOWN, f"{tensor.name}: {tensor.dtype}")
    told = _told_scales(header)
    return tuple(_part(stem, sides, alphas.get(stem), told) for stem, sides in matrices.items())


def name_for_diffusers(name: str) -> str:
    """The name of a tensor with the component that diffusers looks for, where PEFT's layout leaves it out."""
    if name.startswith(_PEFT):
        return "unet." + name.removeprefix(_PEFT)
    return "unet." + name if name.startswith(_OF_A_UNET) else name


def _part(stem: str, sides: dict[str, Tensor], alpha: Tensor | None, told: dict[str, Any]) -> Part:
    if len(sides) != 2:
        raise AdapterUnusable(Fault.HALF_A_PAIR, stem)
    down, up = sides["down"], sides["up"]
    if len(down.shape) not in {2, 4} or len(up.shape) != len(down.shape):
        raise AdapterUnusable(Fault.PAIR_DOES_NOT_MATCH, stem)
    rank = down.shape[0]
    if up.shape[1] != rank or any(side != 1 for side in up.shape[2:]) or 0 in down.shape or 0 in up.shape:
        raise AdapterUnusable(Fault.PAIR_DOES_NOT_MATCH, stem)
    component, name = _place(stem)
    return Part(
        stem=stem,
        component=component,
        name=name,
        inputs=down.shape[1],
        outputs=up.shape[0],
        rank=rank,
        kernel=tuple(down.shape[2:]),
        down=down.name,
        up=up.name,
        alpha=_told_alpha(told.get(component, {}), name, rank) if alpha is None else None,
        alpha_tensor=alpha.name if alpha is not None else None,
    )


def _place(stem: str) -> tuple[str, str]:
    """Component and name within it of what a file calls ``stem``."""
    named = name_for_diffusers(stem)
    for beginning, component in _COMPONENTS.items():
        if named.startswith(beginning):
            name = named.removeprefix(beginning)
            # Diffusers' former layout puts the matrices into the attention's processor.
            name = name.replace(".processor.", ".")
            return component, re.sub(r"\.to_out$", ".to_out.0", name)
    raise AdapterUnusable(Fault.OTHER_PARTS, stem)


# diffusers writes PEFT's configuration beside the matrices. Only its numbers are taken: the rest of it could name
# modules of Python to import.
_CONFIGURATION = "lora_adapter_metadata"


def _told_scales(header: Header) -> dict[str, dict[str, Any]]:
    """By component: ``lora_alpha``, ``alpha_pattern`` and ``use_rslora``, checked. Raises AdapterUnusable."""
    written = header.metadata.get(_CONFIGURATION)
    if written is None:
        return {}
    try:
        document = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise AdapterUnusable(Fault.SCALE_UNREADABLE, _CONFIGURATION) from error
    if not isinstance(document, dict):
        raise AdapterUnusable(Fault.SCALE_UNREADABLE, _CONFIGURATION)
    told: dict[str, dict[str, Any]] = {}
    for key, value in document.items():
        component, _, name = key.partition(".")
        if name in {"lora_alpha", "alpha_pattern", "use_rslora"} and value is not None:
            told.setdefault(component, {})[name] = value
    return told


def _told_alpha(told: dict[str, Any], name: str, rank: int) -> float | None:
    """The alpha of the part ``name``, or what gives rank-stabilised LoRA's scale as one; None: nothing is told."""
    pattern = told.get("alpha_pattern", {})
    if not isinstance(pattern, dict):
        raise AdapterUnusable(Fault.SCALE_UNREADABLE, "alpha_pattern")
    alpha = told.get("lora_alpha")
    for key, value in pattern.items():
        # PEFT's keys may be expressions; what it writes itself are names, or their ends.
        if name == key.removeprefix("^") or name.endswith("." + key):
            alpha = value
    if alpha is None:
        return None
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha <= _LARGEST_ALPHA:
        raise AdapterUnusable(Fault.SCALE_UNREADABLE, "lora_alpha")
    return float(alpha) * math.sqrt(rank) if told.get("use_rslora") is True else float(alpha)
