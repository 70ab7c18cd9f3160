"""Our ranker of items that nobody has met yet, by their words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.ease import LinearScores
from recommendations.engine.evaluation.baselines.few_users import are_few_users
from recommendations.engine.evaluation.baselines.grids import text_neighbours
from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.baselines.text_neighbours import TextNeighbours
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.splits import cold_folds
from recommendations.engine.evaluation.stages import stage
from recommendations.engine.evaluation.tuning import Parameters
from recommendations.engine.rankers.committee import convened
from recommendations.engine.rankers.features import Scores, features_of
from recommendations.engine.rankers.lists import Lists, joined
from recommendations.engine.rankers.word_regression import WordRegression

FOLDS = 10  # of the items, each hidden once
LEAST_ITEMS = 5  # of a fold: among fewer an order says little
ENOUGH_CELLS = 3_000_000  # of lists times items that are learnt from: more cost time and memory
RIDGES = {"tf-idf": (1.0, 4.0), "bm25": (2.0,)}
FACTORS = ((64, 10.0, 5.0), (192, 30.0, 20.0))  # number, regularization and alpha of models of interactions
LINEAR_RIDGE = 500.0
FEW_ITEMS = 6000  # so many that weights between all of them take seconds
MOST_ITEMS = 25_000  # as many matrices of items times items as there are RIDGES, in float32
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


@dataclass(frozen=True, slots=True)
class _Words:
    """The texts of all items under one weighting: rows of length 1 or empty, and regressions on those that somebody
    likes or that are cold.
    """

    vectors: csr_matrix
    regressions: list[WordRegression]


class LearnedColdRanker:
    """Words are read in three ways: as likeness of texts; as a ridge regression, on them, of what each user likes; and
    of what each item would be to a model that knows interactions. Networks that have learnt on items hidden from what
    is known weigh them.
    """

    name = "ours_cold"

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        """Raises LeftOut above MOST_ITEMS items, and where there is too little to learn from.

        Of fewer than 25 liked items, 5 folds of LEAST_ITEMS, there is.
        """
        if known.items > MOST_ITEMS:
            raise LeftOut(f"{known.items} items; words are read for up to {MOST_ITEMS}.")
        with stage(f"{self.name} chooses parameters of its signals"):
            nearest_by = text_neighbours().chosen(known, seed=seed).parameters
        with stage(f"{self.name} reads the words"):
            words = _words_of(known, cold)
        lists: list[Lists] = []
        folds = min(FOLDS, len(np.unique(known.positives.indices)) // LEAST_ITEMS)
        for fold, part in enumerate(cold_folds(known, count=folds, seed=seed + 1_000_003)):
            enough = max(1, ENOUGH_CELLS // (folds * len(part.cold)))
            with stage(f"{self.name} looks at items hidden in fold {fold + 1}"):
                told = _told(part.known, part.cold, words, nearest_by, seed)
                some = np.random.default_rng([seed, fold]).permutation(part.users)[:enough]
                for start in range(0, len(some), _BATCH):
                    users = some[start : start + _BATCH]
                    liked = part.held_out[users].toarray() > 0
                    features, possible = told.features(users)
                    groups = np.full(len(users), fold)
                    lists.append(Lists(features.astype(np.float16), liked, possible, users=users, groups=groups))
        together = joined(_cut(lists))
        signals = len(told.pairs)
        del lists, told  # as large as all that comes
        with stage(f"{self.name} learns to weigh {signals} signals from {len(together.users)} lists"):
            self.committee = convened(together, signals=signals, seed=seed)
        del together
        with stage(f"{self.name} learns from the whole training part"):
            self.told = _told(known, cold, words, nearest_by, seed)

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        found = []
        for start in range(0, len(users), _BATCH):
            found.append(self.committee.scores(*self.told.features(users[start : start + _BATCH])))
        return np.concatenate(found)


def _words_of(known: Interactions, cold: NDArray[np.int64]) -> list[_Words]:
    assert known.texts is not None
    items = np.union1d(known.positives.indices, cold)
    found = []
    for weighting, ridges in RIDGES.items():
        vectors = text_vectors(known.texts, weighting=weighting)
        found.append(_Words(vectors, [WordRegression(vectors, items=items, ridge=ridge) for ridge in ridges]))
    return found


def _product(left: csr_matrix | Scores, right: csr_matrix | Scores) -> Scores:
    product = left @ right
    return np.asarray(product.toarray() if isinstance(product, csr_matrix) else product, dtype=np.float32)


def _cut(lists: list[Lists]) -> list[Lists]:
    """Each list cut to as many items as the part with the fewest has; those of which none is liked are left out."""
    fewest = min((each.liked.shape[1] for each in lists), default=0)
    return [_first(each, fewest) for each in lists]


def _first(lists: Lists, items: int) -> Lists:
    cut = Lists(
        lists.features[:, :items],
        lists.liked[:, :items],
        lists.possible[:, :items],
        users=lists.users,
        groups=lists.groups,
    )
    return cut.part(np.asarray(cut.liked.any(axis=1)))


def _told(
    known: Interactions, cold: NDArray[np.int64], words: list[_Words], nearest_by: Parameters, seed: int
) -> _Told:
    likes = np.bincount(known.positives.indices, minlength=known.items)
    met = np.flatnonzero(likes)
    positives = csr_matrix(known.positives[:, met])
    nearest = TextNeighbours(**nearest_by)  # type: ignore[arg-type]
    nearest.fit(known, cold=cold, seed=seed)
    pairs: list[tuple[csr_matrix | Scores, csr_matrix | Scores]] = [(nearest.positives, nearest.similarity)]
    models = [(positives, None), *_models(positives, seed)]
    popularity = np.log(likes[met]).astype(np.float32)
    of_items = []
    for each in words:
        near = np.asarray((each.vectors[met] @ each.vectors[cold].T).toarray(), dtype=np.float32)
        pairs += [(positives, near), (positives, near**3)]
        for regression in each.regressions:
            weights = regression.weights(met, cold)
            pairs += [(left, weights if right is None else right @ weights) for left, right in models]
            of_items.append(popularity @ weights)
    lengths = np.diff(words[0].vectors[cold].indptr)
    return _Told(
        pairs=pairs,
        of_users=np.log1p(np.diff(positives.indptr))[:, None].astype(np.float32),
        of_items=np.stack([*of_items, np.log1p(lengths)], axis=1).astype(np.float32),
    )


def _models(positives: csr_matrix, seed: int) -> Iterator[tuple[csr_matrix | Scores, Scores | None]]:
    """By model of interactions a pair of factors, (users, x) and (x, met); None for all of the items themselves."""
    for factors, regularization, alpha in FACTORS:
        model = Als(factors=factors, regularization=regularization, alpha=alpha)
        model.fit(Interactions(positives), seed=seed)
        yield model.users, model.items.T
    if are_few_users(positives) or positives.shape[1] <= FEW_ITEMS:
        linear = LinearScores(positives, LINEAR_RIDGE)
        if linear.weights is not None:
            yield positives, linear.weights
        else:
            yield np.asarray(linear.scores), None
