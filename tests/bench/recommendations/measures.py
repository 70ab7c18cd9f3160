"""Milliseconds of one call after another, and what HNSW finds of what an exact search finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

FIRST_CALLS = 5  # open sessions, fill caches; they are not counted


@dataclass(frozen=True, slots=True)
class Timed:
    """Sorted milliseconds."""

    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """Of the calls, ``share`` took no longer."""
        return float(np.percentile(self.milliseconds, 100 * share))


def timed(calls: Sequence[Callable[[], object]]) -> Timed:
    """Each of ``calls`` once, one at a time, after the first few of them."""
    for call in calls[:FIRST_CALLS]:
        call()
    taken = []
    for call in calls:
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return Timed(tuple(sorted(taken)))


def tell(name: str, value: float, unit: str = "") -> None:
    """One ``name: value`` line."""
    print(f"{name}{f'_{unit}' if unit else ''}: {value:.4g}", flush=True)


def tell_times(name: str, times: Timed) -> None:
    """Its median and its 95th percentile."""
    tell(f"{name}_p50", times.percentile(0.5), "ms")
    tell(f"{name}_p95", times.percentile(0.95), "ms")


def recall(found: Sequence[UUID], wanted: Sequence[UUID]) -> float:
    """The share of ``wanted`` that was found."""
    return len(set(found) & set(wanted)) / max(1, len(wanted))
