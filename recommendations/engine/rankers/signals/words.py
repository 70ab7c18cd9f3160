"""Items whose words are like those of a user's."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.interactions import Interactions


class WordsOfHers:
    """The sum of cosines with the texts of what she likes (tf-idf)."""

    name = "words_of_hers"

    def fit(self, known: Interactions, *, seed: int) -> None:
        assert known.texts is not None
        self.words = text_vectors(known.texts, weighting="tf-idf")
        self.of_users = csr_matrix(known.positives @ self.words)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = (self.of_users[users] @ self.words.T).toarray()
        return scores
