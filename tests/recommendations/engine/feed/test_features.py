"""What the ranker is told."""

import numpy as np
import pytest

from recommendations.engine.feed.features import NAMES, features_of
from tests.recommendations.engine.feed.arrays import PARTS, acts, candidates

NOTHING = np.zeros(PARTS.width, dtype=np.float32)


def column(name, hers, works, taste=NOTHING):
    return features_of(hers, works, taste=taste, parts=PARTS)[:, NAMES.index(name)].tolist()


def test_a_column_for_each_name_and_no_nan_without_any_act():
    found = features_of(acts(), candidates((0, 0), (-1, -1)), taste=NOTHING, parts=PARTS)
    assert found.shape == (2, len(NAMES))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_likeness_by_part_to_the_mean_to_the_nearest_and_to_the_last_act():
    hers = acts(("liked", 0, (0, 0), 1), ("liked", 0, (1, 0), 1), ("viewed", 0, (2, 2), 1))
    works = candidates((0, 1), (3, 0), (2, 2), (-1, -1))
    assert column("picture_nearest", hers, works) == [1, 0, 1, 0]
    assert column("text_nearest", hers, works) == [0, 1, 1, 0]
    assert column("last_act", hers, works) == [0, 0, 2, 0]
    mean = column("picture_mean", hers, works)
    assert mean == pytest.approx([4 / 33**0.5, 0, 1 / 33**0.5, 0])


def test_an_old_act_says_less_and_a_hidden_work_pulls_nowhere():
    hers = acts(("liked", 28, (0, -1), 1), ("liked", 0, (1, -1), 2), ("hidden", 0, (2, -1), 3))
    works = candidates((0, -1), (1, -1), (2, -1), artists=[1, 2, 3])
    assert column("picture_mean", hers, works) == pytest.approx([1 / 17**0.5, 4 / 17**0.5, 0])
    assert column("same_artist", hers, works) == pytest.approx([0.2, 0.8, 0])
    assert column("hidden_nearest", hers, works) == [0, 0, 1]


def test_rates_begin_at_the_prior_and_go_with_what_people_do():
    works = candidates((0, 0), (0, 0), viewers=[0, 980], likes=[0, 500])
    assert column("like_rate", acts(), works) == pytest.approx([0.05, 0.501])


def test_the_sequence_models_taste_is_a_product_with_the_content():
    taste = np.arange(PARTS.width, dtype=np.float32)
    assert column("sequence", acts(), candidates((3, 1), (0, 0)), taste=taste) == [3 + 5, 0 + 4]
