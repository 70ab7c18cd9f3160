"""The works nearest to a vector, by the HNSW index of one version of a space."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet
from numpy.typing import NDArray
from pgvector import Vector

from marketplace.catalog.models import Work
from recommendations.among import array_of
from recommendations.encoders import facts_of
from recommendations.models import Embedding
from recommendations.precision import type_of

Vectors = NDArray[np.float32]
# Measured at 100,000 works: recall@20 0.988 at 200, 0.995 at 300, for a quarter more time (docs/performance.md).
EF_SEARCH = 300

_NEAREST = """
SELECT work_id, {distance} FROM recommendations_embedding
WHERE space = %s AND version = %s AND work_id {among} ORDER BY {order} LIMIT %s
"""
_COSINES = """
SELECT {number}, work_id, vector::vector({dimensions}) <=> %s FROM recommendations_embedding
WHERE space = %s AND version = %s AND work_id = ANY(%s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """``similarity``: the cosine, 1 for the same direction."""

    work_id: UUID
    similarity: float


def nearest_works(
    *, space: str, vector: Vectors, works: QuerySet[Work] | Sequence[UUID], limit: int, exact: bool = False
) -> list[Neighbour]:
    """Up to ``limit`` of ``works`` nearest to ``vector`` in the present version of ``space``, nearest first.

    By the index, which goes on until ``limit`` works passed the filter (``hnsw.iterative_scan``); with ``exact`` by
    looking at every work that passes. ``works`` as ids (few): always by looking at each.
    """
    facts = facts_of(space)
    exact = exact or not isinstance(works, QuerySet)
    try:
        among, params = _among(works)
    except EmptyResultSet:
        return []
    precision = f"vector({facts.dimensions})" if exact else type_of(facts.dimensions)
    distance = f"(vector::{precision}) <=> %s::{precision}"
    # Added zero: an expression that the index does not know.
    order = f"({distance}) + 0" if exact else distance
    sought = Vector(vector).to_text()
    nearest = _NEAREST.format(distance=distance, among=among, order=order)
    values = [sought, space, facts.version, *params, sought, limit]
    with connection.cursor() as cursor:
        if exact:
            cursor.execute(nearest, values)
        else:
            # One message, and so one transaction: the settings hold for its second statement.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
                f"set_config('hnsw.ef_search', %s, true); {nearest}",
                [str(EF_SEARCH), *values],
            )
            cursor.nextset()  # past what set_config answers
        return [Neighbour(work_id, 1.0 - float(far)) for work_id, far in cursor.fetchall()]


def _among(works: QuerySet[Work] | Sequence[UUID]) -> tuple[str, tuple[Any, ...]]:
    """The condition on a work's id, and its parameters. Raises EmptyResultSet where the ORM knows that none passes."""
    if not isinstance(works, QuerySet):
        return "= ANY(%s::uuid[])", (array_of(works),)
    sql, params = works.order_by().values("pk").query.sql_with_params()
    return f"IN ({sql})", params


@dataclass(frozen=True, slots=True)
class Compared:
    """``works`` whose cosine with ``vector`` in the present version of ``space`` is asked for."""

    space: str
    vector: Vectors
    works: Sequence[UUID]


def similarities_of(questions: Sequence[Compared]) -> list[dict[UUID, float]]:
    """For each question the cosine by work; works without a vector are left out. One query, however many questions."""
    parts, params = [], []
    for number, asked in enumerate(questions):
        if asked.works:
            facts = facts_of(asked.space)
            # In the precision that vectors are stored with.
            parts.append(_COSINES.format(number=number, dimensions=facts.dimensions))
            params += [Vector(asked.vector).to_text(), asked.space, facts.version, array_of(asked.works)]
    found: list[dict[UUID, float]] = [{} for _ in questions]
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for number, work_id, distance in cursor.fetchall():
            # A vector of zeros has no direction, and so no cosine.
            if isfinite(distance):
                found[number][work_id] = 1.0 - distance
    return found


def similarities_to(*, space: str, vector: Vectors, works: Sequence[UUID]) -> dict[UUID, float]:
    """The cosine of ``works`` with ``vector`` in the present version of ``space``; those without one are left out."""
    (found,) = similarities_of([Compared(space, vector, works)])
    return found


def as_array(value: object) -> Vectors:
    """A stored vector as float32."""
    return np.asarray(value, dtype=np.float32)


def vectors_of(*, works: list[UUID], space: str) -> dict[UUID, Vectors]:
    """The vectors of ``works`` in the present version of ``space``; works without one are left out."""
    version = facts_of(space).version
    rows = Embedding.objects.filter(space=space, version=version, work__in=works).values_list("work_id", F("vector"))
    return {work_id: as_array(vector) for work_id, vector in rows}
