"""Each baseline against its definition."""

import numpy as np
import pytest
from implicit.nearest_neighbours import BM25Recommender
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines import ease, few_users, matrices, text_neighbours
from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.bm25 import Bm25Neighbours
from recommendations.engine.evaluation.baselines.chance import Chance
from recommendations.engine.evaluation.baselines.popularity import Popularity
from recommendations.engine.evaluation.baselines.text import text_vectors, words_of
from recommendations.engine.evaluation.baselines.text_neighbours import TextNeighbours, nearest
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.interactions import Interactions
from tests.recommendations.engine.evaluation.simulated import simulated

ALL = np.arange(120)


@pytest.mark.parametrize("block", [7, 1024])
@pytest.mark.parametrize("regularization", [1.0, 50.0])
def test_ease_is_the_closed_form(monkeypatch, block, regularization):
    monkeypatch.setattr(matrices, "_BLOCK", block)
    known = simulated()
    likes = known.positives.toarray().astype(np.float64)
    inverse = np.linalg.inv(likes.T @ likes + regularization * np.eye(known.items))
    expected = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0)
    method = ease.Ease(regularization=regularization)
    method.fit(known, seed=0)
    np.testing.assert_allclose(method.weights, expected, atol=2e-5)
    np.testing.assert_allclose(method.scores(ALL), likes @ expected, atol=2e-4)
    assert method.scores(ALL[:3]).dtype == np.float32


def test_ease_minimizes_what_it_says():
    """No weights with an empty diagonal have a smaller regularized squared error: the gradient off it is nought."""
    known = simulated()
    likes = known.positives.toarray().astype(np.float64)
    weights = ease.item_weights(known.positives, 20.0).astype(np.float64)
    gradient = likes.T @ (likes @ weights - likes) + 20.0 * weights
    np.fill_diagonal(gradient, 0)
    assert np.abs(gradient).max() < 1e-3 * np.abs(likes.T @ likes).max()


def test_ease_is_left_out_where_it_does_not_fit(monkeypatch):
    monkeypatch.setattr(ease, "MOST_ITEMS", 59)
    with pytest.raises(LeftOut, match="60 items"):
        ease.Ease(regularization=10).fit(simulated(), seed=0)
    with pytest.raises(LeftOut, match="not positive definite"):
        ease.item_weights(csr_matrix((3, 2), dtype=np.float32), 0.0)


def test_popularity_counts_likes():
    known = simulated()
    method = Popularity()
    method.fit(known, seed=0)
    assert method.scores(ALL[:2]).tolist() == [known.positives.toarray().sum(axis=0).tolist()] * 2


@pytest.mark.filterwarnings("ignore:Method expects CSR input")  # its own call of its own function
def test_bm25_ranks_as_implicit_recommends():
    known = simulated()
    method = Bm25Neighbours(neighbours=10, k1=1.2, b=0.75)
    method.fit(known, seed=0)
    scores = method.scores(ALL)
    theirs = BM25Recommender(K=10, K1=1.2, B=0.75)
    theirs.fit(known.positives, show_progress=False)
    for user in range(20):
        items, reached = theirs.recommend(user, known.positives[user], N=8)
        there = items >= 0
        np.testing.assert_allclose(scores[user, items[there]], reached[there], rtol=1e-5)
        masked = np.where(known.positives[user].toarray()[0] > 0, -np.inf, scores[user])
        assert masked.max() == pytest.approx(reached[0])


def test_als_factors_are_a_fixed_point_and_the_seed_decides():
    known = simulated()
    method, again, other = (Als(factors=8, regularization=1.0, alpha=5.0) for _ in range(3))
    method.fit(known, seed=3)
    again.fit(known, seed=3)
    other.fit(known, seed=4)
    assert np.array_equal(method.scores(ALL), again.scores(ALL))
    assert not np.array_equal(method.scores(ALL), other.scores(ALL))
    # Each item solves (UᵀCU + λI) v = UᵀC p (Hu et al. 2008, equation 5), as near as conjugate gradients came.
    users, likes = method.users.astype(np.float64), known.positives.toarray().astype(np.float64)
    for item in range(10):
        confidence = 1 + 4.0 * likes[:, item]
        left = users.T @ (confidence[:, None] * users) + np.eye(8)
        exact = np.linalg.solve(left, users.T @ (confidence * likes[:, item]))
        np.testing.assert_allclose(method.items[item], exact, atol=0.02)


def test_words():
    assert words_of("Sunset, over_the SEA 2!") == ["sunset", "over", "the", "sea", "2"]
    assert words_of("海上日落 by M") == ["海上", "上日", "日落", "by", "m"]
    assert words_of("海 ") == ["海"]
    assert words_of("") == []


@pytest.mark.parametrize("weighting", ["tf-idf", "bm25"])
def test_text_vectors_by_hand(weighting):
    texts = ("sea sea dawn", "sea", "", "dawn boat")
    counts = np.array([[2, 1, 0], [1, 0, 0], [0, 0, 0], [0, 1, 1]], dtype=float)
    rarity = np.log(5 / (1 + np.array([2, 2, 1]))) + 1
    if weighting == "tf-idf":
        weights = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0)
    else:
        lengths = counts.sum(axis=1, keepdims=True)
        weights = counts * 2.2 / (counts + 1.2 * (0.25 + 0.75 * lengths / lengths.mean()))
    weights *= rarity
    expected = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    np.testing.assert_allclose(text_vectors(texts, weighting=weighting).toarray(), expected, atol=1e-6)


def test_text_neighbours_by_hand():
    likes = csr_matrix(np.array([[1, 1, 0, 0, 0], [0, 0, 1, 0, 0]], dtype=np.float32))
    texts = ("sea dawn", "sea boat", "rose vase", "sea boat", "rose")
    method = TextNeighbours(neighbours=1, weighting="tf-idf")
    method.fit(Interactions(likes, texts=texts), cold=np.array([3, 4]), seed=0)
    vectors = text_vectors(texts, weighting="tf-idf").toarray()
    # The nearest of item 3 is item 1 (the same text), the nearest of item 4 is item 2.
    expected = [[1.0, 0.0], [0.0, float(vectors[2] @ vectors[4])]]
    np.testing.assert_allclose(method.cold_scores(np.array([0, 1])), expected, atol=1e-6)


def test_with_all_neighbours_it_is_the_cosine_with_the_mean_text():
    known, cold = simulated(), np.array([3, 17, 40])
    known = known.without(csr_matrix(np.isin(np.arange(60), cold) * np.ones((120, 1))))
    method = TextNeighbours(neighbours=2000, weighting="bm25")
    method.fit(known, cold=cold, seed=0)
    vectors = text_vectors(known.texts, weighting="bm25")
    profiles = (known.positives @ vectors).toarray()
    np.testing.assert_allclose(method.cold_scores(ALL), profiles @ vectors[cold].toarray().T, atol=1e-4)


def test_the_nearest_are_kept(monkeypatch):
    stream = np.random.default_rng(1)
    these, those = csr_matrix(stream.random((9, 4))), csr_matrix(stream.random((30, 4)))
    exact = (these @ those.T).toarray()
    exact[exact < np.sort(exact, axis=1)[:, [-5]]] = 0
    monkeypatch.setattr(text_neighbours, "_CELLS_AT_ONCE", 60)  # two rows at once
    np.testing.assert_allclose(nearest(these, those, 5).toarray(), exact)


def test_chance_is_a_users_own_whatever_the_batch():
    method = Chance()
    method.fit(simulated(), cold=np.arange(30), seed=2)
    together = method.cold_scores(ALL)
    assert np.array_equal(together[[4, 9]], method.cold_scores(np.array([4, 9])))
    assert len({tuple(row) for row in together.round(6).tolist()}) == len(ALL)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("regularization", [2.0, 300.0])
def test_ease_from_the_users_side_gives_the_same_scores(monkeypatch, dropout, regularization):
    monkeypatch.setattr(few_users, "_ROWS", 7)
    likes = csr_matrix((np.random.default_rng(2).random((40, 200)) < 0.1).astype(np.float32))
    assert few_users.are_few_users(likes)
    assert not few_users.are_few_users(csr_matrix(likes.T))
    expected = likes @ ease.item_weights(likes, regularization, dropout=dropout)
    found = few_users.scores_from_users(likes, regularization, dropout=dropout)
    np.testing.assert_allclose(found, expected, atol=1e-5)
