"""Metrics by hand, and against the plainest implementation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.engine.evaluation import metrics

INF = float("inf")


def test_by_hand():
    # Three places: hits on 1 and 3 of four relevant; no hit of one; a hit on 2 of the only one.
    hits = np.array([[True, False, True], [False, False, False], [False, True, False]])
    relevant = np.array([4, 1, 1])
    assert metrics.recall(hits, relevant) == pytest.approx([2 / 3, 0, 1])
    assert metrics.recall_of_all(hits, relevant) == pytest.approx([2 / 4, 0, 1])
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert metrics.ndcg(hits, relevant) == pytest.approx([(1 + 1 / 2) / ideal, 0, 1 / math.log2(3)])


def test_top_items_leaves_out_what_is_masked_and_fills_up_with_nothing():
    scores = np.array([[0.1, -INF, 0.3, 0.2], [-INF, -INF, 7.0, -INF]], dtype=np.float32)
    assert metrics.top_items(scores, 2).tolist() == [[2, 3], [2, -1]]
    assert metrics.top_items(scores, 6).tolist() == [[2, 3, 0, -1, -1, -1], [2, -1, -1, -1, -1, -1]]


def test_equal_scores_come_in_the_order_of_columns():
    assert metrics.top_items(np.array([[1, 2, 1, 2, 1]], dtype=np.float32), 5).tolist() == [[1, 3, 0, 2, 4]]


def test_coverage_and_novelty_by_hand():
    tops = np.array([[0, 1], [1, -1]])
    assert metrics.coverage(tops, 5) == pytest.approx(2 / 5)
    # Item 0 is liked by 4 of 8 (1 bit), item 1 by nobody, which counts as one (3 bits).
    assert metrics.novelty(tops, np.array([4, 0, 8, 8, 8]), 8) == pytest.approx((1 + 3 + 3) / 3)
    assert metrics.novelty(np.full((2, 2), -1), np.array([1]), 8) == 0


def _naive(scores, relevant, k):
    """Recall (of all, and of what could be reached) and NDCG of one user, as the definitions say them."""
    order = sorted((place for place, score in enumerate(scores) if score != -INF), key=lambda place: -scores[place])
    hits = [place in relevant for place in order[:k]]
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, start=1) if hit)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))
    return sum(hits) / len(relevant), sum(hits) / min(k, len(relevant)), gain / best


@settings(deadline=None)
@given(st.data())
def test_against_the_naive_implementation(data):
    items, k = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 25))
    order = data.draw(st.permutations(range(items)))
    scores = np.array(order, dtype=np.float32)
    masked = data.draw(st.sets(st.integers(0, items - 1), max_size=items - 1))
    scores[list(masked)] = -INF
    relevant = data.draw(st.sets(st.sampled_from(sorted(set(range(items)) - masked)), min_size=1))
    top = metrics.top_items(scores[None], k)
    hits = np.isin(top, list(relevant))
    count = np.array([len(relevant)])
    measured = [float(of(hits, count)[0]) for of in (metrics.recall_of_all, metrics.recall, metrics.ndcg)]
    assert measured == pytest.approx(_naive(scores.tolist(), relevant, k))
    assert all(0 <= value <= 1 + 1e-9 for value in measured)
