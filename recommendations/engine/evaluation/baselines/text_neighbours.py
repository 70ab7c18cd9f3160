"""New items by the texts of those that a user likes."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.interactions import Interactions

_CELLS_AT_ONCE = 2**24


class TextNeighbours:
    """A cold item scores the sum of its cosines with those of its ``neighbours`` nearest known items that she likes.

    With as many neighbours as items it is the cosine with the user's mean text, times a number that is hers.
    """

    name = "text_neighbours"

    def __init__(self, *, neighbours: int, weighting: str) -> None:
        self.neighbours, self.weighting = neighbours, weighting

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        assert known.texts is not None
        vectors = text_vectors(known.texts, weighting=self.weighting)
        met = np.flatnonzero(np.bincount(known.positives.indices, minlength=known.items))
        self.positives = known.positives[:, met].tocsr()
        self.similarity = nearest(vectors[cold], vectors[met], self.neighbours).T.tocsr()

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = (self.positives[users] @ self.similarity).toarray()
        return scores


def nearest(these: csr_matrix, those: csr_matrix, neighbours: int) -> csr_matrix:
    """(these, those): the cosines with the ``neighbours`` nearest of ``those``, as far as they are above 0."""
    count = those.shape[0]
    kept = min(neighbours, count)
    size = max(1, _CELLS_AT_ONCE // count)
    turned = those.T.tocsr()
    blocks = []
    for start in range(0, these.shape[0], size):
        cosines = (these[start : start + size] @ turned).toarray()
        if kept < count:
            far = np.argpartition(cosines, count - kept, axis=1)[:, : count - kept]
            np.put_along_axis(cosines, far, 0, axis=1)
        blocks.append(csr_matrix(cosines))
    return csr_matrix(vstack(blocks))
