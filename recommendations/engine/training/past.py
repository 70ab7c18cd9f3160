"""What was known at any moment of the past: counts of works, who knew what, who followed whom."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.feed.contract import KINDS, Flags, Floats, Integers
from recommendations.engine.training.data import Dataset

_DAY_S = 86_400
_VIEWED, _LIKED, _BOUGHT = (KINDS.index(kind) for kind in ("viewed", "liked", "bought"))
# A pair's number and a moment in one number that can be searched for: moments of 272 years.
_MOMENTS = np.int64(2**33)


class Occurrences:
    """For each of many groups the moments at which something happened, to be counted up to any moment."""

    def __init__(self, groups: NDArray[Any], moments: NDArray[Any], *, since: int) -> None:
        self._since = since
        self.keys = np.sort(groups.astype(np.int64) * _MOMENTS + np.maximum(moments.astype(np.int64) - since, 0))

    def before(self, groups: NDArray[Any], moment: NDArray[Any] | int) -> Integers:
        """How many there were of each of ``groups`` before ``moment`` (of the same shape, or one for all)."""
        first = groups.astype(np.int64) * _MOMENTS
        passed = np.maximum(np.asarray(moment, dtype=np.int64) - self._since, 0)
        return np.searchsorted(self.keys, first + passed) - np.searchsorted(self.keys, first)


class Pairs:
    """Distinct pairs of numbers, each with a place, found by binary search."""

    def __init__(self, first: NDArray[Any], second: NDArray[Any], *, seconds: int) -> None:
        self._seconds = np.int64(max(seconds, 1))
        self.keys, self.first_rows, self.places = np.unique(
            first.astype(np.int64) * self._seconds + second.astype(np.int64), return_index=True, return_inverse=True
        )

    def find(self, first: NDArray[Any] | int, second: NDArray[Any]) -> Integers:
        """The place of each pair, -1 where there is none."""
        wanted = np.asarray(first, dtype=np.int64) * self._seconds + second.astype(np.int64)
        if not len(self.keys):
            return np.full(wanted.shape, -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, -1)


class Popularity:
    """The decayed weight of what was done with works, as ``services.popularity`` counts it, at any moment.

    What lies before its window is not cut off here: after 90 days at a half-life of 10 it is worth a five-hundredth.
    """

    def __init__(self, data: Dataset) -> None:
        weights = np.array([data.facts.popularity_weights.get(kind, 0.0) for kind in KINDS])
        of_event = weights[data.events["kind"]]
        counted = data.events[of_event != 0]
        self._since = int(data.events["at"][0]) if len(data.events) else 0
        self._half_life_s = data.facts.popularity_half_life_days * _DAY_S
        order = np.argsort(counted["work"], kind="stable")  # the events are in the order of time already
        works, self._at = counted["work"][order].astype(np.int64), counted["at"][order].astype(np.int64)
        self._keys = works * _MOMENTS + (self._at - self._since)
        self._reached = self._added_up(works, of_event[of_event != 0][order])

    def _added_up(self, works: Integers, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """After each event what its work has: the n-th events of all works at once, for n = 1, 2, …"""
        reached = weights.copy()
        begins = np.flatnonzero(np.diff(works, prepend=-1))
        lengths = np.diff(begins, append=len(works))
        step = 1
        while len(begins := begins[lengths > step]):
            lengths = lengths[lengths > step]
            here = begins + step
            passed = (self._at[here] - self._at[here - 1]) / self._half_life_s
            reached[here] += reached[here - 1] * np.exp2(-passed)
            step += 1
        return reached

    def at(self, works: NDArray[Any], moment: NDArray[Any] | int) -> Floats:
        """Of each of ``works`` what it had just before ``moment`` (of the same shape, or one for all)."""
        if not len(self._keys):
            return np.zeros(np.broadcast(works, moment).shape, dtype=np.float32)
        first = works.astype(np.int64) * _MOMENTS
        moments = np.asarray(moment, dtype=np.int64)
        last = np.searchsorted(self._keys, first + np.maximum(moments - self._since, 0)) - 1
        has_one = (last >= 0) & (self._keys[last] >= first)
        passed = np.maximum(moments - self._at[last], 0) / self._half_life_s
        return np.where(has_one, self._reached[last] * np.exp2(-passed), 0.0).astype(np.float32)


class Past:
    """Everything that features ask of a moment, from the dataset's events."""

    def __init__(self, data: Dataset) -> None:
        events, works = data.events, len(data.works)
        self.popularity = Popularity(data)
        since = int(events["at"][0]) if len(events) else 0

        def firsts(kind: int) -> Occurrences:
            of_kind = events[events["kind"] == kind]
            once = Pairs(of_kind["viewer"], of_kind["work"], seconds=works).first_rows
            return Occurrences(of_kind["work"][once], of_kind["at"][once], since=since)

        self.viewers, self.likes, self.buyers = firsts(_VIEWED), firsts(_LIKED), firsts(_BOUGHT)
        self._met = Pairs(events["viewer"], events["work"], seconds=works)
        self._met_at = events["at"][self._met.first_rows].astype(np.int64)
        follows = data.follows
        self._follows = Pairs(follows["viewer"], follows["artist"], seconds=data.facts.artists)
        self._began, self._ended = (
            Occurrences(self._follows.places[chosen], follows["at"][chosen], since=since)
            for chosen in (follows["begins"] == 1, follows["begins"] == 0)
        )

    def met(self, viewers: NDArray[Any] | int, works: NDArray[Any], before: NDArray[Any] | int) -> Flags:
        """Whether the viewer had dealt with each of ``works`` before the moment."""
        places = self._met.find(viewers, works)
        known: Flags = (places >= 0) & (self._met_at[places] < before) if len(self._met_at) else places >= 0
        return known

    def meets_ever(self, viewers: NDArray[Any] | int, works: NDArray[Any]) -> Flags:
        """Whether the viewer deals with each of ``works`` at any time."""
        found: Flags = self._met.find(viewers, works) >= 0
        return found

    def is_followed(self, viewer: int, artists: NDArray[Any], at: int) -> Flags:
        """Whether the viewer followed each of ``artists`` at the moment."""
        pairs = self._follows.find(viewer, artists)
        followed: Flags = (pairs >= 0) & (self._began.before(pairs, at) > self._ended.before(pairs, at))
        return followed
