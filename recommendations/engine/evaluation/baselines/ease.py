"""A linear model of items on items, in closed form."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import get_lapack_funcs
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.few_users import are_few_users, scores_from_users
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions

MOST_ITEMS = 30_000  # 3.6 GB of weights; the time grows with the cube
_BLOCK = 1024


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
    becomes its Cholesky factor, the inverse and the weights in place.
    """
    matrix = _gram(inputs)
    places = np.diag_indices_from(matrix)
    matrix[places] = matrix[places] * np.float32(1 / (1 - dropout)) + np.float32(regularization)
    factor, inverse_of_factored = get_lapack_funcs(("potrf", "potri"), (matrix,))
    matrix, failed = factor(matrix, lower=1, overwrite_a=1, clean=0)
    if not failed:
        matrix, failed = inverse_of_factored(matrix, lower=1, overwrite_c=1)
    if failed:
        raise LeftOut(f"The items' matrix is not positive definite with a regularization of {regularization:g}.")
    weights: NDArray[np.float32] = matrix.T  # symmetric: the same in the order of rows, which the product wants
    _mirror_upper(weights)
    weights /= -weights.diagonal().copy()
    np.fill_diagonal(weights, 0)
    return weights if targets is None else np.ascontiguousarray(weights[:, :targets])


def _gram(inputs: csr_matrix) -> NDArray[np.float32]:
    """XᵀX, in the order of columns (LAPACK's)."""
    items = inputs.shape[1]
    gram = np.empty((items, items), dtype=np.float32, order="F")
    by_item = inputs.T.tocsr()
    for start in range(0, items, _BLOCK):
        gram[:, start : start + _BLOCK] = (by_item[start : start + _BLOCK] @ inputs).toarray().T
    return gram


def _mirror_upper(matrix: NDArray[np.float32]) -> None:
    """Copies what is above the diagonal to below it."""
    items = len(matrix)
    for start in range(0, items, _BLOCK):
        end = min(start + _BLOCK, items)
        matrix[end:, start:end] = matrix[start:end, end:].T
        corner = np.triu(matrix[start:end, start:end])
        matrix[start:end, start:end] = corner + np.triu(corner, 1).T
