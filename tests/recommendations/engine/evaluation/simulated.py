"""Small interactions with a taste in them, from a seed."""

import numpy as np
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.interactions import Interactions


def simulated(*, users: int = 120, items: int = 60, seed: int = 1, rated: bool = True) -> Interactions:
    """Users and items of four kinds; each user likes many of her kind and few others, and rates some below 4.

    Texts name the item's kind. Times are seconds, all different.
    """
    stream = np.random.default_rng(seed)
    kinds = np.arange(users)[:, None] % 4 == np.arange(items)[None, :] % 4
    met = stream.random((users, items)) < np.where(kinds, 0.6, 0.08) * stream.uniform(0.3, 1.3, items)
    stars = np.where(met, np.where(kinds, stream.integers(3, 6, met.shape), stream.integers(1, 6, met.shape)), 0)
    times = np.where(met, 1e9 + stream.permutation(users * items).reshape(met.shape), 0)
    texts = tuple(f"kind{item % 4} work{item}" for item in range(items))
    return Interactions(
        positives=csr_matrix((stars >= 4 if rated else met).astype(np.float32)),
        ratings=csr_matrix(stars.astype(np.float32)) if rated else None,
        times=csr_matrix(times.astype(np.float64)),
        texts=texts,
    )


def places(matrix: csr_matrix) -> set[tuple[int, int]]:
    """Where a matrix stores anything, zeros included."""
    coo = matrix.tocoo()
    return set(zip(coo.row.tolist(), coo.col.tolist(), strict=True))
