"""Loads a diffusers model by folder or hub name: safetensors only, offline when a folder."""

import hashlib
import logging
import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline

from generation.engine.card import CardUnreadable, read_card
from generation.engine.contract import FailureCode, Kind
from generation.engine.stopping import GaveUp

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


def choose_place(device: str, dtype: str) -> Place:
    """From the settings' words; ``auto`` takes a GPU where there is one, and float16 on it."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if dtype == "auto":
        dtype = "float16" if device == "cuda" else "float32"
    return Place(torch.device(device), getattr(torch, dtype))


@dataclass
class LoadedModel:
    """A model in memory. Both pipelines share its weights."""

    name: str
    version: str
    weights_sha256: str
    place: Place
    text_to_image: Any

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

    def pipeline_for(self, kind: Kind) -> Any:
        """The pipeline that does ``kind``."""
        return self.image_to_image if kind is Kind.IMAGE_TO_IMAGE else self.text_to_image

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
    pickled = [path for path in folder.rglob("*") if path.suffix in _PICKLED]
    if pickled:
        raise GaveUp(
            FailureCode.MODEL_UNSUITABLE,
            f"{pickled[0].relative_to(folder)} of {name} may carry code; only safetensors are loaded. Convert it.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = DiffusionPipeline.from_pretrained(
                folder, use_safetensors=True, local_files_only=True, dtype=place.dtype
            )
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{name} can't be loaded: {error}") from error
    pipeline.to(place.device)
    pipeline.set_progress_bar_config(disable=True)
    return LoadedModel(name, version, weights_sha256(folder), place, pipeline)


def weights_sha256(folder: Path) -> str:
    """One hash over all safetensors files below ``folder``: SHA-256 of lines ``<sha256>  <relative path>``,
    sorted.
    """
    lines = []
    for path in sorted(folder.rglob("*.safetensors")):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class Models:
    """The model in memory: one at a time, so that a worker's memory stays bounded."""

    def __init__(self, *, models_dir: Path, place: Place, hub: bool) -> None:
        self._models_dir, self._place, self._hub = models_dir, place, hub
        self._loaded: LoadedModel | None = None

    def get(self, name: str, version: str) -> LoadedModel:
        """The model, loaded now if it is not yet. Raises GaveUp."""
        if self._loaded is None or (self._loaded.name, self._loaded.version) != (name, version):
            self._loaded = None
            self._loaded = load_model(
                name, version=version, models_dir=self._models_dir, place=self._place, hub=self._hub
            )
            logger.info("loaded %s %s on %s", name, version, self._place.name)
        return self._loaded
