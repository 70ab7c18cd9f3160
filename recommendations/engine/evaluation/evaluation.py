"""All methods on one split of one file, and how ours compares with the baselines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from recommendations.engine.evaluation.bootstrap import Comparison, compare
from recommendations.engine.evaluation.errors import LeftOut, NothingToTest
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.measuring import Measured, measure, measure_cold
from recommendations.engine.evaluation.recommender import ColdRecommender, Recommender
from recommendations.engine.evaluation.splits import LEAST_POSITIVES, split_cold, split_warm
from recommendations.engine.evaluation.stages import PROGRESS, stage
from recommendations.engine.evaluation.tuned import TunedBaseline, TunedColdBaseline
from recommendations.engine.evaluation.tuning import Choice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method reached. ``choice``: a baseline's parameters, None for ours."""

    name: str
    measured: Measured
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class Part:
    """A test: of known items, or of cold ones.

    ``best_baseline``: the one that was best on the validation part, None without baselines. ``comparisons``: NDCG by
    (ours, baseline). ``left_out``: why, by name.
    """

    tested_users: int
    tested_items: int
    held_out: int
    outcomes: tuple[Outcome, ...]
    left_out: dict[str, str]
    best_baseline: str | None
    comparisons: dict[tuple[str, str], Comparison]


def evaluate_known(interactions: Interactions, *, methods: Sequence[Recommender], holdout: float, seed: int) -> Part:
    """Hides ``holdout`` of each user's likes and ranks all items that she does not know. Raises NothingToTest."""
    split = split_warm(interactions, share=holdout, seed=seed)
    if not len(split.users):
        raise NothingToTest(
            f"No user likes {LEAST_POSITIVES} items or more, so none can be tested.",
            way_out="Give more interactions, or say with --positive-from that lower ratings count as liked.",
        )

    def outcome(method: Recommender) -> Outcome:
        method.fit(split.known, seed=seed)
        with stage(f"{method.name} is tested"):
            measured = measure(method, split)
        return Outcome(method.name, measured, method.choice if isinstance(method, TunedBaseline) else None)

    return _part(
        [(method.name, partial(outcome, method)) for method in methods],
        sizes=(len(split.users), interactions.items, split.held_out.nnz),
        seed=seed,
    )


def evaluate_cold(interactions: Interactions, *, methods: Sequence[ColdRecommender], seed: int) -> Part:
    """Hides a tenth of the items from training and ranks them, by their texts. Raises NothingToTest."""
    split = split_cold(interactions, seed=seed)
    if not len(split.users):
        raise NothingToTest(
            "No user likes both an item that was hidden and one that was not.", way_out="Give more interactions."
        )

    def outcome(method: ColdRecommender) -> Outcome:
        method.fit(split.known, cold=split.cold, seed=seed)
        with stage(f"{method.name} is tested on cold items"):
            measured = measure_cold(method, split)
        return Outcome(method.name, measured, method.choice if isinstance(method, TunedColdBaseline) else None)

    return _part(
        [(method.name, partial(outcome, method)) for method in methods],
        sizes=(len(split.users), len(split.cold), int(np.diff(split.held_out.indptr)[split.users].sum())),
        seed=seed,
    )


def _part(tests: list[tuple[str, Callable[[], Outcome]]], *, sizes: tuple[int, int, int], seed: int) -> Part:
    outcomes, left_out = [], {}
    for name, test in tests:
        PROGRESS.info("%s ...", name)
        try:
            outcomes.append(test())
        except LeftOut as reason:
            PROGRESS.info("%s is left out: %s", name, reason.message)
            left_out[name] = reason.message
    chosen = [(outcome.choice.ndcg, outcome.name) for outcome in outcomes if outcome.choice]
    return Part(
        *sizes,
        outcomes=tuple(outcomes),
        left_out=left_out,
        best_baseline=max(chosen)[1] if chosen else None,
        comparisons={
            (ours.name, baseline.name): compare(ours.measured.ndcg, baseline.measured.ndcg, seed=seed)
            for ours in outcomes
            if ours.choice is None
            for baseline in outcomes
            if baseline.choice is not None
        },
    )
