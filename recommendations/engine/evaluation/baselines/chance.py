"""A ranking by lot: what any other is worth at least."""

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation.interactions import Interactions


class Chance:
    """Each user has a random order of her own."""

    name = "random"

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        self.count, self.seed = len(cold), seed

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.stack(
            [np.random.default_rng([self.seed, user]).random(self.count, dtype=np.float32) for user in users]
        )
