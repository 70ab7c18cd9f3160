"""What each ranking is worth on what came later: a full ranking of all works that were there, no sampled metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation import metrics
from recommendations.engine.feed.contract import Candidates, Floats, Integers, Parts
from recommendations.engine.feed.files import FeedModel
from recommendations.engine.training.examples import History, Moment
from recommendations.engine.training.progress import PROGRESS
from recommendations.engine.training.related import Related

K = 20
NEXT = 20  # so many of the works that a viewer takes next are what should have been recommended
MOST_VIEWERS = 2000
_WORKS_AT_ONCE = 65_536

Ranking = Callable[[Moment, Candidates, Parts], Floats]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A viewer at the moment of her first held-out act: its ``position``, and the works that she takes then."""

    position: int
    wanted: Integers


@dataclass(frozen=True, slots=True)
class Reached:
    """Per tested viewer."""

    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]


def held_out(history: History, *, since: int, seed: int, most: int = MOST_VIEWERS) -> list[HeldOut]:
    """The viewers who had done something before and take works from ``since`` on; at most ``most``, drawn by lot.

    What a viewer only looked at counts less in training and not here, unless nobody did more: a look may be an
    accident.
    """
    examples = history.between(since, None)
    strong = examples.where(examples.weights > examples.weights.min(initial=np.inf))
    examples = strong if len(strong) else examples
    viewers = history.viewer[examples.positions]
    chosen = np.unique(viewers)
    if len(chosen) > most:
        chosen = np.sort(np.random.default_rng([seed, len(chosen)]).choice(chosen, size=most, replace=False))
    tests = []
    for viewer in chosen.tolist():
        hers = examples.positions[viewers == viewer]
        moment = int(history.at[hers[0]])
        works = history.work[hers]
        wanted = works[history.published_at[works] <= moment][:NEXT]
        tests.append(HeldOut(int(hers[0]), np.unique(wanted)))
    return tests


def by_model(model: FeedModel) -> Ranking:
    """As the shop ranks with it, from its files."""

    def ranking(moment: Moment, candidates: Candidates, parts: Parts) -> Floats:
        return model.scores(moment.acts, candidates, taste=model.taste(moment.acts))

    return ranking


def measure(
    history: History, tests: list[HeldOut], rankings: Mapping[str, Ranking], *, related: Related
) -> dict[str, Reached]:
    """NDCG@K and Recall@K of each ranking for each test, over all works published by then that the viewer did not know.

    All rankings are told the same: counts of that moment, and ``related``, which may know nothing of it.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in rankings}
    parts = history.data.facts.parts
    for number, test in enumerate(tests, start=1):
        moment = history.moment(test.position)
        there = np.flatnonzero(history.published_at <= moment.at)
        works = there[~history.past.met(moment.viewer, there, moment.at)]
        candidates = history.candidates(moment, works, related)
        for name, ranking in rankings.items():
            scores = np.asarray(ranking(moment, candidates, parts), dtype=np.float32)
            top = metrics.top_items(scores[None], K)
            hits = np.isin(works[np.maximum(top, 0)], test.wanted) & (top != metrics.NOTHING)
            relevant = np.array([len(test.wanted)])
            found[name].append((float(metrics.ndcg(hits, relevant)[0]), float(metrics.recall(hits, relevant)[0])))
        if number % max(1, len(tests) // 5) == 0:
            PROGRESS.info("measured %d of %d viewers", number, len(tests))
    columns = {name: np.array(rows, dtype=np.float64).reshape(-1, 2) for name, rows in found.items()}
    return {name: Reached(ndcg=rows[:, 0], recall=rows[:, 1]) for name, rows in columns.items()}
