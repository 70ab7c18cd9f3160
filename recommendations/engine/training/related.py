"""Item-to-item lists: the works that go with a work, by who liked both and by who bought both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.ease import MOST_ITEMS, item_weights
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.feed.contract import KINDS, Floats, Integers
from recommendations.engine.training.data import Dataset

LENGTH = 50
# One buyer of both says nothing, and would show one person's purchases to all (`selectors.together`).
LEAST_BUYERS = 2
EASE_REGULARIZATION = 100.0
ALS_FACTORS, ALS_REGULARIZATION, ALS_ALPHA = 128, 10.0, 10.0
NOTHING = -1
_HIDDEN, _BOUGHT = KINDS.index("hidden"), KINDS.index("bought")
_ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Lists:
    """``others`` (works, LENGTH): numbers of works, the strongest first, NOTHING where a list ends. ``weights``: theirs
    (above 0), and 0 where a list ends."""

    others: NDArray[np.int32]
    weights: Floats

    def towards(self, candidates: Integers, *, works: Integers, strengths: Floats) -> Floats:
        """(candidates) the sum of the weights from ``works``, each times its strength. ``candidates`` are ascending."""
        others, weights = self.others[works], self.weights[works] * strengths[:, None]
        places = np.searchsorted(candidates, others)
        places = np.minimum(places, len(candidates) - 1)
        found = (others != NOTHING) & (candidates[places] == others)
        sums = np.bincount(places[found], weights=weights[found], minlength=len(candidates))
        return sums.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Related:
    """``taste``: from all acts but hiding, ``bought``: from purchases."""

    taste: Lists
    bought: Lists


def related_before(data: Dataset, moment: int | None, *, seed: int, most_items: int = MOST_ITEMS) -> Related:
    """From the events before ``moment``, or from all.

    Likes of the same people: the weights of EASE (Steck, 2019), and for more than ``most_items`` works that anybody
    dealt with, cosines of factors of iALS (Hu, Koren and Volinsky, 2008). Purchases: cosines of the sets of buyers.
    """
    events = data.events if moment is None else data.events[data.events["at"] < moment]
    return Related(
        taste=_by_taste(_matrix(data, events[events["kind"] != _HIDDEN]), seed=seed, most_items=most_items),
        bought=_by_buyers(_matrix(data, events[events["kind"] == _BOUGHT])),
    )


def _matrix(data: Dataset, events: NDArray[Any]) -> csr_matrix:
    """(viewers, works) float32, 1 where there is an event."""
    shape = (data.facts.viewers, len(data.works))
    ones = np.ones(len(events), dtype=np.float32)
    matrix = csr_matrix((ones, (events["viewer"].astype(np.int64), events["work"].astype(np.int64))), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _by_taste(met: csr_matrix, *, seed: int, most_items: int) -> Lists:
    lists = _empty(met.shape[1])
    active = np.flatnonzero(met.getnnz(axis=0))
    if not len(active):
        return lists
    small = met[:, active].tocsr()
    if len(active) <= most_items:
        weights = item_weights(small, EASE_REGULARIZATION)
        for start in range(0, len(active), _ROWS_AT_ONCE):
            _fill(lists, active, np.arange(start, min(start + _ROWS_AT_ONCE, len(active))), weights)
        return lists
    model = Als(factors=ALS_FACTORS, regularization=ALS_REGULARIZATION, alpha=ALS_ALPHA)
    model.fit(Interactions(positives=small), seed=seed)
    factors = model.items / np.maximum(np.linalg.norm(model.items, axis=1, keepdims=True), 1e-6)
    for start in range(0, len(active), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(active)))
        likeness = factors[rows] @ factors.T
        likeness[np.arange(len(rows)), rows] = 0
        _write(lists, active[rows], active, likeness)
    return lists


def _by_buyers(bought: csr_matrix) -> Lists:
    lists = _empty(bought.shape[1])
    buyers = bought.getnnz(axis=0).astype(np.float32)
    active = np.flatnonzero(buyers >= LEAST_BUYERS)
    small = bought[:, active].tocsr()
    by_work = small.T.tocsr()
    for start in range(0, len(active), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(active)))
        both = (by_work[rows] @ small).toarray()
        both[np.arange(len(rows)), rows] = 0
        both[both < LEAST_BUYERS] = 0
        _write(lists, active[rows], active, both / np.sqrt(np.outer(buyers[active[rows]], buyers[active])))
    return lists


def _empty(works: int) -> Lists:
    return Lists(np.full((works, LENGTH), NOTHING, dtype=np.int32), np.zeros((works, LENGTH), dtype=np.float32))


def _fill(lists: Lists, active: Integers, rows: Integers, weights: Floats) -> None:
    _write(lists, active[rows], active, weights[rows])


def _write(lists: Lists, works: Integers, active: Integers, weights: Floats) -> None:
    """Keep the LENGTH largest above 0 of each row of ``weights`` (works, active)."""
    kept = min(LENGTH, weights.shape[1])
    best = np.argpartition(-weights, kept - 1, axis=1)[:, :kept]
    order = np.argsort(-np.take_along_axis(weights, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    found = np.maximum(np.take_along_axis(weights, best, axis=1), 0)
    lists.weights[works, :kept] = found
    lists.others[works, :kept] = np.where(found > 0, active[best], NOTHING)


def write_related(path: Path, related: Related, ids: NDArray[np.uint8]) -> None:
    """Write the lists with the works' ids (works, 16)."""
    np.savez_compressed(
        path,
        ids=ids,
        taste_others=related.taste.others,
        taste_weights=related.taste.weights,
        bought_others=related.bought.others,
        bought_weights=related.bought.weights,
    )
