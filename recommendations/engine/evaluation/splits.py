"""What is hidden from training, to be tested with."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.interactions import Interactions, picked, rows_of

LEAST_POSITIVES = 5  # users with fewer are trained with, and not tested
VALIDATION_SHARE = 0.2
COLD_SHARE = 0.1

# Each draw has a stream of its own, so that one says nothing of another.
_WARM, _VALIDATION, _COLD, _COLD_VALIDATION, _COLD_FOLDS = range(5)


@dataclass(frozen=True, slots=True)
class WarmSplit:
    """``held_out``: the hidden positives; ``users``: those who have any. ``known`` has everything else."""

    known: Interactions
    held_out: csr_matrix
    users: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ColdSplit:
    """``cold``: the hidden items; ``held_out``: (users, len(cold)), who likes them; ``users``: those who like any.

    Users of whom nothing else is liked are not tested: a recommender knows no more of them than of a stranger.
    """

    known: Interactions
    cold: NDArray[np.int64]
    held_out: csr_matrix
    users: NDArray[np.int64]


def split_warm(interactions: Interactions, *, share: float, seed: int) -> WarmSplit:
    """Hides ``share`` of each user's positives (at least one, and never all), of users with LEAST_POSITIVES or more.

    Interactions below the threshold all stay known. Draws are by user, without regard to time.
    """
    return _split_warm(interactions, share=share, stream=np.random.default_rng([seed, _WARM]))


def validation_part(known: Interactions, *, seed: int) -> WarmSplit:
    """A part of the training part, for choices: drawn from ``known`` alone, in the way of the test part."""
    return _split_warm(known, share=VALIDATION_SHARE, stream=np.random.default_rng([seed, _VALIDATION]))


def split_cold(interactions: Interactions, *, seed: int) -> ColdSplit:
    """Hides all interactions of COLD_SHARE of those items that somebody likes (at least one)."""
    return _split_cold(interactions, np.random.default_rng([seed, _COLD]))


def cold_validation_part(known: Interactions, *, seed: int) -> ColdSplit:
    """The same once more within ``known``, for choices; items that ``known`` has hidden already are not drawn."""
    return _split_cold(known, np.random.default_rng([seed, _COLD_VALIDATION]))


def cold_folds(known: Interactions, *, count: int, seed: int) -> Iterator[ColdSplit]:
    """``count`` parts for choices: each liked item of ``known`` is hidden in one of them, by lot. Parts in which nobody
    could be tested are left out.
    """
    stream = np.random.default_rng([seed, _COLD_FOLDS])
    liked = stream.permutation(np.unique(known.positives.indices).astype(np.int64))
    for cold in np.array_split(liked, count) if count else []:
        part = _hiding(known, np.sort(cold))
        if len(part.users):
            yield part


def _split_warm(interactions: Interactions, *, share: float, stream: np.random.Generator) -> WarmSplit:
    positives = interactions.positives
    counts = np.diff(positives.indptr)
    hidden = np.clip(np.floor(share * counts + 0.5).astype(np.int64), 1, np.maximum(counts - 1, 1))
    hidden[counts < LEAST_POSITIVES] = 0
    rows = rows_of(positives)
    order = np.lexsort((stream.random(positives.nnz), rows))  # each user's own, shuffled
    place = np.empty(positives.nnz, dtype=np.int64)
    place[order] = np.arange(positives.nnz) - np.repeat(positives.indptr[:-1], counts)
    held_out = picked(positives, place < hidden[rows])
    return WarmSplit(known=interactions.without(held_out), held_out=held_out, users=np.flatnonzero(hidden))


def _split_cold(interactions: Interactions, stream: np.random.Generator) -> ColdSplit:
    positives = interactions.positives
    liked = np.unique(positives.indices).astype(np.int64)
    cold = np.sort(stream.choice(liked, size=max(1, round(COLD_SHARE * len(liked))), replace=False))
    return _hiding(interactions, cold)


def _hiding(interactions: Interactions, cold: NDArray[np.int64]) -> ColdSplit:
    """``cold``: sorted."""
    positives = interactions.positives
    is_cold = np.zeros(interactions.items, dtype=bool)
    is_cold[cold] = True
    everything = interactions.known()
    known = interactions.without(picked(everything, is_cold[everything.indices]))
    held_out = positives[:, cold].tocsr()
    held_out.sort_indices()
    tested = (np.diff(held_out.indptr) > 0) & (np.diff(known.positives.indptr) > 0)
    return ColdSplit(known=known, cold=cold, held_out=held_out, users=np.flatnonzero(tested))
