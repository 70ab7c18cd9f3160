"""Works near to several vectors at once, whoever may see them: by the HNSW indexes, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from pgvector import Vector

from recommendations.engine.feed.contract import Floats

# The index looks at so many neighbours at least; it finds no more than these without going on.
EF_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Search:
    """Look around ``vector`` (dimensions) in a version of a space for ``limit`` works."""

    space: str
    version: str
    vector: Floats
    limit: int


def candidates_near(searches: Sequence[Search], *, exact: bool = False) -> list[list[UUID]]:
    """For each of ``searches`` its works, the nearest first. Two statements, however many searches.

    No filter joins in: every search is one walk through an index, or with ``exact`` a look at every work. What may be
    shown is asked afterwards.
    """
    if not searches:
        return []
    part = (
        "(SELECT {number}, work_id FROM recommendations_embedding WHERE space = %s AND version = %s "
        "ORDER BY ((vector::vector({dimensions})) <=> %s::vector){added} LIMIT %s)"
    )
    # Added zero: an expression that the index does not know.
    added = " + 0" if exact else ""
    parts: list[str] = []
    params: list[str | int] = []
    for number, search in enumerate(searches):
        parts.append(part.format(number=number, dimensions=len(search.vector), added=added))
        params += [search.space, search.version, Vector(search.vector).to_text(), search.limit]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        wanted = max(EF_SEARCH, *(search.limit for search in searches))
        cursor.execute("SELECT set_config('hnsw.ef_search', %s, true)", [str(wanted)])
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    found: list[list[UUID]] = [[] for _ in searches]
    for number, work_id in rows:
        found[number].append(work_id)
    return found


def is_cut(searches: Sequence[Search], found: Sequence[Sequence[UUID]]) -> bool:
    """Whether any of ``searches`` found all that it asked for, so that there may be more."""
    return any(len(works) >= search.limit for search, works in zip(searches, found, strict=True))
