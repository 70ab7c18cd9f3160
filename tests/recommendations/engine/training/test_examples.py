"""Examples know what was before them and nothing of what came."""

import numpy as np

from recommendations.engine.feed.contract import KINDS, LAST_ACTS
from recommendations.engine.training.examples import MOST_OF_A_VIEWER, TARGETS, Examples, History, in_batches
from recommendations.engine.training.related import related_before
from tests.recommendations.engine.training.made import BEGIN, DAY_S, dataset


def weight(kind: str) -> float:
    return float(TARGETS[KINDS.index(kind)])


def test_an_example_is_the_first_act_with_a_work_and_what_came_of_it():
    history = History(
        dataset(
            (0, 0, "viewed", 0),
            (0, 1, "viewed", 1),
            (0, 2, "viewed", 2),
            (0, 1, "bought", 5),
            (0, 3, "hidden", 6),
            (1, 4, "liked", 3),
        )
    )
    examples = history.examples
    # The first work of a viewer has nothing before it; what was hidden is no wish.
    assert history.work[examples.positions].tolist() == [1, 2]
    np.testing.assert_allclose(examples.weights, [weight("bought"), weight("viewed")])
    moment = history.moment(int(examples.positions[1]))
    assert moment.works.tolist() == [0, 1]
    assert moment.at == BEGIN + 2 * DAY_S
    np.testing.assert_allclose(moment.acts.age_days, [2, 1])
    assert moment.acts.content.argmax(1).tolist() == [0, 1]


def test_a_short_stay_says_no_more_than_a_look():
    acts = ((0, 0, "viewed", 0), (0, 1, "dwelt", 1), (0, 2, "dwelt", 2))
    history = History(dataset(*acts, seconds={1: 5, 2: 60}))
    np.testing.assert_allclose(history.examples.weights, [weight("viewed"), weight("dwelt")])


def test_works_that_were_not_published_yet_make_no_example():
    data = dataset((0, 0, "viewed", 0), (0, 1, "viewed", 1), (0, 2, "viewed", 2))
    data.works["published_at"][1] = BEGIN + 2 * DAY_S
    history = History(data)
    assert history.work[history.examples.positions].tolist() == [2]


def test_no_viewer_counts_more_than_so_often():
    works = MOST_OF_A_VIEWER + 50
    history = History(dataset(*((0, work, "viewed", work / 10) for work in range(works)), works=works))
    assert len(history.examples) == MOST_OF_A_VIEWER
    assert history.work[history.examples.positions].max() == works - 1
    assert len(history.moment(int(history.examples.positions[-1])).acts) == LAST_ACTS


def test_candidates_are_told_as_they_were_then():
    acts = (
        *((viewer, work, "viewed", day) for viewer in (1, 2, 3) for day, work in enumerate((1, 2))),
        (4, 2, "bought", 9),
        (0, 1, "liked", 4),
        (0, 3, "viewed", 5),
    )
    history = History(dataset(*acts, follows=((0, 2, True, 1), (0, 3, True, 8))))
    position = int(history.examples.positions[history.viewer[history.examples.positions] == 0][0])
    moment = history.moment(position)
    related = related_before(history.data, moment.at, seed=0)
    works = np.array([0, 2, 4])
    told = history.candidates(moment, works, related)
    assert told.viewers.tolist() == [0, 3, 0]
    assert told.buyers.tolist() == [0, 0, 0]
    assert told.is_followed.tolist() == [False, True, False]
    np.testing.assert_allclose(told.age_days, 15)
    assert told.related[1] > 0
    assert told.related[[0, 2]].tolist() == [0, 0]


def test_batches_of_all_processes_together_are_those_of_one():
    examples = Examples(np.arange(100), np.ones(100, dtype=np.float32))
    alone = in_batches(examples, size=10, seed=3)
    pair = [in_batches(examples, size=10, seed=3, rank=rank, ranks=2) for rank in (0, 1)]
    for step in (0, 7, 12, 5):
        both = np.concatenate([batches.of_step(step).positions for batches in pair])
        assert both.tolist() == alone.of_step(step).positions.tolist()
    rounds = [alone.of_step(step).positions for step in range(10)]
    assert sorted(np.concatenate(rounds).tolist()) == list(range(100))
