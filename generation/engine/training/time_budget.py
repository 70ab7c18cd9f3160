"""Learning-rate schedules and checkpoints for trainings that are given minutes, not steps."""

import math
import os
import time
from pathlib import Path
from typing import Any

import torch


class TimeBudget:
    """How much of a training's time has gone by, also across interruptions.

    The learning rate warms up over the first 2 % and falls along a cosine to 2 % of its peak at the end, so a
    training that shares its machine still ends annealed.
    """

    def __init__(self, minutes: float, spent_s: float = 0.0) -> None:
        self._total_s = minutes * 60
        self._spent_s = spent_s
        self._since = time.monotonic()

    @property
    def spent_s(self) -> float:
        """Seconds spent so far."""
        return self._spent_s + time.monotonic() - self._since

    @property
    def share(self) -> float:
        """0 at the start, 1 when the time is up."""
        return min(self.spent_s / self._total_s, 1.0)

    def learning_rate(self, peak: float) -> float:
        """The rate to use now."""
        share = self.share
        if share < 0.02:
            return peak * (0.05 + 0.95 * share / 0.02)
        return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - 0.02) / 0.98)))


def save_atomically(state: dict[str, Any], path: Path) -> None:
    """Writes a checkpoint so that a kill in the middle leaves the former one whole."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Sets one learning rate for all parameter groups."""
    for group in optimizer.param_groups:
        group["lr"] = rate
