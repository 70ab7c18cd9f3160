"""The header of a safetensors file, read strictly: names, formats, shapes and places of the tensors, nothing executed.

A file is eight bytes (the header's length N, little-endian), N bytes of JSON, and the tensors without a gap. The rules
are those of the library safetensors, with smaller limits; the web has no need of that library then.
"""

import json
import math
import pickletools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.engine.adapters.faults import AdapterUnusable, Fault

LONGEST_HEADER = 8 * 1024 * 1024
MOST_TENSORS = 20_000
_LONGEST_NAME = 500
_MOST_DIMENSIONS = 8
_METADATA = "__metadata__"
_PREFIX = 8
# Bytes of one number.
WIDTHS = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U64": 8,
    "U32": 4,
    "U16": 2,
    "U8": 1,
    "BOOL": 1,
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor; ``begin`` and ``end`` are bytes from the beginning of the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file holds. ``metadata`` are the writer's own words, which nobody has checked."""

    tensors: tuple[Tensor, ...]
    metadata: dict[str, str]


def read_header(data: bytes) -> Header:
    """The header of the whole file ``data``. Raises AdapterUnusable."""
    return _parsed(data[: _PREFIX + LONGEST_HEADER], len(data))


def read_header_of(path: Path) -> Header:
    """The same of a file on disk, of which no more than the header is read. Raises AdapterUnusable and OSError."""
    with path.open("rb") as file:
        return _parsed(file.read(_PREFIX + LONGEST_HEADER), path.stat().st_size)


def _parsed(beginning: bytes, size_bytes: int) -> Header:
    if beginning[_PREFIX : _PREFIX + 1] != b"{":
        raise AdapterUnusable(Fault.PICKLE if _is_pickled(beginning) else Fault.NOT_SAFETENSORS)
    length = int.from_bytes(beginning[:_PREFIX], "little")
    if length > LONGEST_HEADER:
        raise AdapterUnusable(Fault.HEADER_TOO_LARGE, f"{length} bytes")
    if _PREFIX + length > size_bytes:
        raise AdapterUnusable(Fault.TRUNCATED, f"{size_bytes} bytes, and the header alone has {length}")
    try:
        document = json.loads(
            beginning[_PREFIX : _PREFIX + length].decode(),
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise AdapterUnusable(Fault.HEADER_UNREADABLE, str(error)[:200]) from error
    if not isinstance(document, dict):
        raise AdapterUnusable(Fault.HEADER_UNREADABLE, "no object")
    metadata = document.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise AdapterUnusable(Fault.HEADER_UNREADABLE, _METADATA)
    if len(document) > MOST_TENSORS:
        raise AdapterUnusable(Fault.HEADER_TOO_LARGE, f"{len(document)} tensors")
    tensors = tuple(_tensor(name, entry, _PREFIX + length) for name, entry in document.items())
    _require_no_gap(tensors, begin=_PREFIX + length, end=size_bytes)
    return Header(tensors, metadata)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two readers could take different ones of two entries with one name.
    whole = dict(pairs)
    if len(whole) != len(pairs):
        raise ValueError("a name stands twice")
    return whole


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _tensor(name: str, entry: Any, offset: int) -> Tensor:
    if len(name) > _LONGEST_NAME or not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise AdapterUnusable(Fault.HEADER_UNREADABLE, name[:100])
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in WIDTHS:
        raise AdapterUnusable(Fault.FORMAT_UNKNOWN, f"{name[:100]}: {str(dtype)[:20]}")
    if not _are_lengths(shape) or len(shape) > _MOST_DIMENSIONS or not _are_lengths(offsets) or len(offsets) != 2:
        raise AdapterUnusable(Fault.HEADER_UNREADABLE, name[:100])
    begin, end = offsets
    if end - begin != math.prod(shape) * WIDTHS[dtype]:
        raise AdapterUnusable(Fault.OFFSETS_WRONG, name[:100])
    return Tensor(name, dtype, tuple(shape), offset + begin, offset + end)


def _are_lengths(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**48 for value in values)


def _require_no_gap(tensors: tuple[Tensor, ...], *, begin: int, end: int) -> None:
    """Each byte after the header belongs to one tensor: neither gaps, in which something could hide, nor overlaps."""
    at = begin
    for tensor in sorted(tensors, key=lambda one: (one.begin, one.end)):
        if tensor.end > end:
            raise AdapterUnusable(Fault.TRUNCATED, tensor.name[:100])
        if tensor.begin != at:
            raise AdapterUnusable(Fault.OFFSETS_WRONG, tensor.name[:100])
        at = tensor.end
    if at != end:
        raise AdapterUnusable(Fault.OFFSETS_WRONG, f"{end - at} bytes belong to no tensor")


def _is_pickled(beginning: bytes) -> bool:
    """Torch's own files: a zip archive with a pickle in it, or a bare pickle. Looked at and never loaded."""
    if beginning.startswith(b"PK\x03\x04"):
        return True
    if not beginning.startswith(b"\x80"):
        return False
    try:
        return next(pickletools.genops(beginning[:64]))[0].name == "PROTO"
    except (ValueError, StopIteration):
        return False
