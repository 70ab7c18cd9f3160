"""What persons like, how that changes over the year, how strictly they rate. Nothing here knows of pages or files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import ABSENT, STYLE_DIMENSIONS, Catalogue, Floats, Integers

THEMES, FAVOURITES = 5, 3
RAREST_THEME = 8  # works that a subject needs before anybody has a taste for it


@dataclass(frozen=True)
class Weights:
    """What counts in a person's eye, in units of the noise of a choice."""

    theme: float = 5.0
    other_themes: float = 1.5
    artist: float = 1.5
    medium: float = 0.5
    style: float = 2.0
    quality: float = 0.7
    known: float = 0.25


@dataclass
class Tastes:
    """Arrays with a row for each person.

    `themes` (people, THEMES) subjects; a theme's weight rises and falls around its `peak` day with its `breadth` in
    days and never under its `floor`. `artists`, `mediums` (people, FAVOURITES). `style_before`, `style_after` the
    taste of style on the first and the last day. `popular` is the taste for what everybody looks at (negative: for
    the rare), `picky` multiplies all tastes, `strictness` is taken off each rating, in stars.
    """

    days: float
    themes: Integers
    strength: NDArray[np.float64]
    peak: NDArray[np.float64]
    breadth: NDArray[np.float64]
    floor: NDArray[np.float64]
    artists: Integers
    mediums: Integers
    style_before: Floats
    style_after: Floats
    popular: NDArray[np.float64]
    picky: NDArray[np.float64]
    strictness: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.themes)

    def shares(self, person: int, day: float) -> NDArray[np.float64]:
        """(THEMES,) shares of the person's themes on that day; they sum to 1."""
        away = (day - self.peak[person]) / self.breadth[person]
        weights = self.strength[person] * np.maximum(np.exp(-0.5 * away**2), self.floor[person])
        return weights / weights.sum()

    def attraction(self, catalogue: Catalogue, person: int, day: float, theme: int, weights: Weights) -> Floats:
        """(works,) how much each work draws the person who is in the mood of her `theme` (0 .. THEMES - 1).

        Only what sets her apart: quality and popularity are in `common_attraction`.
        """
        shares = self.shares(person, day)
        shares[theme] = 0.0
        drawn = np.float32(weights.theme) * catalogue.match(int(self.themes[person, theme]))
        for leaf, share in zip(self.themes[person], shares, strict=True):
            if share > 0.02:
                drawn = drawn + np.float32(weights.other_themes * share) * catalogue.match(int(leaf))
        elapsed = np.float32(min(max(day / self.days, 0.0), 1.0))
        style = (1 - elapsed) * self.style_before[person] + elapsed * self.style_after[person]
        drawn = drawn + np.float32(weights.style / np.sqrt(STYLE_DIMENSIONS)) * (catalogue.style @ style)
        for favourites, codes, weight in (
            (self.artists[person], catalogue.artist, weights.artist),
            (self.mediums[person], catalogue.medium, weights.medium),
        ):
            for favourite in favourites[favourites != ABSENT]:
                drawn[codes == favourite] += np.float32(weight)
        return drawn * np.float32(self.picky[person])

    def common_attraction(self, catalogue: Catalogue, person: int, known: Floats, weights: Weights) -> Floats:
        """(works,) what draws nearly everybody: quality, and how `known` a work is, which some like and some avoid."""
        return (
            np.float32(weights.quality) * catalogue.quality + np.float32(weights.known * self.popular[person]) * known
        )


def draw_tastes(catalogue: Catalogue, *, count: int, days: float, seed: np.random.SeedSequence) -> Tastes:
    """Subjects are drawn by the root of their frequency times a fashion; favourite artists and mediums from the works
    that carry the person's themes."""
    random = np.random.default_rng(seed)
    sizes = np.array([len(carriers) for carriers in catalogue.carriers])
    rarest = min(RAREST_THEME, int(np.sort(sizes)[-THEMES]))  # a small catalogue has few common subjects
    fashion = np.where(sizes >= rarest, sizes**0.75, 0) * random.lognormal(0, 1.0, len(sizes))
    themes = np.stack(
        [random.choice(len(sizes), THEMES, replace=False, p=fashion / fashion.sum()) for _ in range(count)]
    )
    artists = np.full((count, FAVOURITES), ABSENT, dtype=np.int64)
    mediums = np.full((count, FAVOURITES), ABSENT, dtype=np.int64)
    for person in range(count):
        for place in range(FAVOURITES):
            work = random.choice(catalogue.carriers[themes[person, place]])
            artists[person, place] = catalogue.artist[work]
            if random.random() < 0.6:
                mediums[person, place] = catalogue.medium[work]
    style_before = random.standard_normal((count, STYLE_DIMENSIONS))
    style_after = 0.7 * style_before + np.sqrt(1 - 0.7**2) * random.standard_normal((count, STYLE_DIMENSIONS))
    # The first theme stays; the others come and go.
    breadth = random.uniform(0.1, 0.35, (count, THEMES)) * days
    breadth[:, 0] = 2 * days
    return Tastes(
        days=days,
        themes=themes,
        strength=random.lognormal(0, 0.6, (count, THEMES)),
        peak=random.uniform(0, days, (count, THEMES)),
        breadth=breadth,
        floor=np.full((count, THEMES), 0.03),
        artists=artists,
        mediums=mediums,
        style_before=style_before.astype(np.float32),
        style_after=style_after.astype(np.float32),
        popular=random.standard_normal(count),
        picky=random.lognormal(0, 0.3, count),
        strictness=0.4 * random.standard_normal(count),
    )
