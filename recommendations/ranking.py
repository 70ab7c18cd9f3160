"""How candidates become an order. Plain numbers in and out."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)
Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]

# Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009, chose 60.
RRF_K = 60


def fused_by_reciprocal_rank(
    rankings: Sequence[Sequence[Key]], weights: Sequence[float] | None = None
) -> dict[Key, float]:
    """Each key's score, the sum of weight / (RRF_K + rank) over ``rankings`` (best first), best key first."""
    return fused_by_ranks([{key: rank for rank, key in enumerate(ranking, start=1)} for ranking in rankings], weights)


def fused_by_ranks(rankings: Sequence[Mapping[Key, int]], weights: Sequence[float] | None = None) -> dict[Key, float]:
    """The same of ranks that are known already (1 is best; several keys may share one)."""
    scores: dict[Key, float] = {}
    for ranks, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for key, rank in ranks.items():
            scores[key] = scores.get(key, 0.0) + weight / (RRF_K + rank)
    return dict(sorted(scores.items(), key=lambda entry: -entry[1]))


def ranks_by_score(scores: Mapping[Key, float | tuple[float, ...]]) -> dict[Key, int]:
    """The rank of each key, the highest score first; equal scores share the rank of the first of them."""
    ranks: dict[Key, int] = {}
    shared, before = 0, None
    for place, key in enumerate(sorted(scores, key=lambda key: scores[key], reverse=True), start=1):
        if scores[key] != before:
            shared, before = place, scores[key]
        ranks[key] = shared
    return ranks


def scores_by_ranks(rankings: Sequence[Numbers], weights: Sequence[float]) -> Numbers:
    """(N) the sum of weight / (RRF_K + rank) over ``rankings``.

    Each (N) of numbers, the highest first; equal ones share the rank of the first of them, and NaN adds nothing.
    """
    return np.sum([weight / (RRF_K + _ranks(each)) for each, weight in zip(rankings, weights, strict=True)], axis=0)


def _ranks(numbers: Numbers) -> Numbers:
    order = np.argsort(-numbers, kind="stable")  # NaN comes last
    ordered = numbers[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    ranks = np.empty(len(numbers))
    ranks[order] = np.maximum.accumulate(np.where(is_first, np.arange(1, len(numbers) + 1), 0))
    return np.where(np.isnan(numbers), np.inf, ranks)


def diversified(
    keys: Sequence[Key], relevance: Sequence[float], vectors: Vectors, *, limit: int, balance: float = 0.7
) -> list[Key]:
    """``limit`` keys by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).

    ``relevance`` and the cosine of ``vectors`` (N, dimensions; rows of length 1) are weighed ``balance`` to
    ``1 - balance``: 1 keeps the order of relevance, 0 spreads as far as it goes.
    """
    if not keys:
        return []
    scores = np.asarray(relevance, dtype=np.float32)
    spread = float(scores.max() - scores.min())
    scores = (scores - scores.min()) / spread if spread > 0 else np.ones_like(scores)
    nearest_chosen = np.full(len(keys), -1.0, dtype=np.float32)
    left = np.ones(len(keys), dtype=bool)
    chosen: list[Key] = []
    while left.any() and len(chosen) < limit:
        merit = balance * scores - (1 - balance) * nearest_chosen
        best = int(np.argmax(np.where(left, merit, -np.inf)))
        chosen.append(keys[best])
        left[best] = False
        nearest_chosen = np.maximum(nearest_chosen, vectors @ vectors[best])
    return chosen


def decayed(weight: float, *, at: datetime, now: datetime, half_life_days: float) -> float:
    """``weight`` halved for every ``half_life_days`` that passed since ``at``."""
    return float(weight * 0.5 ** (max((now - at).total_seconds(), 0.0) / 86_400 / half_life_days))


def mean_direction(vectors: Vectors, weights: Sequence[float]) -> Vectors:
    """The weighted mean of rows, scaled to length 1; zeros where it vanishes."""
    mean = (vectors * np.asarray(weights, dtype=np.float32)[:, None]).sum(0)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 0 else np.zeros_like(mean)


def interleaved(first: Sequence[Key], second: Sequence[Key], *, limit: int) -> list[Key]:
    """Two from ``first``, one from ``second`` and so on, each key once."""
    order: dict[Key, None] = {}
    a, b = iter(first), iter(second)
    while len(order) < limit:
        taken = [next(a, None), next(a, None), next(b, None)]
        if all(key is None for key in taken):
            break
        order.update(dict.fromkeys(key for key in taken if key is not None))
    return list(order)[:limit]


def at_most_per_group(keys: Sequence[Key], group: Mapping[Key, Hashable], *, most: int) -> list[Key]:
    """``keys`` in order, the ones beyond ``most`` of a group moved to the end."""
    counts: dict[Hashable, int] = {}
    front: list[Key] = []
    back: list[Key] = []
    for key in keys:
        counts[group[key]] = counts.get(group[key], 0) + 1
        (front if counts[group[key]] <= most else back).append(key)
    return front + back
