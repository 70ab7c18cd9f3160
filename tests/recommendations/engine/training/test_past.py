"""What was known at a moment, against counting all events before it one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training.data import Dataset
from recommendations.engine.training.past import Past
from tests.recommendations.engine.training.made import BEGIN, DAY_S, HALF_LIFE_DAYS, WEIGHTS, dataset

WORKS = 4
act = st.tuples(
    st.integers(0, 3), st.integers(0, WORKS - 1), st.sampled_from(KINDS), st.integers(0, 300).map(lambda n: n / 10)
)
days = st.integers(-5, 320).map(lambda n: n / 10)


def counted(data: Dataset, kind: str, work: int, moment: int) -> int:
    events = data.events
    chosen = (events["kind"] == KINDS.index(kind)) & (events["work"] == work) & (events["at"] < moment)
    return len(set(events["viewer"][chosen].tolist()))


def popularity(data: Dataset, work: int, moment: int) -> float:
    total = 0.0
    for event in data.events:
        if event["work"] == work and event["at"] < moment:
            passed_days = (moment - int(event["at"])) / DAY_S
            total += WEIGHTS.get(KINDS[event["kind"]], 0.0) * 0.5 ** (passed_days / HALF_LIFE_DAYS)
    return total


@settings(deadline=None, max_examples=60)
@given(st.lists(act, max_size=40), days)
def test_counts_are_those_of_the_events_before(acts, day):
    data = dataset(*acts, works=WORKS)
    past, moment, works = Past(data), BEGIN + int(day * DAY_S), np.arange(WORKS)
    for kind, counts in (("viewed", past.viewers), ("liked", past.likes), ("bought", past.buyers)):
        assert counts.before(works, moment).tolist() == [counted(data, kind, work, moment) for work in works]
    wanted = [popularity(data, work, moment) for work in works]
    np.testing.assert_allclose(past.popularity.at(works, moment), wanted, rtol=1e-4, atol=1e-6)
    for viewer in range(data.facts.viewers):
        hers = data.events[data.events["viewer"] == viewer]
        ever = set(hers["work"].tolist())
        before = set(hers["work"][hers["at"] < moment].tolist())
        assert past.met(viewer, works, moment).tolist() == [work in before for work in works]
        assert past.meets_ever(viewer, works).tolist() == [work in ever for work in works]


def test_every_pair_may_be_asked_at_a_moment_of_its_own():
    data = dataset((0, 1, "viewed", 0), (1, 1, "viewed", 2), (0, 2, "viewed", 1), works=3)
    moments = BEGIN + np.array([[1, 3], [3, 1]]) * DAY_S
    grid = np.array([[1, 1], [2, 2]])
    assert Past(data).viewers.before(grid, moments).tolist() == [[1, 2], [1, 0]]


def test_who_is_followed_changes_with_time():
    follows = ((0, 2, True, -3), (0, 2, False, 2), (0, 2, True, 4), (1, 1, True, 0))
    past = Past(dataset((0, 0, "viewed", 0), works=3, follows=follows))
    artists = np.arange(3)

    def followed(viewer: int, day: float) -> list[bool]:
        return past.is_followed(viewer, artists, BEGIN + int(day * DAY_S)).tolist()

    assert followed(0, 1) == [False, False, True]
    assert followed(0, 3) == [False, False, False]
    assert followed(0, 5) == [False, False, True]
    assert followed(1, 5) == [False, True, False]
