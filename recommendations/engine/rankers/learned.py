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
from recommendations.engine.rankers.features import Scores, candidates_of, features_of
from recommendations.engine.rankers.listwise import Lists, Weigher, joined, learn, scores_of
from recommendations.engine.rankers.signals import signals_for

CANDIDATES = 300
HIDDEN_SHARE = 0.2
MOST_LIKES_LEARNT = 60_000  # hidden likes that the network learns from: more cost time and change little
MOST_FOLDS = 4
NETWORKS = 2
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
    """Signals learn from a part of what is known; a network learns from the rest how much each of them is worth, by
    how many likes a user and an item have; then the signals learn from all of it.
    """

    name = "ours"

    def fit(self, known: Interactions, *, seed: int) -> None:
        """Raises LeftOut where there is too little to learn from."""
        together = joined(list(self._lists(known, seed)))
        self.networks: list[Weigher] = []
        for number in range(NETWORKS):
            with stage(f"{self.name}: network {number + 1} learns from {len(together.users)} lists"):
                self.networks.append(learn(together, seed=seed * 10 + number))
        self.known = _fitted(known, seed, "on the whole training part")

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items): 0 and more for candidates, the same below 0 for all others."""
        found = np.full((len(users), self.known.met.shape[1]), _BEHIND, dtype=np.float32)
        for place, batch in _batches(users, found.shape[1]):
            candidates, features = _looked_at(self.known, batch)
            weighed = sum(scores_of(network, features) for network in self.networks)
            rows = found[place : place + len(batch)]
            np.put_along_axis(rows, candidates, np.asarray(weighed, dtype=np.float32), axis=1)
        return found

    def _lists(self, known: Interactions, seed: int) -> Iterator[Lists]:
        learnt = 0
        for fold in range(MOST_FOLDS):
            part = split_warm(known, share=HIDDEN_SHARE, seed=seed * MOST_FOLDS + fold + 1_000_003)
            fitted = _fitted(part.known, seed, f"on part {fold + 1}")
            for _place, batch in _batches(part.users, known.items):
                candidates, features = _looked_at(fitted, batch)
                liked = np.take_along_axis(part.held_out[batch].toarray() > 0, candidates, axis=1)
                any_liked = liked.any(axis=1)
                yield Lists(features[any_liked].astype(np.float16), liked[any_liked], batch[any_liked])
            learnt += part.held_out.nnz
            if learnt * (fold + 2) / (fold + 1) > MOST_LIKES_LEARNT:
                return


def _fitted(known: Interactions, seed: int, where: str) -> _Known:
    signals = []
    for make in signals_for(known):
        signal = make()
        with stage(f"{signal.name} learns {where}"):
            signal.fit(known, seed=seed)
        signals.append(signal)
    met = known.known()
    of_users = [np.diff(known.positives.indptr), np.diff(met.indptr)]
    of_items = [np.bincount(each.indices, minlength=known.items) for each in (known.positives, met)]
    return _Known(
        signals=signals,
        of_users=np.log1p(np.stack(of_users, axis=1)).astype(np.float32),
        of_items=np.log1p(np.stack(of_items, axis=1)).astype(np.float32),
        met=met,
    )


def _looked_at(known: _Known, users: NDArray[np.int64]) -> tuple[NDArray[np.int64], Scores]:
    scores = [signal.scores(users) for signal in known.signals]
    candidates = candidates_of(scores, known.met[users].toarray() > 0, count=CANDIDATES)
    return candidates, features_of(scores, candidates, of_users=known.of_users[users], of_items=known.of_items)


def _batches(users: NDArray[np.int64], items: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    size = max(1, _CELLS_AT_ONCE // items)
    for start in range(0, len(users), size):
        yield start, users[start : start + size]
