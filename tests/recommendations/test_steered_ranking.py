"""What wishes do to candidates, in plain numbers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.steering import UNSTEERED, Candidates, Steering, steered

HERS = Candidates(
    relevance=[0.9, 0.8, 0.1],
    familiarity=[0.95, 0.9, 0.2],
    age_days=[300, 200, 1],
    is_known_artist=[True, True, False],
    likeness_to_hidden=[-1, -1, -1],
)


def order(candidates: Candidates, steering: Steering) -> list[int]:
    merit = steered(candidates, steering)
    return sorted(range(len(merit)), key=lambda n: -merit[n])


def test_in_the_middle_the_order_is_the_one_that_was_given():
    assert order(HERS, UNSTEERED) == [0, 1, 2]


def test_leaning_to_the_new_lifts_fresh_works_by_unknown_artists_and_to_the_familiar_sinks_them():
    merits = [steered(HERS, Steering(novelty=n))[2] - steered(HERS, Steering(novelty=n))[0] for n in (0, 50, 100)]
    assert merits == sorted(merits)
    close = replace(HERS, relevance=[0.55, 0.5, 0.45])
    assert order(close, Steering(novelty=0))[0] == 0
    mixed = replace(HERS, relevance=[0.6, 0.5, 0.55])
    assert order(mixed, Steering(novelty=100))[0] == 2
    assert order(mixed, Steering(novelty=0))[-1] == 2


def test_what_is_like_a_hidden_work_sinks_and_what_is_not_stays():
    near = replace(HERS, relevance=[0.9, 1.0, 0.8], likeness_to_hidden=[1.0, 0.3, 0.2])
    assert order(near, UNSTEERED) == [1, 2, 0]
    untouched = replace(near, likeness_to_hidden=[0.5, 0.5, 0.5])
    assert steered(untouched, UNSTEERED) == steered(replace(near, likeness_to_hidden=[-1, -1, -1]), UNSTEERED)


@pytest.mark.parametrize(("novelty", "explored"), [(0, 0), (50, 0), (75, 2), (100, 5)])
def test_places_for_the_unknown(novelty, explored):
    assert Steering(novelty=novelty).explored(10) == explored


def test_diversity_is_the_lambda_of_mmr():
    assert [Steering(diversity=d).balance for d in (0, 30, 100)] == [1.0, 0.7, 0.0]


def test_no_candidates_no_merit():
    assert steered(Candidates([], [], [], [], []), Steering(novelty=100)) == []


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-5, 4000), st.booleans()), min_size=1, max_size=9),
    st.integers(0, 100),
    st.floats(-1, 1),
)
@settings(deadline=None)
def test_merit_is_finite_and_never_rises_by_being_near_to_what_is_hidden(rows, novelty, near):
    columns = [list(column) for column in zip(*rows, strict=True)]
    free = Candidates(*columns, likeness_to_hidden=[-1.0] * len(rows))
    caught = replace(free, likeness_to_hidden=[near] * len(rows))
    before, after = steered(free, Steering(novelty=novelty)), steered(caught, Steering(novelty=novelty))
    assert all(-2.0 <= value <= 2.0 for value in after)
    assert all(b >= a for b, a in zip(before, after, strict=True))
