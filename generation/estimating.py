"""How long a job takes, fitted to what others took. Numbers alone: no database, no clock.

A job's seconds are a sum of four parts, none of them negative: one for the job (opening it, bringing it home), one for
each picture's pixels (decoding, encoding), one for each step of a batch's pixels (what a step costs however many
pictures share it) and one for each step of each picture. They are fitted by weighted least squares on relative
deviations, weighed again so that a few odd jobs move them little. Jobs that are recent, of the same kind and of nearly
the same size weigh most, since neither kinds nor sizes scale as the sum says.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# A picture of 256 px has one unit of pixels.
REFERENCE_PIXELS = 256 * 256
# After so many newer jobs a job counts half.
HALF_LIFE_JOBS = 10.0
_OTHER_KIND = 0.15
# How fast the weight falls with each doubling of the pixels.
_SIZE_FALLS = 0.7
# Beyond this deviation, as a share, a job loses weight.
_ODD = 0.15
_ROUNDS = 8
# Pulls towards zero where the jobs cannot tell the parts apart: a picture's pixels first, then what pictures share.
_PULL = np.array([1e-4, 1e-2, 3e-3, 1e-5])

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Work:
    """What one job asks for. ``batches``: how many pictures stand in each batch that holds one of its own."""

    kind: str
    pixels: int
    steps: int
    count: int
    batches: tuple[int, ...]

    @property
    def parts(self) -> tuple[float, float, float, float]:
        """How often it has each of the four parts."""
        units = self.pixels / REFERENCE_PIXELS
        in_batches = sum(self.batches)
        return 1.0, units * self.count, units * self.steps * len(self.batches), units * self.steps * in_batches


@dataclass(frozen=True, slots=True)
class Sample:
    """A job that was made in ``seconds``; ``newer`` jobs were made after it. One that tells less weighs less."""

    work: Work
    seconds: float
    newer: int = 0
    weight: float = 1.0


def in_batches(count: int, at_once: int) -> tuple[int, ...]:
    """``count`` pictures, ``at_once`` in a batch."""
    whole, rest = divmod(count, max(1, at_once))
    return (at_once,) * whole + ((rest,) if rest else ())


def expected(work: Work, samples: Sequence[Sample]) -> float:
    """Seconds for ``work``; ``samples`` holds at least one, all with more than 0 seconds."""
    parts = np.array([sample.work.parts for sample in samples], dtype=float)
    seconds = np.array([sample.seconds for sample in samples], dtype=float)
    weights = np.array([_weight(work, sample) for sample in samples])
    return float(np.dot(_fit(parts, seconds, weights), np.array(work.parts)))


def _weight(work: Work, sample: Sample) -> float:
    doublings = abs(math.log2(sample.work.pixels / work.pixels))
    alike = 1.0 if sample.work.kind == work.kind else _OTHER_KIND
    return float(sample.weight * alike * 0.5 ** (sample.newer / HALF_LIFE_JOBS) * math.exp(-_SIZE_FALLS * doublings))


def _fit(parts: Floats, seconds: Floats, weights: Floats) -> Floats:
    """Seconds of each part, none negative. Deviations are shares of what is expected, not of what happened: the quick
    jobs of a mixed lot would outweigh the slow ones.
    """
    scale = np.maximum(parts.max(axis=0), 1e-12)
    work = parts[:, -1]
    told = work * _weighted_median(seconds / work, weights)
    found = np.zeros(parts.shape[1])
    for number in range(_ROUNDS):
        ratio = seconds / told
        deviation = np.maximum(ratio - 1.0, -np.log(ratio))
        # Odd jobs pull at first, by a bounded force, since the beginning may be wrong; then hardly at all.
        trust = (_ODD / np.maximum(deviation, _ODD)) ** (1 if number < _ROUNDS // 2 else 2)
        found = _not_negative(parts / scale / told[:, None], ratio, weights * trust) / scale
        told = np.maximum(parts @ found, 1e-9)
    return found


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _not_negative(rows: Floats, wanted: Floats, weights: Floats) -> Floats:
    """Least squares of ``rows @ found = wanted``: the most negative part is left out until none is negative."""
    weighted = rows * weights[:, None]
    normal, target = weighted.T @ rows, weighted.T @ wanted
    # In proportion to the rows, so that neither units nor the number of jobs matter.
    normal = normal + np.diag(_PULL * np.trace(normal))
    kept = list(range(rows.shape[1]))
    while True:
        found = np.linalg.solve(normal[np.ix_(kept, kept)], target[kept])
        if found.min() >= 0.0 or len(kept) == 1:
            break
        del kept[int(found.argmin())]
    everything = np.zeros(rows.shape[1])
    everything[kept] = np.maximum(found, 0.0)
    return everything
