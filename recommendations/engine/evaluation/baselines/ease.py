"""A linear model of items on items, in closed form."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.few_users import are_few_users, scores_from_users
from recommendations.engine.evaluation.baselines.matrices import gram, inverse_in_place
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions

MOST_ITEMS = 30_000  # 3.6 GB of weights; the time grows with the cube


class Ease:
    """Scores are likes times weights between items. Steck, Embarrassingly shallow autoencoders, 2019."""

    name = "ease"

    def __init__(self, *, regularization: float) -> None:
        self.regularization = regularization

    def fit(self, known: Interactions, *, seed: int) -> None:
        """Raises LeftOut above MOST_ITEMS items."""
        if known.items > MOST_ITEMS:
            raise LeftOut(f"{known.items} items; EASE is computed for up to {MOST_ITEMS}.")
        self.linear = LinearScores(known.positives, self.regularization)
        self.weights = self.linear.weights

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.linear.of(users)


class LinearScores:
    """``inputs`` times their weights between items, in the form that takes less time."""

    def __init__(self, inputs: csr_matrix, regularization: float, *, dropout: float = 0.0) -> None:
        self.inputs = inputs
        few = are_few_users(inputs)
        self.scores = scores_from_users(inputs, regularization, dropout=dropout) if few else None
        self.weights = None if few else item_weights(inputs, regularization, dropout=dropout)

    def of(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items) float32."""
        if self.scores is not None:
            return self.scores[users]
        scores: NDArray[np.float32] = self.inputs[users] @ self.weights
        return scores


def item_weights(
    inputs: csr_matrix, regularization: float, *, targets: int | None = None, dropout: float = 0.0
) -> NDArray[np.float32]:
    """(inputs, targets) B with B[i, j] = -P[i, j] / P[j, j] and an empty diagonal, P = inverse(XᵀX + r · I), r the
    ``regularization``: Steck 2019, equation 8.

    ``targets``: the first so many columns of ``inputs`` are told, the others only read (all
    are told without). ``dropout`` adds the expected effect of leaving each input out with that probability p:
    p / (1 - p) times the diagonal of XᵀX (Steck 2020, equation 7). One matrix of float32 is all that is held: XᵀX
    becomes its Cholesky factor, the inverse and the weights in place. Raises LeftOut.
    """
    matrix = gram(inputs)
    places = np.diag_indices_from(matrix)
    matrix[places] = matrix[places] * np.float32(1 / (1 - dropout)) + np.float32(regularization)
    weights = inverse_in_place(matrix)
    weights /= -weights.diagonal().copy()
    np.fill_diagonal(weights, 0)
    return weights if targets is None else np.ascontiguousarray(weights[:, :targets])
