"""Works that were shown little, above all those of new artists, drawn for one viewer."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.exploration import FOR_NEW_ARTISTS, drawn_rates, weighed_by_fit
from recommendations.models import FirstViews
from recommendations.selectors.neighbours import Vectors, similarities_to

# Looked at for one feed, of new artists and of the others each, the least shown first; of these so many of the best
# drawn are compared with her taste.
POOL, COMPARED = 200, 120


@dataclass(frozen=True, slots=True)
class Direction:
    """A viewer's taste as a vector of length 1 in one space."""

    space: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class FirstViewsOfWork:
    """How often a work was shown, of how often the shop shows it first; ``is_open`` while that goes on."""

    shown: int
    promised: int
    is_open: bool


def explored_works(
    *,
    works: QuerySet[Work],
    limit: int,
    exclude: Collection[UUID],
    direction: Direction | None,
    rng: np.random.Generator,
) -> list[UUID]:
    """Up to ``limit`` of ``works`` that are still at their first views, each by another artist.

    FOR_NEW_ARTISTS of them are by new artists. Drawn by Thompson sampling (``recommendations.exploration``) from the
    POOL least shown, weighed with how near they are to ``direction``. Three queries at most.
    """
    if limit <= 0:
        return []
    new, others = _pools(works, exclude)
    found = new + others
    if not found:
        return []
    rates = drawn_rates([row.shown for row in found], [row.interested for row in found], rng)
    groups = (np.arange(len(new)), np.arange(len(new), len(found)))
    compared = np.concatenate([group[np.argsort(-rates[group], kind="stable")][:COMPARED] for group in groups])
    merit = rates[compared]
    if direction is not None:
        keys = [found[place].work_id for place in compared]
        near = similarities_to(space=direction.space, vector=direction.vector, works=keys)
        merit = weighed_by_fit(merit, [near.get(key, np.nan) for key in keys])
    ranked = compared[np.argsort(-merit, kind="stable")].tolist()
    return _chosen(
        [found[place] for place in ranked if place < len(new)],
        [found[place] for place in ranked if place >= len(new)],
        limit,
        rng,
    )


class _Row(NamedTuple):
    work_id: UUID
    artist_id: UUID
    shown: int
    interested: float


def _pools(works: QuerySet[Work], exclude: Collection[UUID]) -> tuple[list[_Row], list[_Row]]:
    """The least shown works of new artists, and of the others. One query."""
    open_ones = FirstViews.objects.filter(is_open=True, work__in=works).exclude(work__in=list(exclude))
    least_shown = open_ones.order_by("shown", "work").values_list(
        "is_by_new_artist", "work_id", "work__artist_id", "shown", "interested"
    )
    of_new, of_others = (least_shown.filter(is_by_new_artist=is_new)[:POOL] for is_new in (True, False))
    found: dict[bool, list[_Row]] = {True: [], False: []}
    for is_new, work_id, artist_id, shown, interested in of_new.union(of_others, all=True):
        found[is_new].append(_Row(work_id, artist_id, shown, interested))
    for rows in found.values():
        rows.sort(key=lambda row: (row.shown, row.work_id))
    return found[True], found[False]


def _chosen(new: list[_Row], others: list[_Row], limit: int, rng: np.random.Generator) -> list[UUID]:
    """The best of either, drawn place by place; where one is used up, of the other."""
    chosen: dict[UUID, UUID] = {}
    rest = {True: iter(new), False: iter(others)}
    for _place in range(limit):
        first = bool(rng.random() < FOR_NEW_ARTISTS)
        for row in chain(rest[first], rest[not first]):
            if row.artist_id not in chosen:
                chosen[row.artist_id] = row.work_id
                break
    return list(chosen.values())


def first_views_of(works: Collection[UUID]) -> dict[UUID, FirstViewsOfWork]:
    """How far ``works`` are with their first views; those that were never published are left out. One
    query."""
    promised = settings.CONFIGURATION.exploration_first_views
    rows = FirstViews.objects.filter(work__in=list(works)).values_list("work_id", "shown", "is_open")
    return {key: FirstViewsOfWork(min(shown, promised), promised, is_open) for key, shown, is_open in rows}
