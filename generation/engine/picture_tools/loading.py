"""A picture tool as the worker holds it: its folder under MODELS_DIR, by the tool's card."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from generation.engine.card import CardUnreadable, read_card
from generation.engine.contract import TOOLS, FailureCode, Kind
from generation.engine.painting import Machine, OnStep, PictureOrder
from generation.engine.stopping import GaveUp
from generation.engine.weights_hash import weights_sha256

# What rounding depends on beside torch.
_LIBRARIES = ("opencv-python-headless", "scikit-image", "scipy")


@dataclass(frozen=True)
class LoadedTool:
    """A picture tool (``painting.Painter``). It computes on the processor; its networks are read when first used."""

    name: str
    version: str
    weights_sha256: str
    kind: Kind
    folder: Path
    is_spoiled: bool = False

    @property
    def scheduler(self) -> str:
        """A tool has none."""
        return ""

    @property
    def machine(self) -> Machine:
        """The processor, and the libraries that compute."""
        versions = " ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
        build = f"torch {torch.__version__} {torch.backends.cpu.get_cpu_capability()}, {versions}"
        return Machine(name="cpu", device="cpu", dtype="float32", build=build, threads=torch.get_num_threads())

    @property
    def memory_bytes(self) -> int:
        """Of its weights as they are computed with, twice the size of their files in half precision."""
        return 2 * sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def paint(self, orders: Sequence[PictureOrder], *, on_step: OnStep | None = None) -> list[Image.Image]:
        """The tool's pictures, one after the other, each with its notes (``painting.notes_of``).

        Raises GaveUp (OUT_OF_MEMORY, MODEL_UNSUITABLE, NOTHING_STANDS_OUT, REQUEST_UNREADABLE).
        """
        # OpenCV and scikit-image take a second to import, and most workers never need them.
        from generation.engine.picture_tools.applying import apply_tool

        if self.kind is not orders[0].request.kind:
            raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{self.name} does {self.kind}, not {orders[0].request.kind}")
        return [apply_tool(self.folder, order, on_step=on_step) for order in orders]

    def preview(self, latents: object, place: int) -> Image.Image | None:
        """Nothing can be seen before a tool is ready."""
        return None


def load_tool(name: str, folder: Path) -> LoadedTool:
    """The tool in ``folder``. Raises GaveUp(MODEL_UNSUITABLE) where its card names no tool that we know."""
    try:
        card = read_card(folder)
    except CardUnreadable as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, str(error)) from error
    if card.tool not in {kind.value for kind in TOOLS}:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{folder}: {card.tool!r} is no picture tool")
    return LoadedTool(name, card.version, weights_sha256(folder), Kind(card.tool), folder)
