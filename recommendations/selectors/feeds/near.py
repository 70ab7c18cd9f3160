"""Works near to several vectors at once, whoever may see them: by the HNSW indexes, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from pgvector import Vector

from recommendations.engine.feed.contract import Floats
from recommendations.precision import type_of

# The index looks at so many neighbours at least; it finds no more than these without going on.
EF_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Search:
    """Look around ``vector`` (dimensions) in a version of a space for ``limit`` works.

    ``effort``: so many neighbours are looked at, ``limit`` at least; half of them take about half the time.
    """

    space: str
    version: str
    vector: Floats
    limit: int
    effort: int = EF_SEARCH

    @property
    def looked_at(self) -> int:
        """pgvector's ef_search for it."""
        return max(self.effort, self.limit)


def candidates_near(searches: Sequence[Search], *, exact: bool = False) -> list[list[UUID]]:
    """For each of ``searches`` its works, the nearest first. One query, however many searches.

    No filter joins in: every search is one walk through an index, or with ``exact`` a look at every work. What may be
    shown is asked afterwards.
    """
    if not searches:
        return []
    part = (
        "(SELECT {number}, work_id FROM recommendations_embedding WHERE space = %s AND version = %s "
        "ORDER BY ((vector::{type}) <=> %s::{type}){added} LIMIT %s)"
    )
    # Added zero: an expression that the index does not know.
    added = " + 0" if exact else ""
    precision = type_of if not exact else "vector({})".format
    found: list[list[UUID]] = [[] for _ in searches]
    by_effort: dict[int, list[int]] = {}
    for number, search in enumerate(searches):
        by_effort.setdefault(search.looked_at, []).append(number)
    statements: list[str] = []
    params: list[str | int] = []
    for effort, numbers in by_effort.items():
        parts: list[str] = []
        params.append(str(effort))
        for number in numbers:
            search = searches[number]
            parts.append(part.format(number=number, type=precision(len(search.vector)), added=added))
            params += [search.space, search.version, Vector(search.vector).to_text(), search.limit]
        statements.append("SELECT set_config('hnsw.ef_search', %s, true); " + " UNION ALL ".join(parts))
    # One message, and so one transaction: each setting holds for the searches after it, and for nothing later.
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), params)
        for _effort in by_effort:
            cursor.nextset()  # past what set_config answers
            for number, work_id in cursor.fetchall():
                found[number].append(work_id)
            cursor.nextset()
    return found


def is_cut(searches: Sequence[Search], found: Sequence[Sequence[UUID]]) -> bool:
    """Whether any of ``searches`` found all that it asked for, so that there may be more."""
    return any(len(works) >= search.limit for search, works in zip(searches, found, strict=True))
