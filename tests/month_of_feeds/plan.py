"""How large the month is, and how people behave in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`buyers` have accounts and are remembered, `strangers` neither; both come `visits_a_day` times on average.

    `new_artists` is the share of the works that artists bring who come within the month, `new_works` that of works
    which the others bring meanwhile.
    """

    days: int = 30
    buyers: int = 100
    strangers: int = 40
    visits_a_day: float = 0.4
    pages: int = 2
    page: int = 20
    new_artists: float = 0.1
    new_works: float = 0.1
    liked_before: int = 12  # works that a buyer dealt with in the weeks before the month, on three evenings
    bought_of_liked: float = 0.1
    refreshes_a_day: int = 6
