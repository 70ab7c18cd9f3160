"""What is hidden stays hidden: in likes, ratings and times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.splits import (
    cold_folds,
    cold_validation_part,
    split_cold,
    split_warm,
    validation_part,
)
from tests.recommendations.engine.evaluation.simulated import places, simulated


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.01, 0.99), rated=st.booleans())
def test_a_user_keeps_and_loses_likes_and_nothing_leaks(seed, share, rated):
    everything = simulated(seed=seed % 7, rated=rated)
    split = split_warm(everything, share=share, seed=seed)
    hidden, likes = places(split.held_out), places(everything.positives)
    assert hidden <= likes
    assert places(split.known.positives) == likes - hidden
    assert places(split.known.times) == places(everything.times) - hidden
    assert places(split.known.known()) == places(everything.known()) - hidden
    if rated:
        # What was rated below the threshold stays known, at its rating.
        assert places(split.known.ratings) == places(everything.ratings) - hidden
        assert places(split.known.ratings) - places(split.known.positives) == places(everything.ratings) - likes
        assert (split.known.ratings - everything.ratings).max() == 0
    before, after = np.diff(everything.positives.indptr), np.diff(split.known.positives.indptr)
    assert split.users.tolist() == np.flatnonzero(before >= 5).tolist()
    lost = (before - after)[split.users]
    expected = np.clip(np.floor(share * before[split.users] + 0.5), 1, before[split.users] - 1)
    assert lost.tolist() == expected.tolist()
    assert (before == after)[before < 5].all()
    assert split.known.texts == everything.texts


def test_seeds_decide():
    everything = simulated()
    first, again, other = (split_warm(everything, share=0.2, seed=seed) for seed in (3, 3, 4))
    assert places(first.held_out) == places(again.held_out)
    assert places(first.held_out) != places(other.held_out)


def test_the_validation_part_is_drawn_from_the_training_part_alone():
    split = split_warm(simulated(), share=0.2, seed=3)
    part = validation_part(split.known, seed=3)
    assert part.held_out.nnz
    assert not places(part.held_out) & places(split.held_out)
    assert places(part.held_out) <= places(split.known.positives)
    assert not places(part.known.known()) & places(split.held_out)


def test_another_test_part_leaves_the_choice_of_the_validation_part_alone():
    """The part depends on the training part and the seed, and on nothing that was hidden before."""
    known = split_warm(simulated(), share=0.2, seed=3).known
    rebuilt = Interactions(known.positives.copy(), known.ratings, known.times, known.texts)
    assert places(validation_part(known, seed=3).held_out) == places(validation_part(rebuilt, seed=3).held_out)


@pytest.mark.parametrize("rated", [True, False])
def test_cold_items_are_a_tenth_and_nobody_has_met_them(rated):
    everything = simulated(rated=rated)
    split = split_cold(everything, seed=5)
    assert len(split.cold) == 6
    cold = set(split.cold.tolist())
    for known in (split.known.positives, split.known.times, split.known.known()):
        assert not {item for _user, item in places(known)} & cold
    assert places(split.known.known()) == {place for place in places(everything.known()) if place[1] not in cold}
    assert split.known.texts == everything.texts
    likes = {(user, int(split.cold[column])) for user, column in places(split.held_out)}
    assert likes == {place for place in places(everything.positives) if place[1] in cold}
    kept = {user for user, _item in places(split.known.positives)}
    assert set(split.users.tolist()) == {user for user, _item in likes} & kept


def test_cold_items_of_the_validation_part_are_others():
    split = split_cold(simulated(), seed=5)
    part = cold_validation_part(split.known, seed=5)
    assert len(part.cold)
    assert not set(part.cold.tolist()) & set(split.cold.tolist())
    assert not set(part.known.positives.indices.tolist()) & (set(part.cold.tolist()) | set(split.cold.tolist()))


def test_folds_hide_each_liked_item_once():
    known = split_cold(simulated(), seed=5).known
    parts = list(cold_folds(known, count=4, seed=5))
    hidden = [item for part in parts for item in part.cold.tolist()]
    assert len(parts) == 4
    assert sorted(hidden) == sorted(set(known.positives.indices.tolist()))
    for part in parts:
        assert not set(part.known.positives.indices.tolist()) & set(part.cold.tolist())
        assert part.held_out.nnz == known.positives[:, part.cold].nnz


def test_a_rating_of_nought_and_a_time_of_nought_are_known():
    nothing = csr_matrix((np.zeros(2), [0, 1], [0, 2]), shape=(1, 3))
    like = csr_matrix(np.array([[0, 0, 1]], dtype=np.float32))
    known = Interactions(like, ratings=nothing.astype(np.float32), times=nothing)
    assert places(known.known()) == {(0, 0), (0, 1), (0, 2)}
    left = known.without(csr_matrix(np.array([[1.0, 0, 0]])))
    assert places(left.ratings) == places(left.times) == {(0, 1)}
