"""Ridge regression of anything that is known of items on their words, for items of which nothing else is known."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.matrices import gram, inverse_in_place

CONSTANT = 0.3  # added to each cosine: what all items have in common is not explained by words


class WordRegression:
    """Kernel ridge regression on the cosines of the rows ``items`` (sorted) of ``words``, of length 1 or empty.

    The inverse of the kernel of these items is made once. With P = inverse(K + r · I), whatever items are met (M), the
    weights of the others (X) are inverse(K_MM + r · I) · K_MX = -P_MX · inverse(P_XX): inversion by blocks. So each
    fold of a cross-validation takes the time of its hidden items cubed, and not that of all items.
    """

    def __init__(self, words: csr_matrix, *, items: NDArray[np.int64], ridge: float) -> None:
        """Raises LeftOut."""
        self._items = items
        kernel = gram(csr_matrix(words[items].T))
        kernel += np.float32(CONSTANT)
        kernel[np.diag_indices_from(kernel)] += np.float32(ridge)
        self._inverse = inverse_in_place(kernel)

    def weights(self, met: NDArray[np.int64], hidden: NDArray[np.int64]) -> NDArray[np.float32]:
        """(met, hidden): the part that each met item has in what is told of a hidden one.

        Both sorted, disjoint, and among ``items``. The time grows with those of ``items`` that are not met, cubed.
        """
        here = np.searchsorted(self._items, met)
        absent = np.setdiff1d(np.arange(len(self._items)), here)
        # Symmetric, so the other order of memory is the same matrix.
        within = inverse_in_place(self._inverse[np.ix_(absent, absent)].T)
        columns = within[:, np.searchsorted(absent, np.searchsorted(self._items, hidden))]
        weights: NDArray[np.float32] = -(self._inverse[np.ix_(here, absent)] @ columns)
        return weights
