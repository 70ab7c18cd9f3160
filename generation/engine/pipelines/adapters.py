"""LoRA files on a loaded model, for one batch: put on, weighed, and taken off again to the last bit.

diffusers puts each file's matrices beside the model's own weights (by PEFT) and never into them, so that taking the
matrices away leaves the weights that were there. Of a file only its matrices and their scales are used: PEFT's
configuration, which diffusers writes into a file and reads from it, could name modules of Python to import.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from generation.engine.adapters.faults import AdapterUnusable
from generation.engine.adapters.layout import Part, name_for_diffusers, parts_of
from generation.engine.adapters.safetensors_header import read_header
from generation.engine.contract import FailureCode
from generation.engine.memory import out_of_memory_is_told
from generation.engine.painting import PictureOrder
from generation.engine.stopping import GaveUp

logger = logging.getLogger(__name__)

# All that diffusers and PEFT raise for files that do not fit; a stranger's file decides which.
_DOES_NOT_FIT = (ValueError, RuntimeError, KeyError, IndexError, AttributeError, TypeError, NotImplementedError)


class AdapterStuck(Exception):
    """A LoRA file could not be taken off; this model must not paint for others."""


@contextmanager
def wearing(pipeline: Any, order: PictureOrder) -> Iterator[None]:
    """Inside, ``pipeline`` paints with the LoRA files of ``order`` at their weights; afterwards as before.

    Raises GaveUp (ADAPTER_UNREADABLE, ADAPTER_UNSUITABLE, OUT_OF_MEMORY) with the pipeline as it was, and AdapterStuck
    where it is not.
    """
    adapters = order.request.adapters
    if len(order.adapters) != len(adapters):
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{len(adapters)} LoRA files ordered, {len(order.adapters)} here")
    names = [f"file_{number}" for number in range(len(adapters))]
    try:
        for name, adapter, data in zip(names, adapters, order.adapters, strict=True):
            _put_on(pipeline, name, data, what=f"{adapter.name} ({adapter.sha256[:12]})")
        with _adapters_told():
            pipeline.set_adapters(names, [adapter.weight for adapter in adapters])
        yield
    finally:
        _take_off(pipeline)


def _put_on(pipeline: Any, name: str, data: bytes, *, what: str) -> None:
    if not hasattr(pipeline, "load_lora_weights"):
        raise GaveUp(FailureCode.ADAPTER_UNSUITABLE, f"{type(pipeline).__name__} takes no LoRA files")
    try:
        parts = parts_of(read_header(data))
        tensors = _scaled(safetensors.torch.load(data), parts)
    except (AdapterUnusable, safetensors.SafetensorError) as error:
        raise GaveUp(FailureCode.ADAPTER_UNREADABLE, f"{what}: {error}") from error
    try:
        with _adapters_told(), out_of_memory_is_told(what):
            pipeline.load_lora_weights(tensors, adapter_name=name)
    except _DOES_NOT_FIT as error:
        raise GaveUp(FailureCode.ADAPTER_UNSUITABLE, f"{what}: {_first_line(error)}") from error
    # What finds no place is passed over with a line in diffusers' log; the artist ordered all of it.
    used = sum(name in layer.lora_A for layer in _layers(pipeline))
    if used != len(parts):
        raise GaveUp(FailureCode.ADAPTER_UNSUITABLE, f"{what}: {used} of {len(parts)} parts have a place in the model")


def _scaled(tensors: dict[str, Tensor], parts: tuple[Part, ...]) -> dict[str, Tensor]:
    """The matrices under the names that diffusers knows, with alpha / rank in the second of each pair.

    Kohya's alphas stay: diffusers reads those itself.
    """
    scaled: dict[str, Tensor] = {}
    for part in parts:
        alpha = part.alpha
        if part.alpha_tensor is not None:
            if part.is_of_kohya:
                scaled[part.alpha_tensor] = tensors[part.alpha_tensor]
            else:
                alpha = float(tensors[part.alpha_tensor])
        up = tensors[part.up]
        if alpha is not None and alpha != part.rank:
            up = (up.double() * (alpha / part.rank)).to(up.dtype)
        scaled[name_for_diffusers(part.down)] = tensors[part.down]
        scaled[name_for_diffusers(part.up)] = up
    return scaled


def _take_off(pipeline: Any) -> None:
    if hasattr(pipeline, "unload_lora_weights"):
        with _adapters_told():
            pipeline.unload_lora_weights()
    if wears_any(pipeline):
        raise AdapterStuck(f"a LoRA file stays on {type(pipeline).__name__}")


def wears_any(pipeline: Any) -> bool:
    """Whether a LoRA file changes what ``pipeline`` paints."""
    return next(_layers(pipeline), None) is not None


def _layers(pipeline: Any) -> Iterator[Any]:
    """Every layer of the pipeline's models that carries matrices of a LoRA file."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    for component in pipeline.components.values():
        if isinstance(component, torch.nn.Module):
            yield from (layer for layer in component.modules() if isinstance(layer, BaseTunerLayer))


@contextmanager
def _adapters_told() -> Iterator[None]:
    # PEFT warns of a second file on one model, which is what is wanted here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
