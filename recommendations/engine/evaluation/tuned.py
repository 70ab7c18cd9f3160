"""Baselines that choose their parameters on a validation part and then learn from all of the training part."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.measuring import measure, measure_cold
from recommendations.engine.evaluation.recommender import ColdRecommender, Recommender
from recommendations.engine.evaluation.splits import ColdSplit, WarmSplit, cold_validation_part, validation_part
from recommendations.engine.evaluation.stages import stage
from recommendations.engine.evaluation.tuning import Axes, Choice, Parameters, choose

MOST_VALIDATION_USERS = 10_000  # the mean over more of them chooses nothing else, and takes longer


class TunedBaseline:
    """A recommender whose ``choice`` is made in ``fit``, on ``validation_part`` of what it is given."""

    def __init__(
        self, name: str, make: Callable[..., Recommender], *, axes: Axes | None = None, start: Parameters | None = None
    ) -> None:
        """``make(**parameters)`` makes the recommender; ``axes`` and ``start`` as in ``choose``."""
        self.name = name
        self.make, self.axes, self.start = make, axes or {}, start or {}
        self.choice: Choice | None = None
        self._fitted: Recommender | None = None

    def fit(self, known: Interactions, *, seed: int) -> None:
        self.choice = self.chosen(known, seed=seed)
        fitted = self.make(**self.choice.parameters)
        with stage(f"{self.name} learns from the whole training part"):
            fitted.fit(known, seed=seed)
        self._fitted = fitted

    def chosen(self, known: Interactions, *, seed: int) -> Choice:
        """The parameters that are best on ``validation_part`` of ``known``."""
        part = validation_part(known, seed=seed)
        part = replace(part, users=_some(part.users, seed))
        return choose(self.axes, self.start, lambda chosen: self._ndcg(chosen, part, seed))

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        assert self._fitted is not None
        return self._fitted.scores(users)

    def _ndcg(self, parameters: Parameters, part: WarmSplit, seed: int) -> float:
        candidate = self.make(**parameters)
        with stage(_tried(self.name, parameters)) as tell:
            candidate.fit(part.known, seed=seed)
            return _told_mean(measure(candidate, part).ndcg, tell) if len(part.users) else 0.0


class TunedColdBaseline:
    """The same for cold items, on ``cold_validation_part``."""

    def __init__(
        self,
        name: str,
        make: Callable[..., ColdRecommender],
        *,
        axes: Axes | None = None,
        start: Parameters | None = None,
    ) -> None:
        self.name = name
        self.make, self.axes, self.start = make, axes or {}, start or {}
        self.choice: Choice | None = None
        self._fitted: ColdRecommender | None = None

    def fit(self, known: Interactions, *, cold: NDArray[np.int64], seed: int) -> None:
        self.choice = self.chosen(known, seed=seed)
        fitted = self.make(**self.choice.parameters)
        with stage(f"{self.name} learns from the whole training part"):
            fitted.fit(known, cold=cold, seed=seed)
        self._fitted = fitted

    def chosen(self, known: Interactions, *, seed: int) -> Choice:
        """The parameters that are best on ``cold_validation_part`` of ``known``."""
        part = cold_validation_part(known, seed=seed)
        part = replace(part, users=_some(part.users, seed))
        return choose(self.axes, self.start, lambda chosen: self._ndcg(chosen, part, seed))

    def cold_scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        assert self._fitted is not None
        return self._fitted.cold_scores(users)

    def _ndcg(self, parameters: Parameters, part: ColdSplit, seed: int) -> float:
        candidate = self.make(**parameters)
        with stage(_tried(self.name, parameters)) as tell:
            candidate.fit(part.known, cold=part.cold, seed=seed)
            return _told_mean(measure_cold(candidate, part).ndcg, tell) if len(part.users) else 0.0


def _some(users: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    if len(users) <= MOST_VALIDATION_USERS:
        return users
    return np.sort(np.random.default_rng(seed).choice(users, MOST_VALIDATION_USERS, replace=False))


def _tried(name: str, parameters: Parameters) -> str:
    return f"{name} is tried" + "".join(f", {parameter} {value}" for parameter, value in parameters.items())


def _told_mean(values: NDArray[np.float64], tell: Callable[[str], None]) -> float:
    mean = float(values.mean())
    tell(f"NDCG {mean:.4f} on validation")
    return mean
