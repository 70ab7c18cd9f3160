"""What the simulated shop shows on a day: popular and new works, the finds of a search, works like another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue, Floats, Integers, neighbours

FAINTEST = np.float32(0.05)  # exposure of a work that nobody knows, so that its logarithm exists


@dataclass(frozen=True)
class Showing:
    """`fame` is how steeply exposure follows quality, `match` what the subject counts against fame in a search."""

    fame: float = 1.0
    half_life_days: float = 30.0  # of popularity
    new_for_days: float = 20.0  # so long a new work is shown twice as much
    exhibition_days: float = 14.0  # so long an artist's works are shown four times as much
    exhibitions_a_year: int = 40
    match: float = 8.0
    found: int = 40
    alike: int = 60


class Showcase:
    """Ranks are made once a day, from what people took until then."""

    def __init__(self, catalogue: Catalogue, *, showing: Showing, days: float, seed: np.random.SeedSequence) -> None:
        for_likeness, for_exhibitions = seed.spawn(2)
        self.catalogue = catalogue
        self.showing = showing
        self.alike = neighbours(catalogue, count=showing.alike, seed=for_likeness)
        random = np.random.default_rng(for_exhibitions)
        shows = round(showing.exhibitions_a_year * days / 365)
        self._exhibitions = list(
            zip(
                random.uniform(0, days, shows),
                random.integers(0, max(catalogue.artist.max(), 0) + 1, shows),
                strict=True,
            )
        )
        fame = np.exp(np.float32(showing.fame) * catalogue.quality)
        self._standing: Floats = fame / fame.mean()
        self._heat: Floats = 2 * self._standing
        self._open_since = 0

    def open(self, day: int) -> None:
        """Make the day's ranks; days come in order."""
        self._heat *= np.float32(0.5 ** ((day - self._open_since) / self.showing.half_life_days))
        self._open_since = day
        age = np.float32(day) - self.catalogue.appears
        there = age >= 0
        boost = np.where(age < self.showing.new_for_days, np.float32(2), np.float32(1))
        for opening, artist in self._exhibitions:
            if 0 <= day - opening < self.showing.exhibition_days:
                boost[self.catalogue.artist == artist] *= 4
        exposure = (self._heat + self._standing / 2) * boost * there
        self.unseen: Integers = np.flatnonzero(~there)
        self.known: Floats = np.log(exposure + FAINTEST)
        self._reach = np.cumsum(exposure, dtype=np.float64)
        self._finds: dict[int, Integers] = {}

    def feed(self, shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.int64]:
        """Works by their exposure today."""
        return np.searchsorted(self._reach, random.random(shape) * self._reach[-1])

    def find(self, leaf: int) -> Integers:
        """The best known of the works that match a subject."""
        if leaf not in self._finds:
            rank = np.float32(self.showing.match) * self.catalogue.match(leaf) + self.known
            self._finds[leaf] = np.argpartition(-rank, self.showing.found)[: self.showing.found]
        return self._finds[leaf]

    def take(self, work: int) -> None:
        """Somebody took the work: it is shown more from tomorrow on."""
        self._heat[work] += 1
