"""What the moments of events say: what follows what, and what was popular when a user was here."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags_array

from recommendations.engine.evaluation.interactions import Interactions, rows_of

_BINS = 512


class NearInTime:
    """Items that users met shortly before or after those that she met.

    A pair of one user's events that are ``k`` places apart counts e^(-k / ``fading``), or with ``fading_s`` by the
    seconds between them; of pairs up to ``places`` apart. Divided by the root of both items' events.
    """

    def __init__(self, name: str, *, places: int, fading: float = 3.0, fading_s: float | None = None) -> None:
        self.name, self.places, self.fading, self.fading_s = name, places, fading, fading_s

    def fit(self, known: Interactions, *, seed: int) -> None:
        assert known.times is not None
        times = known.times
        rows = rows_of(times)
        order = np.lexsort((times.data, rows))
        rows, items, moments = rows[order], times.indices[order], times.data[order]
        together = csr_matrix((known.items, known.items), dtype=np.float64)
        for apart in range(1, min(self.places, len(rows) - 1) + 1):
            hers = rows[apart:] == rows[:-apart]
            weights = self._weights(apart, (moments[apart:] - moments[:-apart])[hers])
            pairs = (items[:-apart][hers], items[apart:][hers])
            together = together + coo_matrix((weights, pairs), shape=together.shape).tocsr()
        events = np.maximum(np.bincount(items, minlength=known.items), 1)
        scale = diags_array(1 / np.sqrt(events))
        self.weights = csr_matrix(scale @ (together + together.T) @ scale, dtype=np.float32)
        self.met = csr_matrix((np.ones(times.nnz, np.float32), times.indices, times.indptr), shape=times.shape)

    def _weights(self, apart: int, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.fading_s is None:
            return np.full(len(seconds), np.exp(-apart / self.fading))
        weights: NDArray[np.float64] = np.exp(-seconds / self.fading_s)
        return weights

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = (self.met[users] @ self.weights).toarray()
        return scores


class PopularAtHerTimes:
    """ln of an item's events at the times of the user's own.

    Time is cut into bins with equally many events; ``width`` is the standard deviation, in bins, of the normal curve
    by which neighbouring bins count.
    """

    def __init__(self, name: str, *, width: float) -> None:
        self.name, self.width = name, width

    def fit(self, known: Interactions, *, seed: int) -> None:
        assert known.times is not None
        times = known.times
        edges = np.quantile(times.data, np.linspace(0, 1, _BINS + 1)[1:-1])
        bins = np.searchsorted(edges, times.data, side="right")
        rows = rows_of(times)
        here = coo_matrix((np.ones(times.nnz), (rows, bins)), shape=(known.users, _BINS)).toarray()
        self.here = (here / np.maximum(here.sum(axis=1, keepdims=True), 1)).astype(np.float32)
        events = coo_matrix((np.ones(times.nnz), (bins, times.indices)), shape=(_BINS, known.items)).toarray()
        places = np.arange(_BINS)
        curve = np.exp(-0.5 * ((places[:, None] - places[None]) / self.width) ** 2)
        self.then = (curve / curve.sum(axis=1, keepdims=True) @ events).astype(np.float32)

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = np.log(self.here[users] @ self.then + np.float32(0.05))
        return scores
