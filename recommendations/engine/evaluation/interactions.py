"""What is known of users and items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Interactions:
    """What is known of users and items: rows are users, columns items. Matrices have sorted indices, no duplicates.

    ``positives``: float32, 1 where the user is known to like the item (the rating reaches the threshold, or there is
    none). ``ratings``: float32, all known ratings, also those below the threshold; a stored 0 is a rating of 0.
    ``times``: float64, seconds, of all known interactions that have a time. ``texts``: one per item (column), empty
    where the item has none.
    """

    positives: csr_matrix
    ratings: csr_matrix | None = None
    times: csr_matrix | None = None
    texts: tuple[str, ...] | None = None

    @property
    def users(self) -> int:
        """The number of users (rows)."""
        return int(self.positives.shape[0])

    @property
    def items(self) -> int:
        """The number of items (columns)."""
        return int(self.positives.shape[1])

    def known(self) -> csr_matrix:
        """float32, 1 for each item that the user liked or rated: what must not be recommended to her again."""
        if self.ratings is None:
            return self.positives
        rated = self.ratings.copy()
        rated.data = np.ones_like(rated.data)
        known = rated + self.positives
        known.data = np.ones_like(known.data)
        return known

    def without(self, drop: csr_matrix) -> "Interactions":
        """The same without all interactions at the places that ``drop`` stores: neither like, rating nor time stays."""
        keys = _places(drop)
        return Interactions(
            positives=_dropped(self.positives, keys),
            ratings=None if self.ratings is None else _dropped(self.ratings, keys),
            times=None if self.times is None else _dropped(self.times, keys),
            texts=self.texts,
        )


def rows_of(matrix: csr_matrix) -> NDArray[np.int64]:
    """The row of each stored value, in the order of ``matrix.indices``."""
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))


def picked(matrix: csr_matrix, keep: NDArray[np.bool_]) -> csr_matrix:
    """``matrix`` with only those stored values for which ``keep`` (one per stored value) is true; zeros stay stored."""
    ends = np.concatenate(([0], np.cumsum(keep)))[matrix.indptr]
    return csr_matrix((matrix.data[keep], matrix.indices[keep], ends), shape=matrix.shape)


def _places(matrix: csr_matrix) -> NDArray[np.int64]:
    return rows_of(matrix) * matrix.shape[1] + matrix.indices


def _dropped(matrix: csr_matrix, keys: NDArray[np.int64]) -> csr_matrix:
    return picked(matrix, np.isin(_places(matrix), keys, invert=True))
