"""The models that a worker holds in memory: as many as fit; the one that was used longest ago leaves first."""

import gc
import logging
from collections import OrderedDict
from pathlib import Path

import torch

from generation.engine.card import read_card
from generation.engine.contract import FailureCode, ModelInMemory
from generation.engine.painting import Machine, Painter
from generation.engine.picture_tools.loading import LoadedTool, load_tool
from generation.engine.pipelines.loading import LoadedModel, Place, base_of, find_folder, load_model
from generation.engine.stopping import GaveUp

logger = logging.getLogger(__name__)

_MIB = 1024 * 1024
# Of the place's memory, where no limit is given: the rest is for the pictures in the making.
_SHARE = 0.5


class Models:
    """Loaded models (``painting.Painters``). For one thread, but for ``in_memory``."""

    def __init__(self, *, models_dir: Path, place: Place, hub: bool, memory_bytes: int = 0) -> None:
        self._models_dir, self._place, self._hub = models_dir, place, hub
        self._limit = memory_bytes or int(place.memory_bytes * _SHARE)
        self._loaded: OrderedDict[tuple[str, str], LoadedModel | LoadedTool] = OrderedDict()
        self._listed: list[ModelInMemory] = []

    @property
    def machine(self) -> Machine:
        """Where they all run."""
        return self._place.machine

    def get(self, name: str, version: str) -> LoadedModel | LoadedTool:
        """The model or picture tool, loaded now if it is not yet; others leave where there is no room.

        Raises GaveUp.
        """
        key = (name, version)
        if key in self._loaded and self._loaded[key].is_spoiled:
            logger.error("%s %s is loaded anew: a LoRA file could not be taken off it", *key)
            del self._loaded[key]
            self._list()
            free_caches()
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        folder = find_folder(name, models_dir=self._models_dir, version=version, hub=self._hub)
        # Files hold at most as many bytes for a number as the weights in memory will, or as many again.
        parts = [part for part in (folder, base_of(name, folder)) if part is not None]
        needed = sum(path.stat().st_size for part in parts for path in part.rglob("*.safetensors"))
        while self._loaded and self._used() + needed > self._limit:
            self._drop_the_oldest()
        model = load_tool(name, folder) if read_card(folder).tool else self._load(name, version)
        self._loaded[key] = model
        self._list()
        logger.info("loaded %s %s on %s (%d MiB)", name, version, model.machine.name, model.memory_bytes // _MIB)
        return model

    def in_memory(self) -> list[ModelInMemory]:
        """What is loaded, the longest unused first; for any thread."""
        return list(self._listed)

    def make_room(self, *, keep: Painter) -> bool:
        """Drop every other model, and what torch keeps for later; whether there was one."""
        others = [key for key, model in self._loaded.items() if model is not keep]
        for key in others:
            logger.info("%s %s leaves, for room", *key)
            del self._loaded[key]
        self._list()
        free_caches()
        return bool(others)

    def _load(self, name: str, version: str) -> LoadedModel:
        while True:
            try:
                model = load_model(name, version=version, models_dir=self._models_dir, place=self._place, hub=self._hub)
                # Now, and not when somebody waits for a preview.
                _ = model.linear_preview
                return model
            except (torch.OutOfMemoryError, MemoryError) as error:
                if not self._loaded:
                    raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{name} does not fit into the memory: {error}") from error
                self._drop_the_oldest()

    def _used(self) -> int:
        return sum(model.memory_bytes for model in self._loaded.values())

    def _drop_the_oldest(self) -> None:
        key, _model = self._loaded.popitem(last=False)
        logger.info("%s %s leaves, for room", *key)
        del _model
        self._list()
        free_caches()

    def _list(self) -> None:
        self._listed = [
            ModelInMemory(name=model.name, version=model.version, memory_mib=model.memory_bytes // _MIB)
            for model in self._loaded.values()
        ]


def free_caches() -> None:
    """Memory of models and batches that are gone goes back."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
