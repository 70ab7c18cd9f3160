"""A stranger's file becomes known parts of a model, or is refused in words. Nothing of it is ever executed."""

import hashlib
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.engine.adapters.faults import AdapterUnusable, Fault
from generation.engine.adapters.files import LARGEST_FILE
from generation.engine.adapters.fitting import Shapes, shapes_of
from generation.engine.adapters.layout import parts_of
from generation.engine.adapters.safetensors_header import Header, read_header
from marketplace.studio.loras.errors import LoraFileUnusable

MOST_MEGABYTES = LARGEST_FILE // (1024 * 1024)
_SAVED_AGAIN = gettext_lazy("Save it again as .safetensors, or download it anew.")
_ONLY_LORA = gettext_lazy("Choose a .safetensors file with LoRA weights alone, as diffusers, PEFT or kohya write it.")


@dataclass(frozen=True, slots=True)
class LoraFacts:
    """What is known of a file that can be used."""

    sha256: str
    size_bytes: int
    shapes: Shapes


def check_lora_file(data: bytes) -> LoraFacts:
    """Reads the header and looks at the numbers. Raises LoraFileUnusable."""
    require_size(len(data))
    try:
        header = read_header(data)
        parts = parts_of(header)
        _require_finite(header, data)
    except AdapterUnusable as error:
        message, way_out = _told(error)
        raise LoraFileUnusable(message, way_out=way_out) from error
    return LoraFacts(hashlib.sha256(data).hexdigest(), len(data), shapes_of(parts))


def require_size(size_bytes: int) -> None:
    """Raises LoraFileUnusable; ask before a file is read into memory."""
    if size_bytes > LARGEST_FILE:
        raise LoraFileUnusable(
            _("A LoRA file can have %(most)d MB at most.") % {"most": MOST_MEGABYTES},
            way_out=_("Save it with a smaller rank, or as float16."),
        )


def _told(error: AdapterUnusable) -> tuple[str, str]:
    where = {"where": error.where[:120]}
    if error.fault is Fault.PICKLE:
        return (
            _("This is a pickle (.pt, .ckpt, .bin): it may carry programs, so it is not opened."),
            _("Convert it to .safetensors, or ask who made it for that."),
        )
    if error.fault is Fault.NOT_SAFETENSORS:
        return _("This file is no .safetensors file."), str(_ONLY_LORA)
    if error.fault is Fault.TRUNCATED:
        return _("This file ends too early: a part of it is missing."), str(_SAVED_AGAIN)
    if error.fault is Fault.HEADER_TOO_LARGE:
        return _("The list of contents of this file is larger than any LoRA needs."), str(_ONLY_LORA)
    if error.fault is Fault.HEADER_UNREADABLE:
        return _("The list of contents of this file cannot be read."), str(_SAVED_AGAIN)
    if error.fault is Fault.OFFSETS_WRONG:
        return _("The parts of this file overlap or leave gaps (%(where)s).") % where, str(_SAVED_AGAIN)
    if error.fault is Fault.FORMAT_UNKNOWN:
        return (
            _("This file holds numbers of a kind that we do not read (%(where)s).") % where,
            _("Save it as float32, float16 or bfloat16."),
        )
    if error.fault is Fault.NO_PAIRS:
        return _("This file holds no LoRA weights."), str(_ONLY_LORA)
    if error.fault is Fault.HALF_A_PAIR:
        return _("Of %(where)s the file holds one of two matrices.") % where, str(_SAVED_AGAIN)
    if error.fault is Fault.PAIR_DOES_NOT_MATCH:
        return _("The two matrices of %(where)s do not go together.") % where, str(_SAVED_AGAIN)
    if error.fault is Fault.OTHER_PARTS:
        return (
            _("Beside LoRA weights this file holds something that we could not use: %(where)s.") % where,
            str(_ONLY_LORA),
        )
    if error.fault is Fault.SCALE_UNREADABLE:
        return _("What the file says of its scale cannot be used (%(where)s).") % where, str(_SAVED_AGAIN)
    return _("Some weights in this file are not numbers (%(where)s).") % where, _("Train it again, or use another one.")


def _require_finite(header: Header, data: bytes) -> None:
    for tensor in header.tensors:
        part = np.frombuffer(data[tensor.begin : tensor.end], _AS_NUMPY[tensor.dtype])
        # numpy has no BF16: of its numbers those that are not finite have all bits of the exponent.
        finite = (part & 0x7F80) != 0x7F80 if tensor.dtype == "BF16" else np.isfinite(part)
        if not finite.all():
            raise AdapterUnusable(Fault.NOT_FINITE, tensor.name)


_AS_NUMPY = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
