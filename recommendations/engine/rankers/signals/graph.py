"""The likes as a graph of users and items: its smooth part, and walks on it."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recommendations.engine.evaluation.interactions import Interactions

_MORE, _ROUNDS = 16, 4  # columns and rounds of the randomized decomposition beyond what is wanted


class LowPass:
    """An ideal low-pass filter of the graph: a user's likes as the first ``factors`` singular vectors of the normalized
    likes tell them (the second part of GF-CF; Shen et al., How powerful is graph convolution for recommendation, 2021).
    """

    def __init__(self, name: str, *, factors: int) -> None:
        self.name, self.factors = name, factors

    def fit(self, known: Interactions, *, seed: int) -> None:
        likes = np.maximum(np.bincount(known.positives.indices, minlength=known.items), 1)
        of_users = np.maximum(np.diff(known.positives.indptr), 1)
        scaled = csr_matrix(diags_array(of_users**-0.5) @ known.positives @ diags_array(likes**-0.5), dtype=np.float32)
        vectors = _right_singular_vectors(scaled, min(self.factors, min(scaled.shape) // 2), seed)
        self.of_users = np.asarray(known.positives @ (vectors * (likes**-0.5)[:, None].astype(np.float32)))
        self.of_items = np.ascontiguousarray((vectors * (likes**0.5)[:, None].astype(np.float32)).T)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.of_users[users] @ self.of_items
        return scores


class Walks:
    """Walks of three steps: to a liked item, to a user who likes it, to an item of hers; divided by a power of the
    item's likes, so that not everything leads to what is popular (RP3beta; Paudel et al., 2017).
    """

    name = "walks"

    def __init__(self, *, beta: float = 0.6) -> None:
        self.beta = beta

    def fit(self, known: Interactions, *, seed: int) -> None:
        likes = np.maximum(np.bincount(known.positives.indices, minlength=known.items), 1)
        of_users = np.maximum(np.diff(known.positives.indptr), 1)
        self.first = csr_matrix(diags_array(1 / of_users) @ known.positives @ diags_array(1 / likes), dtype=np.float32)
        self.back = csr_matrix(known.positives.T)
        self.last = csr_matrix(
            diags_array(1 / of_users) @ known.positives @ diags_array(likes**-self.beta), dtype=np.float32
        )

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        reached = self.first[users] @ self.back
        scores: NDArray[np.float32] = (reached @ self.last).toarray()
        return scores


def _right_singular_vectors(matrix: csr_matrix, count: int, seed: int) -> NDArray[np.float32]:
    """(columns, count), by subspace iteration from a random start (Halko, Martinsson and Tropp, 2011)."""
    wanted = min(count + _MORE, min(matrix.shape))
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], wanted)).astype(np.float32)
    basis, _ = np.linalg.qr(start)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(matrix.T @ (matrix @ basis))
    _, _, small = np.linalg.svd(matrix @ basis, full_matrices=False)
    vectors: NDArray[np.float32] = basis @ small[:count].T
    return vectors
