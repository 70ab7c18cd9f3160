"""When a version may take the place of what is present."""

import numpy as np

from recommendations.engine.training.gate import HEURISTIC, LEAST_VIEWERS, OURS, POPULARITY, PRESENT, verdict_on
from recommendations.engine.training.measuring import Reached


def reached(mean: float, *, viewers: int = 200, spread: float = 0.05, seed: int = 0) -> Reached:
    ndcg = np.clip(mean + spread * np.random.default_rng(seed).standard_normal(viewers), 0, 1)
    return Reached(ndcg=ndcg, recall=ndcg)


OTHERS = {HEURISTIC: reached(0.1, seed=1), POPULARITY: reached(0.08, seed=2)}


def test_better_than_both_is_ready_and_says_by_how_much():
    verdict = verdict_on({OURS: reached(0.15), **OTHERS}, seed=0)
    assert (verdict.is_ready, verdict.reason) == (True, "")
    assert 0.03 < verdict.measures["gain_over_heuristic_low"] < verdict.measures["gain_over_heuristic_high"] < 0.07
    assert verdict.measures["viewers"] == 200


def test_not_surely_better_than_what_needs_no_model_is_refused():
    assert verdict_on({OURS: reached(0.102), **OTHERS}, seed=0).reason == "not_better_than_heuristic"
    popular = OTHERS | {POPULARITY: reached(0.2, seed=3)}
    assert verdict_on({OURS: reached(0.15), **popular}, seed=0).reason == "not_better_than_popularity"


def test_the_present_one_may_be_missed_by_a_little():
    ours = reached(0.15)
    same = {PRESENT: Reached(ours.ndcg * 1.02, ours.recall), **OTHERS}
    assert verdict_on({OURS: ours, **same}, seed=0).is_ready
    better = {PRESENT: Reached(ours.ndcg * 1.2, ours.recall), **OTHERS}
    assert verdict_on({OURS: ours, **better}, seed=0).reason == "worse_than_present"


def test_few_viewers_decide_nothing():
    few = LEAST_VIEWERS - 1
    everything = {name: reached(mean, viewers=few) for name, mean in ((OURS, 0.9), (HEURISTIC, 0.1), (POPULARITY, 0.1))}
    assert verdict_on(everything, seed=0).reason == "too_few_viewers"


def test_rivals_that_reach_nothing_are_beaten_by_anything():
    nothing = Reached(np.zeros(200), np.zeros(200))
    verdict = verdict_on({OURS: reached(0.1), HEURISTIC: nothing, POPULARITY: nothing}, seed=0)
    assert verdict.is_ready
    assert verdict_on({OURS: nothing, HEURISTIC: nothing, POPULARITY: nothing}, seed=0).reason
    assert all(np.isfinite(value) for value in verdict.measures.values())
