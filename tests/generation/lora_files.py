"""LoRA files made by hand, whole and broken, without torch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from generation.engine.adapters.safetensors_header import read_header_of

NUMPY = {"F16": np.float16, "F32": np.float32, "F64": np.float64}


def safetensors_file(arrays: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> bytes:
    """A safetensors file with these tensors, in this order."""
    names = {np.dtype(numbers).str: name for name, numbers in NUMPY.items()}
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    body = b""
    for name, array in arrays.items():
        data = array.tobytes()
        header[name] = {
            "dtype": names[array.dtype.str],
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    return with_header(json.dumps(header).encode(), body)


def with_header(header: bytes, body: bytes = b"") -> bytes:
    """A file with this header, whatever it says."""
    return len(header).to_bytes(8, "little") + header + body


def lora_arrays(
    parts: dict[str, tuple[int, int]], *, rank: int = 2, seed: int = 1, sides: tuple[str, str] = ("lora_A", "lora_B")
) -> dict[str, np.ndarray]:
    """Random matrices for ``parts``: name -> (inputs, outputs)."""
    draw = np.random.default_rng(seed)
    arrays = {}
    for name, (inputs, outputs) in parts.items():
        arrays[f"{name}.{sides[0]}.weight"] = draw.normal(size=(rank, inputs)).astype(np.float32)
        arrays[f"{name}.{sides[1]}.weight"] = draw.normal(size=(outputs, rank)).astype(np.float32)
    return arrays


def lora_for(model_folder: Path, *, seed: int = 1, rank: int = 2, most: int = 1000, scale: float = 1.0) -> bytes:
    """A LoRA file of random matrices for every attention of the UNet in ``model_folder``, in diffusers' layout."""
    parts = {}
    for path in sorted((model_folder / "unet").glob("*.safetensors")):
        for tensor in read_header_of(path).tensors:
            name = tensor.name.removesuffix(".weight")
            if name.endswith((".to_q", ".to_k", ".to_v", ".to_out.0")):
                parts[f"unet.{name}"] = (tensor.shape[1], tensor.shape[0])
    arrays = lora_arrays(dict(list(parts.items())[:most]), seed=seed, rank=rank)
    return safetensors_file({name: array * np.float32(scale) for name, array in arrays.items()})
