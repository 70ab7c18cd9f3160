"""What a recommender must answer to be measured."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation.interactions import Interactions


class Recommender(Protocol):
    """Ranks the items that have interactions."""

    name: str

    def fit(self, known: Interactions, *, seed: int) -> None:
        """Learn from ``known``. The same ``known`` and ``seed`` give the same scores."""
        ...

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items), higher is better, no NaN. What a user knows already is masked by the harness."""
        ...


class ColdRecommender(Protocol):
    """Ranks items that nobody has met yet and that are known only by their text."""

    name: str

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        """Learn from ``known``, in which the columns ``cold`` are empty; ``known.texts`` has the text of all items."""
        ...

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), len(cold)), in the order of ``cold``, higher is better, no NaN."""
        ...
