"""The regression on words, beside a system of equations that is solved for the items at hand."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.baselines.text import text_vectors
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.rankers.word_regression import CONSTANT, WordRegression

TEXTS = ("red sea", "red sun", "blue sea", "sun sea", "", "green field", "field sun red", "blue")


@pytest.mark.parametrize("met", [[0, 1, 2, 4, 5], [1, 3, 4, 5, 6, 7], [2]])
@pytest.mark.parametrize("ridge", [0.5, 8.0])
def test_it_is_the_ridge_regression_on_those_that_are_met(met, ridge):
    words = text_vectors(TEXTS, weighting="tf-idf")
    kernel = (words @ words.T).toarray().astype(np.float64) + CONSTANT
    hidden = np.setdiff1d(np.arange(len(TEXTS)), met)[-2:]
    # Another one is neither met nor asked for; the rest is not there.
    there = np.union1d(np.setdiff1d(np.arange(len(TEXTS)), [*met, *hidden])[:1], [*met, *hidden])
    expected = np.linalg.solve(kernel[np.ix_(met, met)] + ridge * np.eye(len(met)), kernel[np.ix_(met, hidden)])
    found = WordRegression(words, items=there, ridge=ridge).weights(np.array(met), hidden)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_kernel_that_is_not_positive_is_left_out():
    with pytest.raises(LeftOut):
        WordRegression(csr_matrix(np.eye(3, dtype=np.float32)), items=np.arange(3), ridge=-2.0)
