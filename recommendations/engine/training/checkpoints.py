"""Where a training stands, as one file that is whole at any time."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from recommendations.engine.training.progress import PROGRESS

FILE = "checkpoint.pt"


@dataclass
class Standing:
    """``fingerprint``: of the data and the settings. ``finished``: stage -> what it learnt. Of the present ``stage``:
    its next ``step`` and the states of the task and the optimizer."""

    fingerprint: str
    finished: dict[str, dict[str, Any]] = field(default_factory=dict)
    stage: str = ""
    step: int = 0
    task: dict[str, Any] | None = None
    optimizer: dict[str, Any] | None = None


class Checkpoints:
    """Written every ``every_s`` seconds or ``every_steps`` steps (0: not by steps), by the first process alone."""

    def __init__(self, folder: Path, *, every_s: float, every_steps: int, is_writer: bool) -> None:
        self.path = folder / FILE
        self.every_s, self.every_steps, self.is_writer = every_s, every_steps, is_writer
        self._written_at = time.monotonic()

    def read(self, fingerprint: str) -> Standing:
        """Where it stood; from the beginning where there is no file, or one of other data or settings."""
        if not self.path.exists():
            return Standing(fingerprint)
        standing = Standing(**torch.load(self.path, map_location="cpu", weights_only=True))
        if standing.fingerprint != fingerprint:
            PROGRESS.info("The checkpoint is of other data or settings: it begins anew")
            return Standing(fingerprint)
        return standing

    def is_due(self, step: int) -> bool:
        """Whether to write after so many steps."""
        if self.every_steps and step % self.every_steps == 0:
            return True
        return time.monotonic() - self._written_at >= self.every_s

    def write(self, standing: Standing) -> None:
        """The old file stays until the new one is whole on the disk."""
        if not self.is_writer:
            return
        draft = self.path.with_suffix(".draft")
        with draft.open("wb") as file:
            torch.save(vars(standing), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        self._written_at = time.monotonic()
