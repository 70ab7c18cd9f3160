"""What all users together say of an item."""

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation.interactions import Interactions

_PRIOR_RATINGS = 2.0  # an item with as many ratings is half-way between the mean of all and its own


class _SameForAll:
    name: str
    of_items: NDArray[np.float32]

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items): the same row for each."""
        return np.repeat(self.of_items[None], len(users), axis=0)


class Liked(_SameForAll):
    """ln of the likes."""

    name = "liked"

    def fit(self, known: Interactions, *, seed: int) -> None:
        likes = np.bincount(known.positives.indices, minlength=known.items)
        self.of_items = np.log(likes + 0.5).astype(np.float32)


class Rated(_SameForAll):
    """ln of the ratings, high or low."""

    name = "rated"

    def fit(self, known: Interactions, *, seed: int) -> None:
        met = np.bincount(known.known().indices, minlength=known.items)
        self.of_items = np.log(met + 0.5).astype(np.float32)


class LikedAmongRated(_SameForAll):
    """The share of likes among the ratings, drawn to the mean of all where there are few."""

    name = "liked_among_rated"

    def fit(self, known: Interactions, *, seed: int) -> None:
        likes = np.bincount(known.positives.indices, minlength=known.items)
        met = np.bincount(known.known().indices, minlength=known.items)
        share = likes.sum() / max(int(met.sum()), 1)
        self.of_items = ((likes + _PRIOR_RATINGS * share) / (met + _PRIOR_RATINGS)).astype(np.float32)
