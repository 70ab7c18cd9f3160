"""Each sign that a user and an item go together, against its definition or against a naive one."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.ease import item_weights
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.rankers.signals import signals_for
from recommendations.engine.rankers.signals.autoencoder import Autoencoder
from recommendations.engine.rankers.signals.graph import LowPass, Walks
from recommendations.engine.rankers.signals.linear import LinearOfUsers, dislikes_of
from recommendations.engine.rankers.signals.moments import NearInTime, PopularAtHerTimes
from recommendations.engine.rankers.signals.popularity import LikedAmongRated
from recommendations.engine.rankers.signals.ratings import ExpectedRating
from recommendations.engine.rankers.signals.users import LikeMindedUsers
from tests.recommendations.engine.evaluation.simulated import simulated


def test_weights_with_dropout_and_columns_that_are_only_read_follow_the_definition():
    inputs = csr_matrix((np.random.default_rng(3).random((40, 9)) < 0.4).astype(np.float32))
    gram = (inputs.T @ inputs).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram + np.diag(np.diag(gram) * 0.25 / 0.75) + 3.0 * np.eye(9))
    wanted = -inverse / np.diag(inverse)
    np.fill_diagonal(wanted, 0)
    found = item_weights(inputs, 3.0, targets=5, dropout=0.25)
    assert found.shape == (9, 5)
    np.testing.assert_allclose(found, wanted[:, :5], atol=1e-4)


@pytest.mark.parametrize("rated", [True, False])
def test_all_signals_of_what_is_known_score_every_item(rated):
    known = simulated(rated=rated)
    names = set()
    for make in signals_for(known, seed=1):
        signal = make()
        signal.fit(known, seed=1)
        scores = signal.scores(np.array([3, 0, 119]))
        assert scores.shape == (3, known.items)
        assert np.isfinite(scores).all()
        names.add(signal.name)
    assert ("expected_rating" in names) == rated
    assert {"near_in_time", "words_of_hers", "linear_with_words", "als"} <= names


def test_without_times_and_texts_there_are_fewer_signals():
    known = simulated(rated=False)
    bare = Interactions(known.positives)
    assert len(signals_for(bare, seed=1)) < len(signals_for(known, seed=1))
    same_time = Interactions(known.positives, times=csr_matrix((known.positives > 0).astype(np.float64)))
    assert len(signals_for(same_time, seed=1)) == len(signals_for(bare, seed=1))


def events(*rows: tuple[int, int, float]) -> Interactions:
    users, items, times = zip(*rows, strict=True)
    shape = (max(users) + 1, max(items) + 1)
    return Interactions(
        positives=csr_matrix((np.ones(len(rows), np.float32), (users, items)), shape=shape),
        times=csr_matrix((np.array(times, dtype=np.float64), (users, items)), shape=shape),
    )


def test_what_was_met_near_in_time_scores_by_nearness():
    known = events((0, 0, 100), (0, 1, 110), (0, 2, 5000), (1, 0, 7000), (2, 3, 1), (2, 1, 2))
    signal = NearInTime("near", places=2, fading_s=60)
    signal.fit(known, seed=0)
    scores = signal.scores(np.array([1]))[0]
    # Items 0 and 1 have two events each, so their pair is divided by two; item 2 has one.
    assert scores[1] == pytest.approx(np.exp(-10 / 60) / 2, rel=1e-5)
    assert scores[2] == pytest.approx(np.exp(-4900 / 60) / np.sqrt(2), abs=1e-6)
    assert scores[3] == 0


def test_places_apart_count_where_no_seconds_are_given():
    known = events((0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 9))
    signal = NearInTime("near", places=1, fading=2.0)
    signal.fit(known, seed=0)
    scores = signal.scores(np.array([1]))[0]
    assert scores[1] == pytest.approx(np.exp(-1 / 2) / np.sqrt(2), rel=1e-5)
    assert scores[2] == 0, "two places apart"


def test_popular_when_she_was_here():
    early = [(user, 0, 100.0 + user) for user in range(10)]
    late = [(10 + user, 1, 9000.0 + user) for user in range(10)]
    known = events(*early, *late, (20, 2, 105.5), (21, 2, 9005.5))
    signal = PopularAtHerTimes("then", width=60.0)
    signal.fit(known, seed=0)
    of_early, of_late = signal.scores(np.array([20, 21]))
    assert of_early[0] > of_early[1]
    assert of_late[1] > of_late[0]


def test_ratings_below_the_threshold_are_dislikes():
    known = simulated()
    dislikes = dislikes_of(known).toarray()
    assert known.ratings is not None
    ratings = known.ratings.toarray()
    np.testing.assert_array_equal(dislikes > 0, (ratings > 0) & (ratings < 4))
    signal = LikedAmongRated()
    signal.fit(known, seed=0)
    assert ((signal.of_items > 0) & (signal.of_items < 1)).all()


def test_a_rating_is_expected_as_those_who_rate_alike_have_given_it():
    """Half of the users rate even items 5 and odd ones 1, half the other way round; each has left out a third."""
    agree = (np.arange(300)[:, None] + np.arange(12)[None]) % 2 == 0
    stars = np.where(agree, 5.0, 1.0)
    met = np.random.default_rng(1).random(stars.shape) < 2 / 3
    known = Interactions(
        positives=csr_matrix((met & agree).astype(np.float32)),
        ratings=csr_matrix(np.where(met, stars, 0).astype(np.float32)),
    )
    signal = ExpectedRating()
    signal.fit(known, seed=0)
    scores = signal.scores(np.arange(300))
    assert scores[agree & ~met].mean() > 3.5
    assert scores[~agree & ~met].mean() < 2.5


def test_like_minded_users_against_a_naive_count():
    known = simulated(users=12, items=8)
    signal = LikeMindedUsers()
    signal.fit(known, seed=0)
    likes = known.positives.toarray()
    weighted = likes * np.sqrt(np.log1p(12 / np.maximum(likes.sum(axis=0), 1)))
    length = np.linalg.norm(weighted, axis=1, keepdims=True)
    unit = weighted / np.where(length == 0, 1, length)
    alike = unit @ unit.T
    np.fill_diagonal(alike, 0)
    np.testing.assert_allclose(signal.scores(np.arange(12)), alike @ likes, atol=1e-5)


def test_the_low_pass_is_the_first_singular_vectors():
    known = simulated(users=60, items=30)
    signal = LowPass("low", factors=4)
    signal.fit(known, seed=0)
    likes = known.positives.toarray().astype(np.float64)
    of_users, of_items = (np.sqrt(np.maximum(likes.sum(axis=axis), 1)) for axis in (1, 0))
    vectors = np.linalg.svd(likes / of_users[:, None] / of_items)[2][:4].T
    expected = likes / of_items @ vectors @ vectors.T * of_items
    np.testing.assert_allclose(signal.scores(np.arange(60)), expected, atol=1e-2)


def test_walks_against_a_naive_count():
    known = simulated(users=12, items=8)
    signal = Walks(beta=0.5)
    signal.fit(known, seed=0)
    likes = known.positives.toarray().astype(np.float64)
    to_item = likes / np.maximum(likes.sum(axis=1, keepdims=True), 1)
    to_user = (likes / np.maximum(likes.sum(axis=0), 1)).T
    expected = to_item @ to_user @ to_item / np.sqrt(np.maximum(likes.sum(axis=0), 1))
    np.testing.assert_allclose(signal.scores(np.arange(12)), expected, atol=1e-5)


def test_the_autoencoder_tells_unmet_items_of_a_users_kind_from_others():
    known = simulated(users=120, items=40)
    signal = Autoencoder()
    signal.fit(known, seed=0)
    scores = signal.scores(np.arange(120))
    kinds = np.arange(120)[:, None] % 4 == np.arange(40)[None] % 4
    unmet = known.known().toarray() == 0
    assert scores[kinds & unmet].mean() > scores[~kinds & unmet].mean() + scores[unmet].std()


def test_a_linear_model_of_users_never_reads_her_own_likes():
    known = simulated(users=12, items=20)
    signal = LinearOfUsers(regularization=3.0)
    signal.fit(known, seed=0)
    likes = known.positives.toarray().astype(np.float64)
    inverse = np.linalg.inv(likes @ likes.T + 3.0 * np.eye(12))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    np.testing.assert_allclose(signal.scores(np.arange(12)), weights.T @ likes, atol=1e-4)
