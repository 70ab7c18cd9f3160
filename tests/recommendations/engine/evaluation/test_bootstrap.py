"""Intervals of ratio and difference."""

import numpy as np
import pytest

from recommendations.engine.evaluation.bootstrap import compare


def test_equal_lists_differ_by_nothing():
    values = np.random.default_rng(0).random(300)
    comparison = compare(values, values, seed=1)
    assert (comparison.ratio.low, comparison.ratio.value, comparison.ratio.high) == (1, 1, 1)
    assert (comparison.difference.low, comparison.difference.high) == (0, 0)


def test_it_is_paired():
    """Users differ much and the two lists little: only the same users on both sides show that one is better."""
    theirs = np.random.default_rng(0).random(400)
    comparison = compare(theirs * 1.1, theirs, seed=1)
    assert comparison.ratio.low == pytest.approx(1.1)
    assert comparison.ratio.high == pytest.approx(1.1)
    assert comparison.difference.low > 0


def test_the_interval_is_that_of_the_normal_distribution_for_many_users():
    stream = np.random.default_rng(0)
    ours, theirs = stream.random(2000) + 0.1, stream.random(2000)
    difference = compare(ours, theirs, seed=1).difference
    error = (ours - theirs).std() / np.sqrt(2000)
    assert difference.value == pytest.approx((ours - theirs).mean())
    assert difference.low == pytest.approx(difference.value - 1.96 * error, abs=0.15 * error)
    assert difference.high == pytest.approx(difference.value + 1.96 * error, abs=0.15 * error)


def test_the_seed_decides_and_batches_do_not_change_the_number_of_resamples(monkeypatch):
    from recommendations.engine.evaluation import bootstrap

    stream = np.random.default_rng(0)
    ours, theirs = stream.random(50), stream.random(50)
    assert compare(ours, theirs, seed=1) == compare(ours, theirs, seed=1) != compare(ours, theirs, seed=2)
    drawn = []
    quantile = np.quantile
    monkeypatch.setattr(
        bootstrap.np, "quantile", lambda values, *args, **kw: drawn.append(len(values)) or quantile(values, *args, **kw)
    )
    monkeypatch.setattr(bootstrap, "_DRAWS_AT_ONCE", 50 * 333)
    compare(ours, theirs, seed=1)
    assert drawn == [2000, 2000]


def test_a_ratio_to_nothing_is_infinite():
    comparison = compare(np.ones(5), np.zeros(5), seed=1)
    assert comparison.ratio.value == comparison.ratio.low == float("inf")
    assert comparison.difference.value == 1
