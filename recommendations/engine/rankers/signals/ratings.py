"""What rating a user would give."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.ease import item_weights
from recommendations.engine.evaluation.interactions import Interactions, rows_of

_DAMPING = 5.0  # ratings that a user or item needs for half of its own mean to count
_REGULARIZATION = 100.0


class ExpectedRating:
    """Means of user and item, and a linear model of what is left of the ratings (Steck 2019, on centred ratings)."""

    name = "expected_rating"

    def fit(self, known: Interactions, *, seed: int) -> None:
        assert known.ratings is not None
        ratings = known.ratings
        mean = float(ratings.data.mean())
        self.of_items = mean + _means(ratings.indices, ratings.data - mean, known.items)
        rest = ratings.data - self.of_items[ratings.indices]
        rows = rows_of(ratings)
        self.of_users = _means(rows, rest, known.users)
        left = (rest - self.of_users[rows]).astype(np.float32)
        self.left = csr_matrix((left, ratings.indices, ratings.indptr), shape=ratings.shape)
        self.weights = item_weights(self.left, _REGULARIZATION)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        means = self.of_items[None] + self.of_users[users][:, None]
        return (means + self.left[users] @ self.weights).astype(np.float32)


def _means(groups: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    counts = np.bincount(groups, minlength=count)
    means: NDArray[np.float64] = np.bincount(groups, values, minlength=count) / (counts + _DAMPING)
    return means
