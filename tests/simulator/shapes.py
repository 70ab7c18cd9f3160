"""Shapes of data that others have, beside the year of a shop for art: how many people, works and likes, what is kept.

Sizes are those of well-known public sets; nothing else of those sets is read or imitated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .sessions import Visits
from .showcase import Showing
from .tastes import Weights
from .year import Habits


@dataclass(frozen=True)
class Shape:
    """`sample` of the works (None: all). `rated`, `timed`: whether the file has these columns."""

    people: int
    sample: int | None
    habits: Habits
    rated: bool = True
    timed: bool = True

    def scaled(self, scale: float) -> Shape:
        """The same with that share of the people and of the works, so that a trial takes minutes."""
        works = None if self.sample is None else round(self.sample * scale)
        return replace(self, people=round(self.people * scale), sample=works)


SHAPES = {
    # A shop's year: some evenings for each person, over a catalogue that grows.
    "year": Shape(people=3000, sample=2500, habits=Habits()),
    # Films: few of them, everybody knows the famous ones, most people rate all that they ever rate in one sitting.
    "films": Shape(
        people=950,
        sample=1700,
        habits=Habits(
            visits=Visits(median=65.0, spread=0.95, session=150.0),
            showing=Showing(fame=1.6),
            weights=Weights(theme=3.0, quality=1.2, known=0.4),
        ),
    ),
    # Articles that people keep in a library: many of them, few keepers of each, tags, no stars and no dates.
    "articles": Shape(
        people=5500,
        sample=17_000,
        habits=Habits(visits=Visits(median=27.0, spread=0.75, fewest=10), searches=0.7),
        rated=False,
        timed=False,
    ),
}
