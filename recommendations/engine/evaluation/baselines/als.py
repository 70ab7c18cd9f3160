"""Factors of users and items."""

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommendations.engine.evaluation.interactions import Interactions

ITERATIONS = 15


class Als:
    """Matrix factorization for implicit feedback by alternating least squares, from `implicit`.

    Hu, Koren and Volinsky, 2008. A like has the confidence ``alpha``, everything else the confidence 1.
    """

    name = "als"

    def __init__(self, *, factors: int, regularization: float, alpha: float) -> None:
        self.factors, self.regularization, self.alpha = factors, regularization, alpha

    def fit(self, known: Interactions, *, seed: int) -> None:
        with threadpool_limits(1, "blas"):  # its own threads and those of BLAS would wait for each other
            model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=self.regularization,
                alpha=self.alpha,
                iterations=ITERATIONS,
                random_state=seed,
            )
            model.fit(known.positives, show_progress=False)
        self.users: NDArray[np.float32] = model.user_factors
        self.items: NDArray[np.float32] = model.item_factors

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.users[users] @ self.items.T
        return scores
