"""Works that were shown little, above all those of new artists, drawn for one viewer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.among import array_of
from recommendations.exploration import FOR_NEW_ARTISTS, drawn_rates, weighed_by_fit
from recommendations.models import FirstViews
from recommendations.ranking import mean_direction
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


def direction_in(space: str, vectors: Mapping[UUID, Vectors], taste: Mapping[UUID, float]) -> Direction | None:
    """Where a taste (work -> weight) points in ``space``, by the ``vectors`` of its works there; None for nowhere."""
    if not vectors:
        return None
    vector = mean_direction(np.stack(list(vectors.values())), [taste[key] for key in vectors])
    return Direction(space, vector) if vector.any() else None


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
    POOL least shown, weighed with how near they are to ``direction``. Two queries.
    """
    if limit <= 0:
        return []
    found = _pool(works, exclude)
    if not found:
        return []
    new = [row for row in found if row.is_by_new_artist]
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
    is_by_new_artist: bool


# A condition in each half, so that either ends at its POOL of the index.
_LEAST_SHOWN = """(
    SELECT f.work_id, w.artist_id, f.shown, f.interested, f.is_by_new_artist
    FROM recommendations_firstviews f JOIN ({works}) w ON w.id = f.work_id
    WHERE f.is_open AND {kind} f.is_by_new_artist AND f.work_id <> ALL(%s::uuid[])
    ORDER BY f.shown, f.work_id LIMIT {pool}
)"""


def _pool(works: QuerySet[Work], exclude: Collection[UUID]) -> list[_Row]:
    """The least shown of new artists, then the least shown of the others, POOL each; one query."""
    try:
        sql, params = works.order_by().values("id", "artist_id").query.sql_with_params()
    except EmptyResultSet:
        return []
    halves = [_LEAST_SHOWN.format(works=sql, kind=kind, pool=POOL) for kind in ("", "NOT")]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(halves), [*params, array_of(exclude)] * 2)
        rows = [_Row(*row) for row in cursor.fetchall()]
    # A union promises no order.
    return sorted(rows, key=lambda row: (not row.is_by_new_artist, row.shown, row.work_id.int))


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
