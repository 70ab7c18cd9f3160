"""Metrics of one ranked list per user, over the whole catalogue."""

import numpy as np
from numpy.typing import NDArray

NOTHING = -1  # stands where a list ends early because the user knows everything else


def top_items(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """(users, k) columns of the highest scores, best first; NOTHING for scores of -inf and where there are none left.

    Equal scores are ordered by column, but which of several equal ones makes the last place is not defined (it is
    always the same one for the same scores).
    """
    users, items = scores.shape
    wanted = min(k, items)
    best = np.argpartition(scores, items - wanted, axis=1)[:, items - wanted :]
    best.sort(axis=1)
    reached = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-reached, axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1).astype(np.int64)
    best[np.isneginf(np.take_along_axis(reached, order, axis=1))] = NOTHING
    if wanted == k:
        return best
    return np.concatenate([best, np.full((users, k - wanted), NOTHING, dtype=np.int64)], axis=1)


def recall(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per user: hits in the top k, divided by min(k, relevant), so that 1 can be reached.

    ``hits``: (users, k), which places hold a relevant item; ``relevant``: (users,), how many there are, at least 1.
    Liang et al., Variational autoencoders for collaborative filtering, 2018, section 4.3.
    """
    return hits.sum(axis=1) / np.minimum(relevant, hits.shape[1])


def recall_of_all(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per user: hits in the top k, divided by all that is relevant. Lower than ``recall`` where more than k are."""
    return hits.sum(axis=1) / relevant


def ndcg(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per user: the sum of 1 / log2(place + 1) over the hits, divided by that of the best list of k places.

    Relevance is binary; the best list has min(k, relevant) hits in front. Järvelin and Kekäläinen, 2002.
    """
    k = hits.shape[1]
    gains = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate(([0.0], np.cumsum(gains)))
    return (hits @ gains) / ideal[np.minimum(relevant, k)]


def coverage(tops: NDArray[np.int64], items: int) -> float:
    """The share of ``items`` that stand in any of the lists ``tops`` (users, k)."""
    return len(np.unique(tops[tops != NOTHING])) / items


def novelty(tops: NDArray[np.int64], popularity: NDArray[np.int64], users: int) -> float:
    """Mean of -log2(share of users who like the item) over all places of the lists, in bits.

    ``popularity``: (items,), how many of the ``users`` like the item; an item that nobody likes
    counts as liked by one. Zhou et al., Solving the apparent diversity-accuracy dilemma, 2010 (self-information).
    """
    shown = tops[tops != NOTHING]
    return float(np.mean(np.log2(users / np.maximum(popularity[shown], 1)))) if len(shown) else 0.0
