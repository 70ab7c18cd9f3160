"""Loads a diffusers model by folder or hub name: safetensors only, offline when a folder."""

import logging
import os
import re
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline
from PIL import Image

from generation.engine.card import CARD, CardUnreadable, read_card
from generation.engine.contract import ControlKind, FailureCode, Kind
from generation.engine.painting import Machine, OnStep, PictureOrder, Shape
from generation.engine.pipelines.melting import melt_in
from generation.engine.pipelines.previews import LinearPreview, fit_linear_preview
from generation.engine.stopping import GaveUp
from generation.engine.weights_hash import weights_sha256

logger = logging.getLogger(__name__)

_FOLDER_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*$")
_HUB_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")
_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl"}
_FROM_THE_HUB = ["*.json", "*.txt", "*.safetensors", "*.model"]


@dataclass(frozen=True)
class Place:
    """Where the numbers are and in what format."""

    device: torch.device
    dtype: torch.dtype

    @property
    def name(self) -> str:
        """For recipes and reports: ``cpu`` or the GPU's name."""
        return torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "cpu"

    @property
    def machine(self) -> Machine:
        """All that rounding depends on."""
        on_gpu = self.device.type == "cuda"
        kind = self.name if on_gpu else torch.backends.cpu.get_cpu_capability()
        return Machine(
            name=self.name,
            device="cuda" if on_gpu else "cpu",
            dtype=str(self.dtype).removeprefix("torch."),  # type: ignore[arg-type]  # choose_place takes no other
            build=f"torch {torch.__version__} {kind}",
            threads=torch.get_num_threads(),
        )

    @property
    def memory_bytes(self) -> int:
        """All the memory that models could lie in: the GPU's, or what this process may have of the host's."""
        if self.device.type == "cuda":
            return int(torch.cuda.get_device_properties(self.device).total_memory)
        return host_memory_bytes()


def choose_place(device: str, dtype: str) -> Place:
    """From the settings' words; ``auto`` takes a GPU where there is one, and float16 on it."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if dtype == "auto":
        dtype = "float16" if device == "cuda" else "float32"
    return Place(torch.device(device), getattr(torch, dtype))


def host_memory_bytes(limits: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """The host's memory, or the smaller limit of this process's control group."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = limits.read_text().strip()
    except OSError:  # no such system of limits here
        return memory
    return min(memory, int(limit)) if limit.isdigit() else memory


@dataclass
class LoadedModel:
    """A model in memory (``painting.Painter``). Both pipelines share its weights.

    ``is_spoiled``: a LoRA file could not be taken off it, so the shelf must load it anew.
    """

    name: str
    version: str
    weights_sha256: str
    place: Place
    text_to_image: Any
    folder: Path
    is_spoiled: bool = False
    compiled: frozenset[Shape] = frozenset()
    compiler: str = ""

    def paint(self, orders: Sequence[PictureOrder], *, on_step: OnStep | None = None) -> list[Image.Image]:
        """The pictures of one batch (``rendering.render_batch``), with the LoRA files that all its orders name."""
        from generation.engine.pipelines.adapters import wearing, wears_any
        from generation.engine.pipelines.compiling import compiled_only
        from generation.engine.pipelines.rendering import render_batch

        request = orders[0].request
        with ExitStack() as around:
            if self.compiled:
                around.enter_context(compiled_only(self.machine.runs_compiled(request, len(orders))))
            if not request.adapters:
                return render_batch(self, orders, on_step=on_step)
            pipeline = self.pipeline_for(request.kind)
            try:
                with wearing(pipeline, orders[0]):
                    return render_batch(self, orders, on_step=on_step)
            finally:
                self.is_spoiled = wears_any(pipeline)

    def preview(self, latents: Any, place: int) -> Image.Image | None:
        """A small picture of the moment, by the linear map that was fitted to this model."""
        return self.linear_preview.picture(latents, place) if self.linear_preview is not None else None

    @cached_property
    def linear_preview(self) -> LinearPreview | None:
        """The map, fitted when first asked for; None for models whose latents are no picture's."""
        return fit_linear_preview(self.text_to_image, self.place.device)

    @property
    def machine(self) -> Machine:
        """What runs it."""
        return replace(self.place.machine, compiled=self.compiled, compiler=self.compiler)

    @property
    def memory_bytes(self) -> int:
        """Of its weights, wherever they lie."""
        from generation.engine.pipelines.controlling import controls_of

        parts = [part for part in self.text_to_image.components.values() if isinstance(part, torch.nn.Module)]
        parts += [control for control in (controls_of(led) for led in self._led.values()) if control is not None]
        return sum(tensor.numel() * tensor.element_size() for part in parts for tensor in part.state_dict().values())

    @cached_property
    def image_to_image(self) -> Any:
        """The same weights behind diffusers' image-to-image pipeline. Raises GaveUp where there is none."""
        # This import brings dozens of pipelines along, so it waits until somebody needs it.
        from diffusers import AutoPipelineForImage2Image

        try:
            pipeline = AutoPipelineForImage2Image.from_pipe(self.text_to_image)
        except ValueError as error:
            raise GaveUp(
                FailureCode.MODEL_UNSUITABLE, f"{self.name} makes no pictures from pictures: {error}"
            ) from error
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def led_by(self, kind: ControlKind) -> Any:
        """The same weights behind the pipeline whose composition is led (``controlling``). Raises GaveUp."""
        from generation.engine.pipelines.controlling import pipeline_led_by

        if kind.part not in self._led:
            self._led[kind.part] = pipeline_led_by(self.text_to_image, self.folder, kind)
        return self._led[kind.part]

    @cached_property
    def _led(self) -> dict[str, Any]:
        return {}

    def pipeline_for(self, kind: Kind) -> Any:
        """The pipeline that does ``kind``."""
        return self.image_to_image if kind.needs_input else self.text_to_image

    @property
    def scheduler(self) -> str:
        """The scheduler's class, for the recipe."""
        return type(self.text_to_image.scheduler).__name__


def find_folder(name: str, *, models_dir: Path, version: str, hub: bool) -> Path:
    """The folder of model ``name``: under ``models_dir``, or fetched from the hub where that is allowed.

    Raises GaveUp(MODEL_MISSING).
    """
    if _FOLDER_NAME.match(name):
        folder = models_dir / name
        installed = installed_version(name, models_dir=models_dir)
        if installed != version:
            raise GaveUp(FailureCode.MODEL_MISSING, f"{folder} holds version {installed}, not {version}")
        return folder
    if hub and _HUB_NAME.match(name):
        from huggingface_hub import snapshot_download

        try:
            return Path(snapshot_download(name, revision=version, allow_patterns=_FROM_THE_HUB))
        except (OSError, ValueError) as error:
            raise GaveUp(FailureCode.MODEL_MISSING, f"{name} can't be fetched from the hub: {error}") from error
    raise GaveUp(
        FailureCode.MODEL_MISSING, f"{name} is no folder name" + ("" if hub else ", and WORKER_HUB_MODELS is off")
    )


def installed_version(name: str, *, models_dir: Path) -> str:
    """The version of the model in the folder ``name``. Raises GaveUp(MODEL_MISSING)."""
    try:
        return read_card(models_dir / name).version
    except CardUnreadable as error:
        raise GaveUp(FailureCode.MODEL_MISSING, f"{error}; set MODELS_DIR") from error


def load_model(name: str, *, version: str, models_dir: Path, place: Place, hub: bool = False) -> LoadedModel:
    """Load model ``name`` onto ``place``. Raises GaveUp (MODEL_MISSING, MODEL_UNSUITABLE)."""
    folder = find_folder(name, models_dir=models_dir, version=version, hub=hub)
    base = base_of(name, folder)
    _refuse_pickled(name, folder)
    if base is not None:
        _refuse_pickled(name, base)
    pipeline = _opened(name, base or folder, place)
    if base is not None:
        melt_in(pipeline, folder)
    pipeline.to(place.device)
    pipeline.set_progress_bar_config(disable=True)
    for component in pipeline.components.values():
        if isinstance(component, torch.nn.Module):
            # Nothing is trained here; and LoRA files switch this off, which compiled code would take for a change.
            component.requires_grad_(False)
    return LoadedModel(name, version, weights_sha256(folder, base), place, pipeline, base or folder)


def base_of(name: str, folder: Path) -> Path | None:
    """The folder of the model that ``name`` in ``folder`` changes; None for a whole model, as all of the hub are taken
    for, whatever a card of theirs says.
    """
    if not _FOLDER_NAME.match(name) or not (folder / CARD).is_file():
        return None
    card = read_card(folder)
    return folder.parent / card.base if card.base else None


def _refuse_pickled(name: str, folder: Path) -> None:
    pickled = [path for path in folder.rglob("*") if path.suffix in _PICKLED]
    if pickled:
        raise GaveUp(
            FailureCode.MODEL_UNSUITABLE,
            f"{pickled[0].relative_to(folder)} of {name} may carry code; only safetensors are loaded. Convert it.",
        )


def _opened(name: str, folder: Path, place: Place) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return DiffusionPipeline.from_pretrained(
                folder, use_safetensors=True, local_files_only=True, dtype=place.dtype
            )
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{name} can't be loaded: {error}") from error
