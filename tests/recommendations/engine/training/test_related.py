"""The works that go with a work."""

import numpy as np

from recommendations.engine.training.related import LENGTH, NOTHING, Lists, related_before, write_related
from tests.recommendations.engine.training.made import BEGIN, DAY_S, dataset

TWO_GROUPS = [(viewer, work, "liked", 0) for viewer in range(6) for work in ((0, 1) if viewer < 3 else (2, 3))]


def others(lists: Lists, work: int) -> list[int]:
    return lists.others[work][lists.others[work] != NOTHING].tolist()


def test_works_liked_by_the_same_people_go_together():
    related = related_before(dataset(*TWO_GROUPS), None, seed=0)
    assert [others(related.taste, work) for work in range(5)] == [[1], [0], [3], [2], []]
    assert (related.taste.weights[related.taste.others == NOTHING] == 0).all()


def test_with_too_many_works_factors_tell_it_too():
    acts = [*TWO_GROUPS, (6, 4, "viewed", 0)]
    related = related_before(dataset(*acts), None, seed=0, most_items=3)
    assert [others(related.taste, work)[0] for work in range(4)] == [1, 0, 3, 2]


def test_two_buyers_of_both_are_needed():
    acts = [(0, 0, "bought", 0), (0, 1, "bought", 0), (1, 0, "bought", 1), (1, 2, "bought", 1), (2, 2, "bought", 1)]
    assert others(related_before(dataset(*acts), None, seed=0).bought, 0) == []
    acts += [(3, 0, "bought", 2), (3, 1, "bought", 2)]
    related = related_before(dataset(*acts), None, seed=0)
    assert others(related.bought, 0) == [1]
    # Two buyers of both, of three and two: the cosine of both sets.
    np.testing.assert_allclose(related.bought.weights[0, 0], 2 / np.sqrt(3 * 2))


def test_what_comes_later_is_not_known():
    later = [(viewer, work, "liked", 5) for viewer in range(6) for work in (0, 4)]
    related = related_before(dataset(*TWO_GROUPS, *later), BEGIN + DAY_S, seed=0)
    assert others(related.taste, 0) == [1]


def test_hiding_is_no_liking():
    acts = [(viewer, work, "hidden", 0) for viewer in range(3) for work in (0, 1)]
    assert others(related_before(dataset(*acts), None, seed=0).taste, 0) == []


def test_lists_end_after_the_strongest():
    works = LENGTH + 20
    acts = [(viewer, work, "liked", 0) for viewer in range(4) for work in range(works)]
    related = related_before(dataset(*acts, works=works), None, seed=0)
    assert len(others(related.taste, 0)) == LENGTH
    assert (np.diff(related.taste.weights, axis=1) <= 0).all()


def test_candidates_get_the_sum_of_what_leads_to_them():
    lists = Lists(
        np.array([[1, 2], [2, NOTHING], [0, NOTHING]], np.int32), np.array([[3, 1], [5, 0], [7, 0]], np.float32)
    )
    given = lists.towards(np.array([0, 2]), works=np.array([0, 1, 1]), strengths=np.array([1, 0.5, 1], np.float32))
    assert given.tolist() == [0, 1 + 2.5 + 5]


def test_the_file_names_works_by_their_ids(tmp_path):
    ids = np.arange(5 * 16, dtype=np.uint8).reshape(5, 16)
    related = related_before(dataset(*TWO_GROUPS), None, seed=0)
    write_related(tmp_path / "related.npz", related, ids)
    with np.load(tmp_path / "related.npz") as read:
        assert read["ids"].tolist() == ids.tolist()
        assert read["taste_others"].tolist() == related.taste.others.tolist()
