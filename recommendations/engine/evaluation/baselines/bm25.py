"""Neighbours of the items that a user likes."""

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight
from numpy.typing import NDArray

from recommendations.engine.evaluation.interactions import Interactions


class Bm25Neighbours:
    """Item-kNN over likes weighted by BM25 (items are documents, their users the words), from `implicit`."""

    name = "bm25_knn"

    def __init__(self, *, neighbours: int, k1: float, b: float) -> None:
        self.neighbours, self.k1, self.b = neighbours, k1, b

    def fit(self, known: Interactions, *, seed: int) -> None:
        # What its BM25Recommender does, which warns of the format of its own matrix.
        model = ItemItemRecommender(K=self.neighbours)
        model.fit(bm25_weight(known.positives.T, self.k1, self.b).T.tocsr(), show_progress=False)
        self.similarity = model.similarity.astype(np.float32)
        self.positives = known.positives

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = (self.positives[users] @ self.similarity).toarray()
        return scores
