"""A fitted recommender against what was hidden from it, in batches of users."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation import metrics
from recommendations.engine.evaluation.errors import ScoresUnusable
from recommendations.engine.evaluation.recommender import ColdRecommender, Recommender
from recommendations.engine.evaluation.splits import ColdSplit, WarmSplit

K = 20
_CELLS_AT_ONCE = 2**24  # of scores: 64 MiB

Scores = Callable[[NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Per tested user (in the order of the split's ``users``) the metrics at K, and over all of them the other two."""

    recall: NDArray[np.float64]
    recall_of_all: NDArray[np.float64]
    ndcg: NDArray[np.float64]
    coverage: float
    novelty: float


def measure(recommender: Recommender, split: WarmSplit) -> Measured:
    """Ranks, for each tested user, all items that she does not know. Raises ScoresUnusable."""
    known = split.known.known()
    popularity = np.bincount(split.known.positives.indices, minlength=split.known.items)
    return _measure(recommender.name, recommender.scores, split.users, split.held_out, known, popularity)


def measure_cold(recommender: ColdRecommender, split: ColdSplit) -> Measured:
    """Ranks, for each tested user, the cold items alone. Novelty is by the likes that are hidden with them."""
    unknown = csr_matrix(split.held_out.shape, dtype=np.float32)
    popularity = np.bincount(split.held_out.indices, minlength=len(split.cold))
    return _measure(recommender.name, recommender.cold_scores, split.users, split.held_out, unknown, popularity)


def _measure(
    name: str,
    scores: Scores,
    users: NDArray[np.int64],
    held_out: csr_matrix,
    known: csr_matrix,
    popularity: NDArray[np.int64],
) -> Measured:
    count = held_out.shape[1]
    tops, hits = [], []
    for batch in _batches(users, count):
        found = np.array(scores(batch), dtype=np.float32)  # a copy: it is written to
        _check(name, found, (len(batch), count))
        places = known[batch]
        found[np.repeat(np.arange(len(batch)), np.diff(places.indptr)), places.indices] = -np.inf
        top = metrics.top_items(found, K)
        wanted = held_out[batch].toarray() > 0
        hits.append(np.take_along_axis(wanted, np.maximum(top, 0), axis=1) & (top != metrics.NOTHING))
        tops.append(top)
    hit, relevant = np.concatenate(hits), np.diff(held_out.indptr)[users].astype(np.int64)
    shown = np.concatenate(tops)
    return Measured(
        recall=metrics.recall(hit, relevant),
        recall_of_all=metrics.recall_of_all(hit, relevant),
        ndcg=metrics.ndcg(hit, relevant),
        coverage=metrics.coverage(shown, count),
        novelty=metrics.novelty(shown, popularity, held_out.shape[0]),
    )


def _batches(users: NDArray[np.int64], items: int) -> Iterator[NDArray[np.int64]]:
    size = max(1, _CELLS_AT_ONCE // items)
    for start in range(0, len(users), size):
        yield users[start : start + size]


def _check(name: str, scores: NDArray[np.float32], shape: tuple[int, int]) -> None:
    if scores.shape != shape:
        raise ScoresUnusable(
            f"{name} answered scores of shape {scores.shape}, not {shape}.",
            way_out="Scores are one row per user and one column per item.",
        )
    if np.isnan(scores).any():
        raise ScoresUnusable(f"{name} answered scores that are no numbers.", way_out="Look for a division by zero.")
