"""New works of little known artists, drawn for one viewer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.encoders import Space, present_spaces
from recommendations.exploration import drawn_rates, weighed_by_fit
from recommendations.models import FirstViews
from recommendations.ranking import mean_direction
from recommendations.selectors.neighbours import Vectors, similarities_to, vectors_of

# Looked at for one feed, the least shown first; of these so many of the best drawn are compared with her taste.
POOL, COMPARED = 1000, 200


@dataclass(frozen=True, slots=True)
class Direction:
    """A viewer's taste as a vector of length 1 in one space."""

    space: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class FirstViewsOfWork:
    """How often a new work was shown, of how often the shop shows it; ``is_open`` while that goes on."""

    shown: int
    promised: int
    is_open: bool


def taste_direction(taste: Mapping[UUID, float]) -> Direction | None:
    """Where a taste (work -> weight) points to, in the first space that knows any of its works; a query for each space.

    None for no taste, and where no space knows it.
    """
    for space in (Space.PICTURE, Space.TEXT):
        if taste and space in present_spaces() and (own := vectors_of(works=list(taste), space=space)):
            vector = mean_direction(np.stack(list(own.values())), [taste[key] for key in own])
            return Direction(space, vector) if vector.any() else None
    return None


def explored_works(
    *,
    works: QuerySet[Work],
    limit: int,
    exclude: Collection[UUID],
    direction: Direction | None,
    rng: np.random.Generator,
) -> list[UUID]:
    """Up to ``limit`` of ``works`` that are still at their first views, each by another artist, the best draw first.

    Drawn by Thompson sampling (``recommendations.exploration``) from the POOL least shown, weighed with how near they
    are to ``direction``. Two queries.
    """
    if limit <= 0:
        return []
    rows = (
        FirstViews.objects.filter(is_open=True, work__in=works)
        .exclude(work__in=list(exclude))
        .order_by("shown", "work")
        .values_list("work_id", "work__artist_id", "shown", "interested")[:POOL]
    )
    found = list(rows)
    if not found:
        return []
    rates = drawn_rates([row[2] for row in found], [row[3] for row in found], rng)
    order = np.argsort(-rates, kind="stable")[:COMPARED]
    merit = rates[order]
    if direction is not None:
        near = similarities_to(
            space=direction.space, vector=direction.vector, works=[found[place][0] for place in order]
        )
        merit = weighed_by_fit(merit, [near.get(found[place][0], np.nan) for place in order])
    chosen: dict[UUID, UUID] = {}
    for place in order[np.argsort(-merit, kind="stable")]:
        work_id, artist_id, _shown, _interested = found[place]
        chosen.setdefault(artist_id, work_id)
        if len(chosen) == limit:
            break
    return list(chosen.values())


def first_views_of(works: Collection[UUID]) -> dict[UUID, FirstViewsOfWork]:
    """How far ``works`` are with their first views; those that are no longer new are left out. One query."""
    promised = settings.CONFIGURATION.exploration_first_views
    rows = FirstViews.objects.filter(work__in=list(works)).values_list("work_id", "shown", "is_open")
    return {key: FirstViewsOfWork(min(shown, promised), promised, is_open) for key, shown, is_open in rows}
