"""Linear models of items on items, in closed form, and what else is known of user or item beside the likes."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from recommendations.engine.evaluation.baselines.ease import LinearScores, item_weights
from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.interactions import Interactions

DISLIKES_WEIGH = 0.5
WORDS_WEIGH = 2.0


class Linear:
    """EASE with the expected effect of dropout (Steck, Autoencoders that don't overfit towards the identity, 2020)."""

    def __init__(self, name: str, *, regularization: float, dropout: float = 0.0) -> None:
        self.name, self.regularization, self.dropout = name, regularization, dropout

    def fit(self, known: Interactions, *, seed: int) -> None:
        self.linear = LinearScores(known.positives, self.regularization, dropout=self.dropout)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.linear.of(users)


class LinearOfUsers:
    """EASE with users and items exchanged: a user's likes are made of those of other users."""

    name = "linear_of_users"

    def __init__(self, *, regularization: float) -> None:
        self.regularization = regularization

    def fit(self, known: Interactions, *, seed: int) -> None:
        self.positives = known.positives
        self.weights = item_weights(csr_matrix(known.positives.T), self.regularization)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """Column u of the weights tells user u of the others."""
        weights = np.ascontiguousarray(self.weights[:, users])
        scores: NDArray[np.float32] = (self.positives.T @ weights).T
        return scores


class LinearWithDislikes:
    """What a user rated low says something too: it is an input beside her likes, and never a target."""

    name = "linear_with_dislikes"

    def fit(self, known: Interactions, *, seed: int) -> None:
        self.inputs = csr_matrix(hstack([known.positives, dislikes_of(known) * DISLIKES_WEIGH]), dtype=np.float32)
        self.weights = item_weights(self.inputs, 500.0, targets=known.items)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.inputs[users] @ self.weights
        return scores


class LinearWithWords:
    """Each word counts as a user who likes the items that have it, so that alike items explain each other."""

    name = "linear_with_words"

    def fit(self, known: Interactions, *, seed: int) -> None:
        assert known.texts is not None
        self.positives = known.positives
        words = text_vectors(known.texts, weighting="tf-idf").T * WORDS_WEIGH
        self.weights = item_weights(csr_matrix(vstack([self.positives, words]), dtype=np.float32), 250.0)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.positives[users] @ self.weights
        return scores


def dislikes_of(known: Interactions) -> csr_matrix:
    """(users, items) float32: 1 where a rating is known that is below the threshold of a like."""
    low = known.known() - known.positives
    low.eliminate_zeros()
    return csr_matrix(low, dtype=np.float32)
