"""How people answer to a page of works: what they look at, like and hide. And people who only like their own works.

For simulations of feeds: the feed is asked, its works are shown, the answers become its next events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue, Floats
from .tastes import Tastes, Weights


@dataclass(frozen=True)
class Manners:
    """How people answer. Appeal is counted in the units of the noise of a choice, as in `tastes.Weights`."""

    position_bias: float = 0.5  # a work in the n-th place (from 1) is noticed with the chance n ** -position_bias
    tiring: float = 0.15  # each further page of a visit is noticed that much less, as a share of the page before
    reserve: float = 4.0  # appeal of a work that every second one who notices it opens
    boredom: float = 0.7  # appeal that a work loses by each earlier time that it was noticed
    seen_already: float = 4.0  # appeal that a work loses by having been opened
    hidden_at_most: float = 0.05  # the chance that the least appealing work is hidden, if it is noticed


@dataclass(frozen=True)
class Answers:
    """For each place of a page; who opens, likes or hides a work has noticed it, who likes it has opened it."""

    noticed: NDArray[np.bool_]
    opened: NDArray[np.bool_]
    liked: NDArray[np.bool_]
    hidden: NDArray[np.bool_]


@dataclass
class _Memory:
    noticed: Counter[int] = field(default_factory=Counter)
    opened: set[int] = field(default_factory=set)


class Buyers:
    """People with tastes, who remember what they were shown. The same seed and the same pages give the same answers."""

    def __init__(
        self,
        catalogue: Catalogue,
        tastes: Tastes,
        *,
        seed: np.random.SeedSequence,
        weights: Weights | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.tastes = tastes
        self.weights = weights or Weights()
        self.manners = manners or Manners()
        self._random = np.random.default_rng(seed)
        self._memories = [_Memory() for _ in range(len(tastes))]

    def visit(self, person: int, day: float, *, random: np.random.Generator | None = None) -> Visit:
        """The person comes to the shop, in the mood of one of her themes. `random`: the visit's own chances, for two
        shops that are compared under the same ones."""
        chance = random or self._random
        shares = self.tastes.shares(person, day)
        theme = int(chance.choice(len(shares), p=shares))
        appeal = self.tastes.attraction(self.catalogue, person, day, theme, self.weights)
        appeal = appeal + np.float32(self.weights.quality) * self.catalogue.quality
        return Visit(appeal, self._memories[person], self.manners, chance)


class Visit:
    """One person before one page after the other."""

    def __init__(self, appeal: Floats, memory: _Memory, manners: Manners, random: np.random.Generator) -> None:
        self.appeal = appeal
        self._memory = memory
        self._manners = manners
        self._random = random
        self._attention = 1.0

    def answer(self, shown: Sequence[int]) -> Answers:
        """`shown` are numbers of works in the catalogue, the first place first."""
        manners, memory = self._manners, self._memory
        works = np.asarray(shown, dtype=np.int64)
        places = np.arange(1, len(works) + 1)
        draws = self._random.random((4, len(works)))
        noticed = draws[0] < self._attention * places**-manners.position_bias
        self._attention *= 1 - manners.tiring
        appeal = self.appeal[works].astype(np.float64)
        appeal -= manners.boredom * np.array([memory.noticed[work] for work in works.tolist()])
        appeal -= manners.seen_already * np.array([work in memory.opened for work in works.tolist()], dtype=float)
        wanted = _chance(appeal - manners.reserve)
        opened = noticed & (draws[1] < wanted)
        # Who opens a work likes it the likelier, the more it appealed to her.
        liked = opened & (draws[2] < _chance(appeal - manners.reserve - 1))
        hidden = noticed & ~opened & (draws[3] < manners.hidden_at_most * _chance(-appeal))
        memory.noticed.update(works[noticed].tolist())
        memory.opened.update(works[opened].tolist())
        return Answers(noticed, opened, liked, hidden)


@dataclass(frozen=True)
class Promoters:
    """Accounts that push `works`: one that likes her own works, a ring whose members like each other's, or bots."""

    accounts: tuple[int, ...]
    works: frozenset[int]

    def answer(self, shown: Sequence[int]) -> Answers:
        """Of what a feed shows they open and like their works and nothing else, in whatever place."""
        theirs = np.array([work in self.works for work in shown], dtype=bool)
        return Answers(noticed=np.ones_like(theirs), opened=theirs, liked=theirs, hidden=np.zeros_like(theirs))

    def likes(self) -> list[tuple[int, int]]:
        """(account, work) of the likes that they give by opening the works' own pages: every account every work."""
        return [(account, work) for account in self.accounts for work in sorted(self.works)]


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logistic function."""
    return 1 / (1 + np.exp(-odds))
