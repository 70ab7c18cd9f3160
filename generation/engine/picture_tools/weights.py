"""Where the tools' own networks lie, and how one is read.

A tool's folder holds `atelier.json` (its version and parts, what was measured) and one `<part>.safetensors` a network,
half precision. Without the folder, or without a part in it, the tool falls back to a library's method and says
so in what it returns.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

CARD = "atelier.json"
# All parts of the tools that are shipped, and some.
_MOST_READ = 16
SHIPPED = Path(__file__).resolve().parents[1] / "models"


class WeightsUnreadable(ValueError):
    """A tool's folder is damaged; the message names the file."""


def read_tool_card(folder: Path) -> dict[str, Any]:
    """The tool's card; empty where the tool has no folder. Raises WeightsUnreadable."""
    path = folder / CARD
    if not path.is_file():
        return {}
    try:
        card = json.loads(path.read_text())
    except ValueError as error:
        raise WeightsUnreadable(f"{path}: {error}") from error
    if not isinstance(card, dict):
        raise WeightsUnreadable(f"{path}: not an object")
    return card


def has_part(folder: Path, part: str) -> bool:
    """Is the network `part` in the tool's folder?"""
    return (folder / f"{part}.safetensors").is_file()


def load_into(network: nn.Module, folder: Path, part: str) -> nn.Module:
    """`network` with the weights of `part`, float32, for inference. Raises WeightsUnreadable."""
    path = folder / f"{part}.safetensors"
    try:
        weights = {name: tensor.float() for name, tensor in load_file(path).items()}
        network.load_state_dict(weights)
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise WeightsUnreadable(f"{path}: {error}") from error
    return network.eval().requires_grad_(False)


def save_part(network: nn.Module, folder: Path, part: str) -> None:
    """Writes the network's weights in half precision as `part` of the tool in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.to(torch.float16).contiguous() for name, tensor in network.state_dict().items()}
    save_file(weights, folder / f"{part}.safetensors")


def once(make: Any, folder: Path, part: str) -> nn.Module:
    """`make()` with the weights of `part`, read once in a process, and again where the file was exchanged."""
    file = (folder / f"{part}.safetensors").stat()
    return _read(make, folder, part, (file.st_mtime_ns, file.st_size))


@lru_cache(maxsize=_MOST_READ)
def _read(make: Any, folder: Path, part: str, stamp: tuple[int, int]) -> nn.Module:
    return load_into(make(), folder, part)
