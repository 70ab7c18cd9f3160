"""Candidates and features, the network that weighs them, and the two rankers as a whole."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.chance import Chance
from recommendations.engine.evaluation.baselines.ease import Ease
from recommendations.engine.evaluation.baselines.popularity import Popularity
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.measuring import measure, measure_cold
from recommendations.engine.evaluation.splits import split_cold, split_warm
from recommendations.engine.rankers import cold as cold_module
from recommendations.engine.rankers import committee as committee_module
from recommendations.engine.rankers import learned as learned_module
from recommendations.engine.rankers.cold import LearnedColdRanker
from recommendations.engine.rankers.committee import chosen_shares, convened
from recommendations.engine.rankers.features import candidates_of, features_of
from recommendations.engine.rankers.learned import LearnedRanker
from recommendations.engine.rankers.lists import LEAST_GROUPS, LEAST_USERS, Lists, joined, ndcg_by_list
from recommendations.engine.rankers.listwise import DRAWN, drawn
from tests.recommendations.engine.evaluation.simulated import simulated


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Fewer parts to learn from and fewer epochs than in earnest."""
    monkeypatch.setattr(committee_module, "MOST_EPOCHS", 9)
    monkeypatch.setattr(learned_module, "MOST_FOLDS", 3)
    monkeypatch.setattr(cold_module, "FOLDS", 5)


def test_candidates_are_what_the_signals_put_first_and_never_what_is_hidden():
    scores = np.array([[9, 8, 1, 2, 0]], dtype=np.float32)
    others = np.array([[0, 1, 2, 9, 8]], dtype=np.float32)
    hidden = np.array([[True, False, False, False, False]])
    assert set(candidates_of([scores, others], hidden, count=2)[0]) == {1, 3}
    assert set(candidates_of([scores, others], hidden, count=9)[0]) == set(range(5))


def test_features_are_deviations_and_places_among_the_candidates():
    scores = np.array([[10.0, 0.0, 30.0, 20.0]], dtype=np.float32)
    found = features_of(
        [scores],
        np.array([[0, 2, 3]]),
        possible=np.ones((1, 3), dtype=bool),
        of_users=np.array([[7.0]], dtype=np.float32),
        of_items=np.array([[1.0], [2.0], [3.0], [4.0]], dtype=np.float32),
    )
    assert found.shape == (1, 3, 4)
    deviation = np.std([10, 30, 20])
    np.testing.assert_allclose(found[0, :, 0], [-10 / deviation, 10 / deviation, 0], atol=1e-4)
    np.testing.assert_allclose(found[0, :, 1], [-np.log(3), -np.log(1), -np.log(2)], atol=1e-6)
    np.testing.assert_array_equal(found[0, :, 2:], [[7, 1], [7, 3], [7, 4]])


def test_what_is_not_possible_changes_nothing_for_the_others():
    scores = np.array([[10.0, 99.0, 30.0, 20.0]], dtype=np.float32)
    told = {"of_users": np.zeros((1, 1), np.float32), "of_items": np.zeros((4, 1), np.float32)}
    possible = np.array([[True, False, True, True]])
    found = features_of([scores], np.array([[0, 1, 2, 3]]), possible=possible, **told)
    alone = features_of([scores], np.array([[0, 2, 3]]), possible=np.ones((1, 3), dtype=bool), **told)
    np.testing.assert_allclose(found[:, possible[0]], alone, atol=1e-6)


def lists_with_a_rule(count: int = 200) -> Lists:
    """Liked is what has the largest product of two features, which no weighing of each by itself finds."""
    stream = np.random.default_rng(5)
    features = stream.normal(size=(count, 30, 3)).astype(np.float16)
    product = features[..., 0] * features[..., 1]
    liked = product >= np.sort(product, axis=1)[:, -3:-2]
    return Lists(features, liked, np.ones(liked.shape, dtype=bool), users=np.arange(count), groups=np.arange(count))


def test_the_committee_learns_what_no_single_feature_tells():
    lists = lists_with_a_rule(600)
    committee = convened(lists, signals=1, seed=1)
    best_alone = max(
        np.take_along_axis(lists.liked, np.argsort(-lists.features[..., each], axis=1)[:, :3], axis=1).mean()
        for each in range(3)
    )
    found = committee.scores(lists.features.astype(np.float32), lists.possible)
    top = np.argsort(-found, axis=1)[:, :3]
    assert np.take_along_axis(lists.liked, top, axis=1).mean() > 2 * best_alone
    assert ndcg_by_list(found, lists.liked).mean() > 0.7
    assert committee.shares[0] > 0.8, "of the three, only networks with hidden layers can know"


def test_the_same_seed_learns_the_same_and_what_is_not_possible_stands_last():
    lists = lists_with_a_rule(60)
    possible = lists.possible.copy()
    possible[:, 7] = False
    features = lists.features.astype(np.float32)
    first, again = (convened(lists, signals=1, seed=4).scores(features, possible) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first.argmin(axis=1) == 7).all()


def test_shares_go_to_the_one_who_knows():
    lists = lists_with_a_rule(60)
    stream = np.random.default_rng(2)
    knows = lists.liked.astype(np.float32)
    guesses = [stream.normal(size=knows.shape).astype(np.float32) for _ in range(2)]
    shares = chosen_shares([guesses[0], knows, guesses[1]], lists, seed=1)
    assert shares.sum() == pytest.approx(1)
    assert shares.argmax() == 1


def test_what_is_learnt_by_heart_within_a_group_gains_no_share():
    """The last feature names the item: within a group it tells what is liked, and nothing in another group."""
    stream = np.random.default_rng(3)
    groups = np.repeat(np.arange(6), 100)
    names, liked_of_group = stream.random((6, 12)), stream.random((6, 12)) < 0.3
    liked = liked_of_group[groups]
    knows = liked + stream.normal(scale=2.5, size=liked.shape)
    features = np.stack([knows, np.zeros_like(knows), names[groups]], axis=-1).astype(np.float16)
    lists = Lists(features, liked, np.ones(liked.shape, dtype=bool), users=np.arange(600), groups=groups)
    lists = lists.part(liked.any(axis=1))
    apart = convened(lists, signals=1, seed=1)
    by_heart = convened(replace(lists, groups=lists.users), signals=1, seed=1)
    assert apart.shares[0] < 0.2 < 0.8 < by_heart.shares[0]


def test_all_that_was_liked_is_drawn_and_others_by_a_known_chance():
    liked = np.zeros((2, 300), dtype=bool)
    liked[0, :5] = liked[1, 10:50] = True
    picked, chance = drawn(liked, np.ones((2, 300), dtype=bool), np.random.default_rng(1))
    assert picked.shape == (2, 40 + DRAWN)
    for row in range(2):
        assert len(set(picked[row])) == picked.shape[1]
        assert set(np.flatnonzero(liked[row])) <= set(picked[row])
        # One over the chance of each: together as many as the list has.
        assert (1 / chance[row]).sum() == pytest.approx(300, rel=1e-4)


def test_what_is_not_possible_is_drawn_only_where_nothing_else_is_left():
    liked = np.zeros((2, 100), dtype=bool)
    liked[:, 0] = True
    possible = np.arange(100)[None] < np.array([[100], [50]])
    picked, chance = drawn(liked, possible, np.random.default_rng(1))
    assert picked.shape == (2, 1 + DRAWN)
    assert set(range(50)) <= set(picked[1]), "all that were possible"
    assert chance[1].max() == 1
    assert chance[0, picked[0] != 0] == pytest.approx(DRAWN / 99)


def test_too_few_users_are_left_out_however_often_they_are_looked_at():
    lists = lists_with_a_rule(LEAST_USERS - 1)
    with pytest.raises(LeftOut):
        joined([lists] * 5)
    assert len(joined([lists_with_a_rule(LEAST_USERS)] * 2).users) == 2 * LEAST_USERS


def test_too_few_groups_are_left_out():
    lists = lists_with_a_rule(60)
    with pytest.raises(LeftOut):
        joined([replace(lists, groups=lists.users % (LEAST_GROUPS - 1))])
    assert len(joined([replace(lists, groups=lists.users % LEAST_GROUPS)]).users) == 60


def test_a_dozen_items_are_left_out():
    split = split_cold(simulated(users=60, items=12), seed=2)
    with pytest.raises(LeftOut):
        LearnedColdRanker().fit(split.known, cold=split.cold, seed=2)


def test_how_popular_and_how_varied_the_items_are_that_someone_likes():
    likes = csr_matrix(np.array([[1, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=np.float32))
    mean, deviation = learned_module.mean_and_deviation(likes, np.array([2.0, 4.0, 7.0]))
    np.testing.assert_allclose(mean, [3, 0, 7])
    np.testing.assert_allclose(deviation, [1, 0, 0], atol=1e-6)


@pytest.mark.parametrize("rated", [True, False])
def test_the_ranker_finds_the_taste_better_than_its_parts(rated):
    split = split_warm(simulated(users=240, items=80, rated=rated), share=0.2, seed=3)
    reached = {}
    for method in (LearnedRanker(), Ease(regularization=100.0), Popularity()):
        method.fit(split.known, seed=3)
        reached[method.name] = measure(method, split).ndcg.mean()
    assert reached["ours"] > 0.97 * reached["ease"] > reached["popularity"]


def test_likes_alone_are_enough():
    split = split_warm(Interactions(simulated(users=240, items=80).positives), share=0.2, seed=3)
    ours, popularity = LearnedRanker(), Popularity()
    for method in (ours, popularity):
        method.fit(split.known, seed=3)
    assert measure(ours, split).ndcg.mean() > measure(popularity, split).ndcg.mean()


def test_what_is_hidden_does_not_change_the_ranker():
    """The test part is not read: another one with the same known part gives the same scores."""
    known = split_warm(simulated(), share=0.2, seed=3).known
    scores = []
    for _ in range(2):
        ranker = LearnedRanker()
        ranker.fit(known, seed=3)
        scores.append(ranker.scores(np.arange(10)))
    np.testing.assert_array_equal(*scores)


def test_a_handful_of_users_is_left_out():
    with pytest.raises(LeftOut):
        LearnedRanker().fit(simulated(users=6, items=10), seed=1)


def test_new_items_are_ranked_by_their_words():
    split = split_cold(simulated(users=240, items=120), seed=2)
    ours, chance = LearnedColdRanker(), Chance()
    for method in (ours, chance):
        method.fit(split.known, cold=split.cold, seed=2)
    assert measure_cold(ours, split).ndcg.mean() > 1.3 * measure_cold(chance, split).ndcg.mean()
