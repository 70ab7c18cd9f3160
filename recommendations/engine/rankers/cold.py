"""Our ranker of items that nobody has met yet, by their words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.ease import item_weights
from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.splits import cold_validation_part
from recommendations.engine.evaluation.stages import stage
from recommendations.engine.rankers.features import Scores, features_of
from recommendations.engine.rankers.listwise import Lists, Weigher, joined, learn, scores_of

FOLDS = 3
NETWORKS = 2
RIDGES = (0.3, 3.0)
MOST_ITEMS = 25_000  # two matrices of items times items in float32
MOST_USERS = 3000  # of each part; more of them cost memory and teach little
_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Told:
    """By signal a pair of factors, (users, x) and (x, cold): their product is what it says."""

    pairs: list[tuple[csr_matrix | Scores, Scores]]
    of_users: Scores
    of_items: Scores

    def features(self, users: NDArray[np.int64]) -> Scores:
        """(len(users), cold, features), the cold items in their order."""
        scores = [np.asarray(left[users] @ right, dtype=np.float32) for left, right in self.pairs]
        everything = np.broadcast_to(np.arange(self.of_items.shape[0]), scores[0].shape)
        return features_of(scores, everything, of_users=self.of_users[users], of_items=self.of_items)


class LearnedColdRanker:
    """Words are read in three ways: as likeness of texts; as a ridge regression, on them, of what each user likes; and
    of what each item would be to a model that knows interactions. A network that has learnt on items hidden from what
    is known weighs them.
    """

    name = "ours_cold"

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        """Raises LeftOut above MOST_ITEMS items, and where there is too little to learn from."""
        if known.items > MOST_ITEMS:
            raise LeftOut(f"{known.items} items; words are read for up to {MOST_ITEMS}.")
        lists = []
        for fold in range(FOLDS):
            part = cold_validation_part(known, seed=seed * FOLDS + fold + 1_000_003)
            with stage(f"{self.name} looks at items hidden in part {fold + 1}"):
                told = _told(part.known, part.cold, seed)
                some = np.random.default_rng([seed, fold]).permutation(part.users)[:MOST_USERS]
                for start in range(0, len(some), _BATCH):
                    users = some[start : start + _BATCH]
                    liked = part.held_out[users].toarray() > 0
                    lists.append(Lists(told.features(users).astype(np.float16), liked, users))
        together = joined(_cut(lists))
        self.networks: list[Weigher] = []
        for number in range(NETWORKS):
            with stage(f"{self.name}: network {number + 1} learns from {len(together.users)} lists"):
                self.networks.append(learn(together, seed=seed * 10 + number))
        with stage(f"{self.name} learns from the whole training part"):
            self.told = _told(known, cold, seed)

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        found = []
        for start in range(0, len(users), _BATCH):
            features = self.told.features(users[start : start + _BATCH])
            found.append(sum(scores_of(network, features) for network in self.networks))
        return np.concatenate(found).astype(np.float32)


def _cut(lists: list[Lists]) -> list[Lists]:
    """Each list cut to as many items as the part with the fewest has; those of which none is liked are left out."""
    fewest = min((each.liked.shape[1] for each in lists), default=0)
    return [_first(each, fewest) for each in lists]


def _first(lists: Lists, items: int) -> Lists:
    some = lists.liked[:, :items].any(axis=1)
    return Lists(lists.features[some, :items], lists.liked[some, :items], lists.users[some])


def _told(known: Interactions, cold: NDArray[np.int64], seed: int) -> _Told:
    assert known.texts is not None
    likes = np.bincount(known.positives.indices, minlength=known.items)
    met = np.flatnonzero(likes)
    positives = csr_matrix(known.positives[:, met])
    factors = Als(factors=64, regularization=10.0, alpha=5.0)
    factors.fit(Interactions(positives), seed=seed)
    weights = item_weights(positives, 500.0)
    pairs: list[tuple[csr_matrix | Scores, Scores]] = []
    popularity = np.log(likes[met]).astype(np.float32)
    of_items = []
    for weighting in ("tf-idf", "bm25"):
        words = text_vectors(known.texts, weighting=weighting)
        here, there = words[met], words[cold]
        near = np.asarray((here @ there.T).toarray(), dtype=np.float32)
        pairs.append((positives, near))
        pairs.append((positives, near**3))
        alike = (here @ here.T).toarray().astype(np.float32)
        for ridge in RIDGES if weighting == "tf-idf" else RIDGES[:1]:
            solved = _solved(alike, near, ridge)
            pairs += [(positives, solved), (positives, weights @ solved), (factors.users, factors.items.T @ solved)]
            of_items.append(popularity @ solved)
    lengths = np.diff(there.indptr)
    return _Told(
        pairs=pairs,
        of_users=np.log1p(np.diff(positives.indptr))[:, None].astype(np.float32),
        of_items=np.stack([*of_items, np.log1p(lengths)], axis=1).astype(np.float32),
    )


def _solved(alike: Scores, near: Scores, ridge: float) -> Scores:
    """(met, cold): how a cold item's words are made of those that are met; kernel ridge regression."""
    shifted = alike.copy()
    shifted[np.diag_indices_from(shifted)] += np.float32(ridge)
    solved: Scores = cho_solve(cho_factor(shifted, lower=True, overwrite_a=True), near)
    return solved
