"""Real paintings, small, and networks with random weights in a tool's own layout."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from generation.engine.picture_tools.weights import save_part

_PAINTINGS = Path(__file__).resolve().parents[3] / "data" / "paintings"


@pytest.fixture(scope="session")
def painting() -> Callable[[str, int], Image.Image]:
    """`painting(name, longest side in px)`; names begin a file's name."""

    def open_small(name: str, longest_px: int) -> Image.Image:
        with Image.open(next(_PAINTINGS.glob(f"{name}*.jpg"))) as picture:
            small = picture.convert("RGB")
        small.thumbnail((longest_px, longest_px), Image.Resampling.BOX)
        return small

    return open_small


@pytest.fixture(scope="session")
def shaken() -> Callable[[nn.Module, Path, str], None]:
    """Saves a network whose every weight was drawn at random, so that each layer has a say in the result."""

    def save(network: nn.Module, folder: Path, part: str) -> None:
        generator = torch.Generator().manual_seed(7)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.06)
        save_part(network, folder, part)

    return save
