"""One simulated year over an invented catalogue, which the tests read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from .catalogue import Catalogue, draw_catalogue
from .invented_works import invented_works
from .tastes import Tastes, draw_tastes
from .year import Habits, Interactions, simulate_year


@dataclass
class Year:
    catalogue: Catalogue
    tastes: Tastes
    interactions: Interactions
    likeness: NDArray[np.float64]  # (works, works) cosine of the leaf subjects; works without subjects are like none

    def of(self, person: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The works of a person in the order of time, and the days on which she took them."""
        hers = self.interactions.person == person
        seconds = self.interactions.timestamp[hers]
        return self.interactions.work[hers], (seconds - self.interactions.timestamp[0]) / 86_400


@pytest.fixture(scope="session")
def year() -> Year:
    habits = Habits()
    for_works, for_people, for_year = np.random.SeedSequence(7).spawn(3)
    catalogue = draw_catalogue(invented_works(1500), days=habits.days, new_share=0.4, seed=for_works)
    tastes = draw_tastes(catalogue, count=300, days=habits.days, seed=for_people)
    interactions = simulate_year(catalogue, tastes, habits=habits, seed=for_year)
    carried = np.zeros((len(catalogue), len(catalogue.subjects)))
    for leaf, carriers in enumerate(catalogue.carriers):
        carried[carriers, leaf] = 1
    carried /= np.maximum(np.linalg.norm(carried, axis=1, keepdims=True), 1)
    return Year(catalogue, tastes, interactions, carried @ carried.T)
