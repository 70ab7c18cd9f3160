"""EASE from the users' side: the same scores at the cost of users cubed, where a file has fewer users than items."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array, identity

from recommendations.engine.evaluation.baselines.matrices import inverse_in_place

_MOST_CELLS = 300_000_000  # of users times items: 1.2 GB of scores
_ROWS = 512


def are_few_users(inputs: csr_matrix) -> bool:
    """Whether ``scores_from_users`` takes much less time than weights of items on items, and little memory."""
    users, items = inputs.shape
    return bool(2 * users <= items and users * items <= _MOST_CELLS)


def scores_from_users(inputs: csr_matrix, regularization: float, *, dropout: float = 0.0) -> NDArray[np.float32]:
    """(users, items), equal to ``inputs @ item_weights(inputs, regularization, dropout=dropout)``.

    With the diagonal ridge L and P = inverse(XᵀX + L), X·B is X - X·P / diag(P); by the identity of Woodbury
    X·P = G·X·inverse(L), where G = inverse(X·inverse(L)·Xᵀ + I) has users times users. Raises LeftOut.
    """
    squares = np.asarray(inputs.multiply(inputs).sum(axis=0), dtype=np.float64).ravel()
    ridge = regularization + squares * dropout / (1 - dropout)
    scaled = csr_matrix(inputs @ diags_array(1 / ridge), dtype=np.float32)
    inverse = inverse_in_place((scaled @ inputs.T + identity(inputs.shape[0], dtype=np.float32)).toarray(order="F"))
    by_item = csr_matrix(scaled.T)
    scores = np.empty(inputs.shape, dtype=np.float32)
    explained = np.zeros(inputs.shape[1])
    for start in range(0, len(scores), _ROWS):
        rows = slice(start, start + _ROWS)
        scores[rows] = (by_item @ inverse[rows].T).T
        explained += np.asarray(inputs[rows].multiply(scores[rows]).sum(axis=0), dtype=np.float64).ravel()
    scores *= (-ridge / np.maximum(1 - explained, 1e-6)).astype(np.float32)
    for start in range(0, len(scores), _ROWS):
        scores[start : start + _ROWS] += inputs[start : start + _ROWS].toarray()
    return scores
