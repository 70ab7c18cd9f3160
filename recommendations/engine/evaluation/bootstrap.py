"""How sure a comparison of two recommenders is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
CONFIDENCE = 0.95
_DRAWS_AT_ONCE = 2**24


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of means over the same users: how many times as high, and how much higher."""

    ratio: Interval
    difference: Interval


def compare(ours: NDArray[np.float64], theirs: NDArray[np.float64], *, seed: int) -> Comparison:
    """Of two metrics of the same users, in the same order: both means are taken over the same resampled users.

    Percentile bootstrap, RESAMPLES resamples. A ratio to nothing is infinite. Efron and Tibshirani, 1993, chapter 13.
    """
    users = len(ours)
    both = np.stack([ours, theirs], axis=1)
    stream = np.random.default_rng([seed, users])
    at_once = max(1, _DRAWS_AT_ONCE // users)
    means = np.concatenate(
        [
            both[stream.integers(users, size=(min(at_once, RESAMPLES - done), users))].mean(axis=1)
            for done in range(0, RESAMPLES, at_once)
        ]
    )
    mean = both.mean(axis=0)
    return Comparison(
        ratio=_interval(_ratio(mean[0], mean[1]), _ratio(means[:, 0], means[:, 1])),
        difference=_interval(mean[0] - mean[1], means[:, 0] - means[:, 1]),
    )


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    nothing = np.asarray(below) == 0
    return np.where(nothing, np.inf, above / np.where(nothing, 1.0, below))


def _interval(value: NDArray[np.float64], resampled: NDArray[np.float64]) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], method="inverted_cdf")
    return Interval(float(value), float(low), float(high))
