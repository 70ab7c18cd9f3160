"""Choices are made on the validation part."""

import numpy as np
import pytest

from recommendations.engine.evaluation.measuring import measure
from recommendations.engine.evaluation.splits import cold_validation_part, split_cold, split_warm, validation_part
from recommendations.engine.evaluation.tuned import TunedBaseline, TunedColdBaseline
from recommendations.engine.evaluation.tuning import choose
from tests.recommendations.engine.evaluation.simulated import places, simulated


def test_the_climb_finds_the_top_of_a_hill_and_measures_nothing_twice():
    measured = []

    def height(parameters):
        measured.append((parameters["a"], parameters["b"]))
        return -((parameters["a"] - 7) ** 2) - (parameters["b"] - 2) ** 2

    choice = choose({"a": range(10), "b": (0, 1, 2, 3)}, {"a": 3, "b": 0}, height)
    assert choice.parameters == {"a": 7, "b": 2}
    assert choice.ndcg == 0
    assert choice.tried == len(measured) == len(set(measured)) < 40


def test_a_flat_land_ends_where_it_began():
    assert choose({"a": (1, 2, 3)}, {"a": 2}, lambda parameters: 0.5).parameters == {"a": 2}
    assert choose({}, {}, lambda parameters: 0.5).tried == 1


class Noted:
    """Scores by chance, with a strength; notes what it was given."""

    name = "noted"

    def __init__(self, given, *, strength):
        self.given, self.strength = given, strength

    def fit(self, known, *, seed):
        self.known = known
        self.given.append((self.strength, known))

    def scores(self, users):
        # The stronger, the nearer to the likes of all users: popularity with noise.
        noise = np.random.default_rng(0).random((len(users), self.known.items))
        likes = np.asarray(self.known.positives.sum(axis=0))
        return (self.strength * likes / likes.max() + noise).astype(np.float32)


def test_a_baseline_chooses_on_validation_and_then_learns_from_all_of_the_training_part():
    split = split_warm(simulated(), share=0.2, seed=1)
    given = []
    method = TunedBaseline(
        "noted",
        lambda **parameters: Noted(given, **parameters),
        axes={"strength": (0.0, 1.0, 5.0)},
        start={"strength": 0.0},
    )
    method.fit(split.known, seed=1)
    part = validation_part(split.known, seed=1)
    *tried, (chosen, last) = given
    assert len(tried) == method.choice.tried >= 2
    for _strength, known in tried:
        assert places(known.known()) == places(part.known.known())
    assert places(last.positives) == places(split.known.positives)
    assert chosen == method.choice.parameters["strength"] > 0
    reached = {strength: measure(_fitted(strength, part.known), part).ndcg.mean() for strength in (0.0, chosen)}
    assert method.choice.ndcg == pytest.approx(reached[chosen])
    assert reached[chosen] > reached[0.0]


def _fitted(strength, known):
    candidate = Noted([], strength=strength)
    candidate.fit(known, seed=1)
    return candidate


def test_a_cold_baseline_chooses_on_other_cold_items():
    split = split_cold(simulated(), seed=1)
    given = []

    class Cold:
        name = "cold"

        def fit(self, known, *, cold, seed):
            given.append((known, cold))
            self.count = len(cold)

        def cold_scores(self, users):
            return np.zeros((len(users), self.count), dtype=np.float32)

    method = TunedColdBaseline("cold", Cold)
    method.fit(split.known, cold=split.cold, seed=1)
    (first, hidden), (last, cold) = given
    assert hidden.tolist() == cold_validation_part(split.known, seed=1).cold.tolist()
    assert not set(first.positives.indices.tolist()) & set(hidden.tolist())
    assert cold.tolist() == split.cold.tolist()
    assert places(last.positives) == places(split.known.positives)
