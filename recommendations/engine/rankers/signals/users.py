"""What users like whose likes are alike."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recommendations.engine.evaluation.interactions import Interactions

NEIGHBOURS = 80


class LikeMindedUsers:
    """The cosines of the nearest users who like the item; a rare item in common says more (by the root of its idf)."""

    name = "like_minded_users"

    def fit(self, known: Interactions, *, seed: int) -> None:
        self.positives = known.positives
        rarity = np.log1p(known.users / np.maximum(np.bincount(known.positives.indices, minlength=known.items), 1))
        weighted = csr_matrix(known.positives @ diags_array(np.sqrt(rarity)))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        self.users = csr_matrix(diags_array(1 / np.where(lengths == 0, 1, lengths)) @ weighted, dtype=np.float32)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        alike = (self.users[users] @ self.users.T).toarray()
        alike[np.arange(len(users)), users] = 0
        kept = min(NEIGHBOURS, alike.shape[1] - 1)
        far = np.argpartition(alike, alike.shape[1] - kept, axis=1)[:, : alike.shape[1] - kept]
        np.put_along_axis(alike, far, 0, axis=1)
        scores: NDArray[np.float32] = (csr_matrix(alike) @ self.positives).toarray()
        return scores
