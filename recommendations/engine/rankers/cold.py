"""Our ranker of items that nobody has met yet, by their words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.ease import LinearScores
from recommendations.engine.evaluation.baselines.grids import text_neighbours
from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.baselines.text_neighbours import TextNeighbours
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.splits import cold_validation_part
from recommendations.engine.evaluation.stages import stage
from recommendations.engine.evaluation.tuning import Parameters
from recommendations.engine.rankers.committee import convened
from recommendations.engine.rankers.features import Scores, features_of
from recommendations.engine.rankers.lists import Lists, joined

MOST_FOLDS = 10
ENOUGH_LISTS = 4000
RIDGES = (0.3, 3.0)
MOST_ITEMS = 25_000  # two matrices of items times items in float32
MOST_USERS = 3000  # of each part; more of them cost memory and teach little
_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Told:
    """By signal a pair of factors, (users, x) and (x, cold): their product is what it says."""

    pairs: list[tuple[csr_matrix | Scores, csr_matrix | Scores]]
    of_users: Scores
    of_items: Scores

    def features(self, users: NDArray[np.int64]) -> tuple[Scores, NDArray[np.bool_]]:
        """(len(users), cold, features), the cold items in their order, and that each of them is possible."""
        scores = [_product(left[users], right) for left, right in self.pairs]
        everything = np.broadcast_to(np.arange(self.of_items.shape[0]), scores[0].shape)
        possible = np.ones(everything.shape, dtype=bool)
        of_users = self.of_users[users]
        return features_of(scores, everything, possible=possible, of_users=of_users, of_items=self.of_items), possible


class LearnedColdRanker:
    """Words are read in three ways: as likeness of texts; as a ridge regression, on them, of what each user likes; and
    of what each item would be to a model that knows interactions. Networks that have learnt on items hidden from what
    is known weigh them.
    """

    name = "ours_cold"

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        """Raises LeftOut above MOST_ITEMS items, and where there is too little to learn from."""
        if known.items > MOST_ITEMS:
            raise LeftOut(f"{known.items} items; words are read for up to {MOST_ITEMS}.")
        with stage(f"{self.name} chooses parameters of its signals"):
            nearest_by = text_neighbours().chosen(known, seed=seed).parameters
        lists: list[Lists] = []
        for fold in range(MOST_FOLDS):
            part = cold_validation_part(known, seed=seed * MOST_FOLDS + fold + 1_000_003)
            with stage(f"{self.name} looks at items hidden in part {fold + 1}"):
                told = _told(part.known, part.cold, nearest_by, seed)
                some = np.random.default_rng([seed, fold]).permutation(part.users)[:MOST_USERS]
                for start in range(0, len(some), _BATCH):
                    users = some[start : start + _BATCH]
                    liked = part.held_out[users].toarray() > 0
                    features, possible = told.features(users)
                    lists.append(Lists(features.astype(np.float16), liked, possible, users))
            if sum(len(each.users) for each in lists) > ENOUGH_LISTS:
                break
        together = joined(_cut(lists))
        with stage(f"{self.name} learns to weigh {len(told.pairs)} signals from {len(together.users)} lists"):
            self.committee = convened(together, signals=len(told.pairs), seed=seed)
        with stage(f"{self.name} learns from the whole training part"):
            self.told = _told(known, cold, nearest_by, seed)

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        found = []
        for start in range(0, len(users), _BATCH):
            found.append(self.committee.scores(*self.told.features(users[start : start + _BATCH])))
        return np.concatenate(found)


def _product(left: csr_matrix | Scores, right: csr_matrix | Scores) -> Scores:
    product = left @ right
    return np.asarray(product.toarray() if isinstance(product, csr_matrix) else product, dtype=np.float32)


def _cut(lists: list[Lists]) -> list[Lists]:
    """Each list cut to as many items as the part with the fewest has; those of which none is liked are left out."""
    fewest = min((each.liked.shape[1] for each in lists), default=0)
    return [_first(each, fewest) for each in lists]


def _first(lists: Lists, items: int) -> Lists:
    cut = Lists(lists.features[:, :items], lists.liked[:, :items], lists.possible[:, :items], lists.users)
    return cut.part(np.asarray(cut.liked.any(axis=1)))


def _told(known: Interactions, cold: NDArray[np.int64], nearest_by: Parameters, seed: int) -> _Told:
    assert known.texts is not None
    likes = np.bincount(known.positives.indices, minlength=known.items)
    met = np.flatnonzero(likes)
    positives = csr_matrix(known.positives[:, met])
    factors = Als(factors=64, regularization=10.0, alpha=5.0)
    factors.fit(Interactions(positives), seed=seed)
    linear = LinearScores(positives, 500.0)
    neighbours = TextNeighbours(**nearest_by)  # type: ignore[arg-type]
    neighbours.fit(known, cold=cold, seed=seed)
    pairs: list[tuple[csr_matrix | Scores, csr_matrix | Scores]] = [(neighbours.positives, neighbours.similarity)]
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
            if linear.weights is not None:
                pairs.append((positives, linear.weights @ solved))
            else:
                pairs.append((np.asarray(linear.scores), solved))
            pairs += [(positives, solved), (factors.users, factors.items.T @ solved)]
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
