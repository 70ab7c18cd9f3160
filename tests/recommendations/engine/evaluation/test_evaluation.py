"""All methods on one split, and what the harness refuses."""

import numpy as np
import pytest

from recommendations.engine.evaluation import measuring
from recommendations.engine.evaluation.baselines.ease import Ease
from recommendations.engine.evaluation.baselines.popularity import Popularity
from recommendations.engine.evaluation.errors import LeftOut, MethodUnknown, NothingToTest, ScoresUnusable
from recommendations.engine.evaluation.evaluation import evaluate_cold, evaluate_known
from recommendations.engine.evaluation.measuring import measure
from recommendations.engine.evaluation.methods import chosen_methods, cold_methods, methods
from recommendations.engine.evaluation.report import figures_of, table_of
from recommendations.engine.evaluation.splits import split_cold, split_warm
from recommendations.engine.evaluation.tuned import TunedBaseline
from tests.recommendations.engine.evaluation.simulated import simulated


class Ours(Ease):
    """Stands where a ranker of ours will: a known good method that is no baseline here."""

    name = "ours"

    def __init__(self):
        super().__init__(regularization=20)


class Prophet:
    """Knows what was hidden."""

    name = "prophet"

    def __init__(self, split):
        self.held_out = split.held_out

    def fit(self, known, *, seed, cold=None):
        pass

    def scores(self, users):
        return self.held_out[users].toarray()

    cold_scores = scores


@pytest.mark.parametrize("cells", [2**24, 1, 60 * 7])
def test_a_prophet_reaches_one_in_batches_of_any_size(monkeypatch, cells):
    monkeypatch.setattr(measuring, "_CELLS_AT_ONCE", cells)
    split = split_warm(simulated(), share=0.2, seed=1)
    measured = measure(Prophet(split), split)
    assert measured.ndcg.tolist() == pytest.approx([1] * len(split.users))
    assert measured.recall.tolist() == [1] * len(split.users)
    cold = split_cold(simulated(), seed=1)
    assert measuring.measure_cold(Prophet(cold), cold).ndcg.tolist() == pytest.approx([1] * len(cold.users))


def test_what_a_user_knows_is_never_recommended_to_her_also_if_she_disliked_it():
    split = split_warm(simulated(), share=0.2, seed=1)
    known = split.known.known().toarray() > 0

    class Backwards:
        """Scores what is known above all else."""

        name = "backwards"

        def scores(self, users):
            return known[users].astype(np.float32) * 100 + self_scores[users]

    class Level:
        name = "level"

        def scores(self, users):
            return self_scores[users]

    self_scores = np.random.default_rng(0).random(known.shape).astype(np.float32)
    assert measure(Backwards(), split).ndcg.tolist() == measure(Level(), split).ndcg.tolist()
    assert (known.sum(axis=1) > (split.known.positives.toarray() > 0).sum(axis=1)).any()


def test_ours_is_compared_with_each_baseline_and_the_best_is_chosen_on_validation():
    everything = simulated()
    part = evaluate_known(
        everything,
        methods=[TunedBaseline("popularity", Popularity), TunedBaseline("weak", Weak), Ours()],
        holdout=0.2,
        seed=1,
    )
    assert [outcome.name for outcome in part.outcomes] == ["popularity", "weak", "ours"]
    assert set(part.comparisons) == {("ours", "popularity"), ("ours", "weak")}
    assert part.best_baseline == "popularity"
    figures = figures_of(part)
    ratio = figures["ours.ndcg@20"] / figures["popularity.ndcg@20"]
    assert figures["ours.over.popularity.ndcg@20.ratio"] == pytest.approx(ratio)
    assert (
        1
        < figures["ours.over.popularity.ndcg@20.ratio.low"]
        < ratio
        < figures["ours.over.popularity.ndcg@20.ratio.high"]
    )
    assert "ours over popularity (the best on validation): NDCG@20 is" in "\n".join(table_of(part))


class Weak(Popularity):
    """Popularity upside down."""

    name = "weak"

    def scores(self, users):
        return -super().scores(users)


def test_a_method_that_does_not_fit_is_left_out_and_said():
    class TooLarge(Popularity):
        name = "too_large"

        def fit(self, known, *, seed):
            raise LeftOut("Too many items.")

    part = evaluate_known(simulated(), methods=[TooLarge(), Popularity()], holdout=0.2, seed=1)
    assert [outcome.name for outcome in part.outcomes] == ["popularity"]
    assert figures_of(part)["too_large.left_out"] == "Too many items."


@pytest.mark.parametrize(
    ("scores", "message"),
    [(np.full((120, 60), np.nan), "no numbers"), (np.zeros((60, 120)), r"shape \(60, 120\), not \(\d+, 60\)")],
)
def test_unusable_scores_are_refused(scores, message):
    class Broken(Popularity):
        def scores(self, users):
            return scores[users] if len(scores) == 120 else scores

    with pytest.raises(ScoresUnusable, match=message):
        evaluate_known(simulated(), methods=[Broken()], holdout=0.2, seed=1)


def test_nobody_to_test():
    few = simulated(users=3, items=4)
    with pytest.raises(NothingToTest, match="No user likes 5 items or more") as caught:
        evaluate_known(few, methods=[Popularity()], holdout=0.2, seed=1)
    assert caught.value.way_out


def test_methods_by_name():
    known, cold = chosen_methods(["ease", "random"], with_cold=True)
    assert [method.name for method in (*known, *cold)] == ["ease", "random"]
    assert chosen_methods(None, with_cold=False)[1] == []
    with pytest.raises(MethodUnknown, match="no method slim"):
        chosen_methods(["slim"], with_cold=True)
    with pytest.raises(MethodUnknown):
        chosen_methods(["random"], with_cold=False)
    for all_of_a_kind in (methods(), cold_methods()):
        assert len({method.name for method in all_of_a_kind}) == len(all_of_a_kind) >= 2


def test_the_baselines_find_the_taste_and_a_seed_repeats_every_figure():
    everything = simulated()
    first, again = (
        figures_of(evaluate_known(everything, methods=methods(), holdout=0.2, seed=7))
        | figures_of(evaluate_cold(everything, methods=cold_methods(), seed=7), prefix="cold.")
        for _ in range(2)
    )
    assert first == again
    for name in ("bm25_knn", "als", "ease"):
        assert first[f"{name}.ndcg@20"] > first["popularity.ndcg@20"]
    assert first["cold.text_neighbours.ndcg@20"] > 1.3 * first["cold.random.ndcg@20"]
