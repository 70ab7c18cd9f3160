"""The works nearest to a vector, by the HNSW index of one version of a space."""

from collections.abc import Mapping, Sequence
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
from recommendations.among import IdArray, array_of
from recommendations.encoders import facts_of
from recommendations.measuring import MEASURED
from recommendations.models import Embedding
from recommendations.precision import type_of

Vectors = NDArray[np.float32]
Cosines = NDArray[np.float64]
# Neighbours looked at. Measured at 100,000 works: recall@20 0.989 at 150, 0.992 at 180, 0.995 at 200
# (docs/performance.md). Walks among colours and shapes are short, and colours that nobody chose lie far from all works.
EF_SEARCH = 180
EF_SEARCH_MEASURED = 300

_NEAREST = """
SELECT work_id, {distance} FROM recommendations_embedding
WHERE space = %s AND version = %s AND work_id IN ({works}) ORDER BY 2 LIMIT %s
"""
_DISTANCES = """
SELECT asked.place, e.space, e.work_id, CASE e.space {cases} END AS far
FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (work_id, place)
JOIN recommendations_embedding e ON e.work_id = asked.work_id WHERE {conditions}
"""
_COSINES = "SELECT place - 1, space, far FROM ({distances}) AS measured"
_NEAREST_OF_FEW = "WITH measured AS MATERIALIZED ({distances}) {nearest}"
_NEAREST_OF_SPACE = "(SELECT space, work_id, far FROM measured WHERE space = %s AND far < 'NaN' ORDER BY far LIMIT %s)"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """``similarity``: the cosine, 1 for the same direction."""

    work_id: UUID
    similarity: float


def nearest_works(
    *, space: str, vector: Vectors, works: QuerySet[Work], limit: int, exact: bool = False
) -> list[Neighbour]:
    """Up to ``limit`` of ``works`` nearest to ``vector`` in the present version of ``space``, nearest first.

    By the index, which goes on until ``limit`` works passed the filter (``hnsw.iterative_scan``); with ``exact`` by
    looking at every work that passes.
    """
    facts = facts_of(space)
    try:
        chosen, params = works.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    precision = f"vector({facts.dimensions})" if exact else type_of(facts.dimensions)
    distance = f"(vector::{precision}) <=> %s::{precision}"
    # Added zero: an expression that the index does not know.
    nearest = _NEAREST.format(distance=f"({distance}) + 0" if exact else distance, works=chosen)
    values = [Vector(vector).to_text(), space, facts.version, *params, limit]
    with connection.cursor() as cursor:
        if exact:
            cursor.execute(nearest, values)
        else:
            # One message, and so one transaction: the settings hold for its second statement. A walk that goes on for
            # want of works comes by nearer ones than before. In strict order it would leave them out: of 80 animations
            # among 100,000 works it found 96 % for the same time, and so 99 %.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), "
                f"set_config('hnsw.ef_search', %s, true); {nearest}",
                [str(EF_SEARCH_MEASURED if space in MEASURED else EF_SEARCH), *values],
            )
            cursor.nextset()  # past what set_config answers
        found = [Neighbour(work_id, 1.0 - float(far)) for work_id, far in cursor.fetchall()]
    return found if exact else sorted(found, key=lambda neighbour: -neighbour.similarity)


def nearest_in_spaces(
    *, vectors: Mapping[str, Vectors], works: QuerySet[Work] | IdArray, limit: int
) -> dict[str, list[Neighbour]]:
    """By space: up to ``limit`` of ``works`` nearest to the space's vector, nearest first.

    ``works`` as ids (few): by looking at each, in one query for all spaces.
    """
    if isinstance(works, QuerySet):
        return {
            space: nearest_works(space=space, vector=vector, works=works, limit=limit)
            for space, vector in vectors.items()
        }
    found: dict[str, list[Neighbour]] = {space: [] for space in vectors}
    if not vectors:
        return found
    distances, params = _distances(vectors, works)
    nearest = " UNION ALL ".join([_NEAREST_OF_SPACE] * len(vectors))
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST_OF_FEW.format(distances=distances, nearest=nearest),
            [*params, *(value for space in vectors for value in (space, limit))],
        )
        for space, work_id, far in cursor.fetchall():
            found[space].append(Neighbour(work_id, 1.0 - far))
    return {space: sorted(near, key=lambda neighbour: -neighbour.similarity) for space, near in found.items()}


def _distances(vectors: Mapping[str, Vectors], works: IdArray) -> tuple[str, list[Any]]:
    """The statement that measures how far ``works`` are from each space's vector, and its parameters."""
    cases, versions, wanted = [], [], []
    for space, vector in vectors.items():
        facts = facts_of(space)
        # In the precision that vectors are stored with.
        cases.append(f"WHEN %s THEN e.vector::vector({facts.dimensions}) <=> %s")
        wanted += [space, Vector(vector).to_text()]
        versions += [space, facts.version]
    conditions = " OR ".join(["(e.space = %s AND e.version = %s)"] * len(vectors))
    return _DISTANCES.format(cases=" ".join(cases), conditions=conditions), [*wanted, works, *versions]


def cosines_with(vectors: Mapping[str, Vectors], works: Sequence[UUID]) -> dict[str, Cosines]:
    """By space (N): the cosine of each of ``works`` with the space's vector, in the present version of the space.

    NaN where a work has no vector there, and with a vector of zeros, which has no direction. One query, however many
    spaces.
    """
    found = {space: np.full(len(works), np.nan) for space in vectors}
    if not vectors or not works:
        return found
    distances, params = _distances(vectors, array_of(works))
    with connection.cursor() as cursor:
        cursor.execute(_COSINES.format(distances=distances), params)
        for place, space, distance in cursor.fetchall():
            found[space][place] = 1.0 - distance
    return found


def similarities_to(*, space: str, vector: Vectors, works: Sequence[UUID]) -> dict[UUID, float]:
    """The cosine of ``works`` with ``vector`` in the present version of ``space``; those without one are left out."""
    cosines = cosines_with({space: vector}, works)[space].tolist()
    return {key: cosine for key, cosine in zip(works, cosines, strict=True) if isfinite(cosine)}


def as_array(value: object) -> Vectors:
    """A stored vector as float32."""
    return np.asarray(value, dtype=np.float32)


def vectors_of(*, works: list[UUID], space: str) -> dict[UUID, Vectors]:
    """The vectors of ``works`` in the present version of ``space``; works without one are left out."""
    version = facts_of(space).version
    rows = Embedding.objects.filter(space=space, version=version, work__in=works).values_list("work_id", F("vector"))
    return {work_id: as_array(vector) for work_id, vector in rows}
