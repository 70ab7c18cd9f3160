"""Examples: what a viewer had done before, and what she did next, at the moment when she first met a work."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.feed.contract import KINDS, LAST_ACTS, Acts, Candidates, Floats, Integers
from recommendations.engine.training.data import Dataset
from recommendations.engine.training.past import Pairs, Past
from recommendations.engine.training.related import Related

_DAY_S = 86_400
# What came of meeting a work, as the weight of the example: a look alone says little. Hiding makes none.
TARGETS = np.array([0.2, 0.5, 1.0, 1.0, 1.0, 1.5, 0.0], dtype=np.float32)
_DWELT, _VIEWED = KINDS.index("dwelt"), KINDS.index("viewed")
LONG_STAY_S = 20  # a shorter one says no more than the look
# One person's (or one machine's) last acts count, and no more of them.
MOST_OF_A_VIEWER = 300


@dataclass(frozen=True, slots=True)
class Examples:
    """``positions``: places in the history of the first acts with a work; ``weights``: TARGETS of what came of it."""

    positions: Integers
    weights: Floats

    def __len__(self) -> int:
        return len(self.positions)

    def where(self, keep: NDArray[np.bool_]) -> "Examples":
        """Those for which ``keep`` is true."""
        return replace(self, positions=self.positions[keep], weights=self.weights[keep])


class History:
    """All acts, viewer by viewer, each viewer's oldest first."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.past = Past(data)
        order = np.argsort(data.events["viewer"], kind="stable")
        events = data.events[order]
        self.viewer = events["viewer"].astype(np.int64)
        self.work = events["work"].astype(np.int64)
        self.kind = events["kind"].astype(np.int64)
        self.at = events["at"].astype(np.int64)
        self.seconds = events["seconds"].astype(np.int64)
        self.begins = np.searchsorted(self.viewer, np.arange(data.facts.viewers + 1))
        self.published_at = data.works["published_at"].astype(np.int64)
        self.artist = data.works["artist"].astype(np.int64)
        self.medium = data.works["medium"].astype(np.int64)
        self.examples = self._examples()

    def _examples(self) -> Examples:
        if not len(self.viewer):
            return Examples(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        kinds = np.where((self.kind == _DWELT) & (self.seconds < LONG_STAY_S), _VIEWED, self.kind)
        pairs = Pairs(self.viewer, self.work, seconds=len(self.data.works))
        strongest = np.zeros(len(pairs.keys), dtype=np.float32)
        np.maximum.at(strongest, pairs.places, TARGETS[kinds])
        order = np.argsort(pairs.first_rows)
        positions, weights = pairs.first_rows[order], strongest[order]
        has_past = positions > self.begins[self.viewer[positions]]
        was_there = self.published_at[self.work[positions]] <= self.at[positions]
        # Counted from each viewer's end.
        viewers = self.viewer[positions]
        from_end = np.searchsorted(viewers, viewers, side="right") - np.arange(len(viewers))
        keep = has_past & was_there & (weights > 0) & (from_end <= MOST_OF_A_VIEWER)
        return Examples(positions[keep], weights[keep])

    def between(self, begins: int | None, ends: int | None) -> Examples:
        """The examples from ``begins`` on and before ``ends``."""
        at = self.at[self.examples.positions]
        keep = np.ones(len(at), dtype=bool)
        if begins is not None:
            keep &= at >= begins
        if ends is not None:
            keep &= at < ends
        return self.examples.where(keep)

    def moment(self, position: int) -> "Moment":
        """The viewer of the act at ``position`` just before it."""
        viewer = int(self.viewer[position])
        begin = max(int(self.begins[viewer]), position - LAST_ACTS)
        works = self.work[begin:position]
        at = int(self.at[position])
        acts = Acts(
            kinds=self.kind[begin:position],
            age_days=((at - self.at[begin:position]) / _DAY_S).astype(np.float32),
            content=self.content(works),
            artists=self.artist[works],
            media=self.medium[works],
        )
        return Moment(viewer=viewer, at=at, works=works, acts=acts)

    def content(self, works: Integers) -> Floats:
        """(works, width) float32."""
        found: Floats = self.data.content[works].astype(np.float32)
        return found

    def candidates(self, moment: "Moment", works: Integers, related: Related) -> Candidates:
        """What is known at the moment of ``works``, which are ascending."""
        at, past = moment.at, self.past
        artists, strengths = self.artist[works], moment.acts.weights
        return Candidates(
            content=self.content(works),
            artists=artists,
            media=self.medium[works],
            age_days=((at - self.published_at[works]) / _DAY_S).astype(np.float32),
            popularity=past.popularity.at(works, at),
            viewers=past.viewers.before(works, at).astype(np.float32),
            likes=past.likes.before(works, at).astype(np.float32),
            buyers=past.buyers.before(works, at).astype(np.float32),
            related=related.taste.towards(works, works=moment.works, strengths=strengths),
            bought_with=related.bought.towards(works, works=moment.works, strengths=strengths),
            is_followed=past.is_followed(moment.viewer, artists, at),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """A viewer at a moment (seconds): her last acts, and of which ``works`` they were."""

    viewer: int
    at: int
    works: Integers
    acts: Acts


def in_batches(examples: Examples, *, size: int, seed: int, rank: int = 0, ranks: int = 1) -> "Batches":
    """Batches of ``size`` over all ranks together."""
    return Batches(examples, max(1, size // ranks), seed, rank, ranks)


@dataclass
class Batches:
    """The batch of any step: every example once in a round, in an order of the round's own; each rank has its part."""

    examples: Examples
    size: int
    seed: int
    rank: int
    ranks: int
    _round: int = -1
    _order: Integers | None = None

    def of_step(self, step: int) -> Examples:
        """This rank's part of the batch of ``step``."""
        whole = self.size * self.ranks
        per_round = max(1, len(self.examples) // whole)
        number, place = divmod(step, per_round)
        if number != self._round or self._order is None:
            self._round = number
            self._order = np.random.default_rng([self.seed, number]).permutation(len(self.examples))
        begin = place * whole + self.rank * self.size
        chosen = self._order[np.arange(begin, begin + self.size) % len(self._order)]
        return Examples(self.examples.positions[chosen], self.examples.weights[chosen])


def steps_of(count: int, *, size: int, rounds: float, least: int, most: int) -> int:
    """How many steps go over ``count`` examples ``rounds`` times, within bounds."""
    return int(min(most, max(least, rounds * count / size)))


def chunks(works: Integers, size: int) -> Iterator[Integers]:
    """``works`` in parts."""
    for start in range(0, len(works), size):
        yield works[start : start + size]
