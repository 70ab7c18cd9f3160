"""What a viewer wants of any feed, as plain values, and what that does to candidates. No query is made here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from recommendations.models.steering import DIVERSITY_AT_FIRST, NOVELTY_IN_THE_MIDDLE
from recommendations.viewers import Consent

# How much of the whole range of relevance (1.0) the slider can move a candidate, at each of its ends.
NOVELTY_WEIGHT = 0.8
# What a candidate loses that is the same as a hidden work; one that has a cosine of HIDDEN_FROM with it loses nothing.
HIDDEN_WEIGHT = 1.0
HIDDEN_FROM = 0.5
FRESH_HALF_LIFE_DAYS = 30.0
# With the slider at its end for the new, so many of the places go to new works by artists she does not know.
MOST_EXPLORED = 0.5

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Steering:
    """A viewer's wishes. ``novelty`` and ``diversity`` in percent; ids of what she muted, picked and hid.

    ``recently_hidden`` are the last ones alone, for what is like them; all are left out by
    ``recommendations.selectors.steering.wanted``.
    """

    viewer_key: str = ""
    consent: Consent = Consent.UNASKED
    is_personal: bool = True
    novelty: int = NOVELTY_IN_THE_MIDDLE
    diversity: int = DIVERSITY_AT_FIRST
    taste_since: datetime | None = None
    muted_artists: tuple[UUID, ...] = ()
    muted_media: tuple[str, ...] = ()
    muted_tags: tuple[UUID, ...] = ()
    picked_tags: tuple[UUID, ...] = ()
    recently_hidden: tuple[UUID, ...] = ()

    @property
    def balance(self) -> float:
        """Relevance against difference in ``ranking.diversified`` (the lambda of MMR): 1 is relevance alone."""
        return 1.0 - self.diversity / 100

    @property
    def lean(self) -> float:
        """-1: as familiar as can be, 0: as relevant, 1: as new as can be."""
        return (self.novelty - NOVELTY_IN_THE_MIDDLE) / (100 - NOVELTY_IN_THE_MIDDLE)

    @property
    def leaves_out_something(self) -> bool:
        """Whether anything is hidden or muted."""
        return bool(self.recently_hidden or self.muted_artists or self.muted_media or self.muted_tags)

    def explored(self, limit: int) -> int:
        """How many of ``limit`` places go to what the viewer does not know: none while the slider leans back."""
        return int(limit * MOST_EXPLORED * max(self.lean, 0.0))


UNSTEERED = Steering()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What steering has to know of N candidates, in one order.

    ``relevance`` (N): the higher the better, in any unit. ``familiarity`` (N): the largest cosine with a work of her
    taste. ``age_days`` (N): since they were published. ``is_known_artist`` (N): whether she dealt with the artist.
    ``likeness_to_hidden`` (N): the largest cosine with a work that she hid, -1 where she hid none.
    """

    relevance: Sequence[float]
    familiarity: Sequence[float]
    age_days: Sequence[float]
    is_known_artist: Sequence[bool]
    likeness_to_hidden: Sequence[float]


def steered(candidates: Candidates, steering: Steering) -> list[float]:
    """The relevance of each candidate as the viewer wants it: 0 to 1, moved by her slider and by what she hid.

    ``relevance + lean * NOVELTY_WEIGHT * newness - HIDDEN_WEIGHT * nearness to hidden``, where newness is the mean of
    unfamiliar (by place in the candidates' own range), fresh (halved in FRESH_HALF_LIFE_DAYS) and by an unknown artist.
    With the slider in the middle and nothing hidden the order is the one that was given.
    """
    if not len(candidates.relevance):
        return []
    merit: NDArray[np.floating] = _in_unit_range(candidates.relevance)
    if steering.lean:
        unfamiliar = 1.0 - _in_unit_range(candidates.familiarity)
        fresh = 0.5 ** (np.maximum(np.asarray(candidates.age_days, dtype=np.float32), 0.0) / FRESH_HALF_LIFE_DAYS)
        unknown = 1.0 - np.asarray(candidates.is_known_artist, dtype=np.float32)
        merit = merit + steering.lean * NOVELTY_WEIGHT * (unfamiliar + fresh + unknown) / 3
    near = (np.asarray(candidates.likeness_to_hidden, dtype=np.float32) - HIDDEN_FROM) / (1.0 - HIDDEN_FROM)
    merit = merit - HIDDEN_WEIGHT * np.clip(near, 0.0, 1.0)
    return [float(value) for value in merit]


def _in_unit_range(values: Sequence[float]) -> Numbers:
    numbers = np.asarray(values, dtype=np.float32)
    spread = float(numbers.max() - numbers.min())
    return (numbers - numbers.min()) / spread if spread > 0 else np.ones_like(numbers)
