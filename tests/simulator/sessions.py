"""When people come: for each person some evenings over the year, and how many works she takes on each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Integers


@dataclass(frozen=True)
class Visits:
    """How many works people take in the year; `spread` is the standard deviation of the logarithm."""

    median: float = 60.0
    spread: float = 0.75
    fewest: int = 20
    most: int = 600
    session: float = 8.0  # works taken in a session, on average


@dataclass
class Sessions:
    """A row for each session in the order of time; `start` in days since the year began, `length` in works."""

    person: Integers
    start: NDArray[np.float64]
    length: Integers


def draw_sessions(count: int, *, visits: Visits, days: float, seed: np.random.SeedSequence) -> Sessions:
    """Some do everything within days, some come for the whole year; evenings are busier than mornings."""
    random = np.random.default_rng(seed)
    totals = np.exp(np.log(visits.median) + visits.spread * random.standard_normal(count))
    totals = np.clip(totals, visits.fewest, visits.most).astype(np.int64)
    persons: list[int] = []
    starts: list[float] = []
    lengths: list[int] = []
    for person, total in enumerate(totals):
        mine: list[int] = []
        typical = visits.session * random.lognormal(0, 0.4)
        while (left := int(total) - sum(mine)) > 0:
            mine.append(min(left, 1 + int(random.exponential(typical))))
        first = random.uniform(0, 0.75 * days)
        span = random.beta(0.8, 0.8) * (days - 1 - first)
        dates = np.floor(first + span * np.sort(random.random(len(mine))))
        hours = np.clip(random.normal(19, 3.5, len(mine)), 0, 23)
        persons += [person] * len(mine)
        starts += (dates + hours / 24).tolist()
        lengths += mine
    order = np.argsort(starts, kind="stable")
    return Sessions(np.array(persons)[order], np.array(starts)[order], np.array(lengths)[order])
