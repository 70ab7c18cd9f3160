"""Our ranker of items that have interactions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.recommender import Recommender
from recommendations.engine.evaluation.splits import split_warm
from recommendations.engine.evaluation.stages import stage
from recommendations.engine.rankers.committee import convened
from recommendations.engine.rankers.features import Scores, candidates_of, features_of
from recommendations.engine.rankers.lists import Lists, joined
from recommendations.engine.rankers.signals import Signal, signals_for

CANDIDATES = 300
HIDDEN_SHARE = 0.2
MOST_LIKES_LEARNT = 60_000  # hidden likes that the network learns from: more cost time and change little
MOST_FOLDS = 12
ENOUGH_LISTS = 6000  # as many are learnt from, by several foldings of a small file
_CELLS_AT_ONCE = 2**21  # of users times items, for each signal
_BEHIND = -1.0  # what is no candidate stands behind all that are


@dataclass(frozen=True, slots=True)
class _Known:
    """Fitted signals, and what else the network is told of users and items."""

    signals: list[Recommender]
    of_users: Scores
    of_items: Scores
    met: csr_matrix


class LearnedRanker:
    """Signals learn from a part of what is known; a committee learns from the rest how much each of them is worth, for
    such a user and such an item; then the signals learn from all of it.
    """

    name = "ours"

    def fit(self, known: Interactions, *, seed: int) -> None:
        """Raises LeftOut where there is too little to learn from."""
        with stage(f"{self.name} chooses parameters of its signals"):
            makers = signals_for(known, seed=seed)
        together = joined(list(self._lists(known, makers, seed)))
        with stage(f"{self.name} learns to weigh {len(makers)} signals from {len(together.users)} lists"):
            self.committee = convened(together, signals=len(makers), seed=seed)
        self.known = _fitted(known, makers, seed, "on the whole training part")

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items): between 0 and 2 for candidates, the same below 0 for all others."""
        found = np.full((len(users), self.known.met.shape[1]), _BEHIND, dtype=np.float32)
        for place, batch in _batches(users, found.shape[1]):
            candidates, features, possible = _looked_at(self.known, batch)
            weighed = self.committee.scores(features, possible)
            rows = found[place : place + len(batch)]
            np.put_along_axis(rows, candidates, 1 + weighed / (1 + np.abs(weighed)), axis=1)
        return found

    def _lists(self, known: Interactions, makers: list[Signal], seed: int) -> Iterator[Lists]:
        learnt, lists = 0, 0
        for fold in range(MOST_FOLDS):
            part = split_warm(known, share=HIDDEN_SHARE, seed=seed * MOST_FOLDS + fold + 1_000_003)
            fitted = _fitted(part.known, makers, seed, f"on part {fold + 1}")
            for _place, batch in _batches(part.users, known.items):
                candidates, features, possible = _looked_at(fitted, batch)
                liked = np.take_along_axis(part.held_out[batch].toarray() > 0, candidates, axis=1)
                some = Lists(features.astype(np.float16), liked, possible, users=batch, groups=batch)
                yield some.part(np.asarray(liked.any(axis=1)))
            learnt, lists = learnt + part.held_out.nnz, lists + len(part.users)
            if lists >= ENOUGH_LISTS or learnt * (fold + 2) / (fold + 1) > MOST_LIKES_LEARNT:
                return


def _fitted(known: Interactions, makers: list[Signal], seed: int, where: str) -> _Known:
    signals = []
    for make in makers:
        signal = make()
        with stage(f"{signal.name} learns {where}"):
            signal.fit(known, seed=seed)
        signals.append(signal)
    met = known.known()
    of_users = [_counts(each) for each in (known.positives, met)]
    of_items = [_counts(csr_matrix(each.T)) for each in (known.positives, met)]
    hers, its = csr_matrix(known.positives), csr_matrix(known.positives.T)
    return _Known(
        signals=signals,
        of_users=np.stack([*of_users, *mean_and_deviation(hers, of_items[0])], axis=1).astype(np.float32),
        of_items=np.stack([*of_items, mean_and_deviation(its, of_users[0])[0]], axis=1).astype(np.float32),
        met=met,
    )


def _counts(matrix: csr_matrix) -> NDArray[np.float64]:
    """ln(1 + how many each row stores)."""
    counts: NDArray[np.float64] = np.log1p(np.diff(matrix.indptr))
    return counts


def mean_and_deviation(
    likes: csr_matrix, value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of the ``value`` (columns,) of what each row likes; 0 for a row without likes."""
    count = np.maximum(np.diff(likes.indptr), 1)
    mean = (likes @ value) / count
    return mean, np.sqrt(np.maximum((likes @ value**2) / count - mean**2, 0))


def _looked_at(known: _Known, users: NDArray[np.int64]) -> tuple[NDArray[np.int64], Scores, NDArray[np.bool_]]:
    scores = [signal.scores(users) for signal in known.signals]
    hidden = known.met[users].toarray() > 0
    candidates = candidates_of(scores, hidden, count=CANDIDATES)
    possible = ~np.take_along_axis(hidden, candidates, axis=1)
    features = features_of(
        scores, candidates, possible=possible, of_users=known.of_users[users], of_items=known.of_items
    )
    return candidates, features, possible


def _batches(users: NDArray[np.int64], items: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    size = max(1, _CELLS_AT_ONCE // items)
    for start in range(0, len(users), size):
        yield start, users[start : start + size]
