"""Candidates that the signals agree on, and what the signals say of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.rankers.lists import deviations

Scores = NDArray[np.float32]

_FUSED_FROM = 10.0  # of reciprocal rank fusion: the first place counts 1 / 10, the eleventh half of it


def candidates_of(scores: Sequence[Scores], hidden: NDArray[np.bool_], *, count: int) -> NDArray[np.int64]:
    """(users, min(count, items)) columns, in no order: those with the best places in all signals together.

    ``hidden``: (users, items), what must not be recommended; such columns come only where there is nothing else.
    Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009) of each signal's first ``count`` places.
    """
    users, items = hidden.shape
    kept = min(count, items)
    gains = (1 / (_FUSED_FROM + np.arange(kept))).astype(np.float32)
    fused = np.zeros((users, items), dtype=np.float32)
    for each in scores:
        shown = np.where(hidden, -np.inf, each)
        first = np.argpartition(-shown, kept - 1, axis=1)[:, :kept]
        order = np.argsort(-np.take_along_axis(shown, first, axis=1), axis=1, kind="stable")
        first = np.take_along_axis(first, order, axis=1)
        np.put_along_axis(fused, first, np.take_along_axis(fused, first, axis=1) + gains, axis=1)
    fused[hidden] = -1
    return np.argpartition(-fused, kept - 1, axis=1)[:, :kept].astype(np.int64)


def features_of(
    scores: Sequence[Scores],
    candidates: NDArray[np.int64],
    *,
    possible: NDArray[np.bool_],
    of_users: Scores,
    of_items: Scores,
) -> Scores:
    """(users, candidates, features): of each signal the score against the other candidates' (in deviations from their
    mean) and minus ln(1 + place); then ``of_users`` (users, x) and ``of_items`` (items, y) as they are.

    ``possible``: (users, candidates), false for those that must not be recommended: they change nothing for the others.
    """
    users, count = candidates.shape
    features = []
    for each in scores:
        picked = np.take_along_axis(each, candidates, axis=1)
        features.append(deviations(picked, possible))
        features.append(-np.log1p(_places(np.where(possible, picked, -np.inf))))
    stacked = np.stack(features, axis=-1)
    hers = np.broadcast_to(of_users[:, None], (users, count, of_users.shape[1]))
    return np.concatenate([stacked, hers, of_items[candidates]], axis=-1).astype(np.float32)


def _places(scores: Scores) -> Scores:
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty(scores.shape, dtype=np.float32)
    counted = np.arange(scores.shape[1], dtype=np.float32)
    np.put_along_axis(places, order, np.broadcast_to(counted, scores.shape), axis=1)
    return places
