"""The works nearest to a vector, by the HNSW index of one version of a space."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from numpy.typing import NDArray
from pgvector.django import CosineDistance, VectorField

from marketplace.catalog.models import Work
from recommendations.encoders import facts_of
from recommendations.models import Embedding
from recommendations.precision import field_of, value_of

Vectors = NDArray[np.float32]
# Measured at 100,000 works: recall@20 0.988 at 200, 0.995 at 300, for a quarter more time (docs/performance.md).
EF_SEARCH = 300


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
    rows = Embedding.objects.filter(space=space, version=facts.version, work__in=works)
    if exact:
        # Added zero: an expression that the index does not know.
        distance: Combinable = _distance(vector, facts.dimensions) + Value(0.0, output_field=FloatField())
    else:
        distance = CosineDistance(Cast("vector", field_of(facts.dimensions)), value_of(vector))
    found = rows.annotate(distance=distance).order_by("distance").values_list("work_id", "distance")[:limit]
    if exact:
        return [Neighbour(work_id, 1.0 - float(far)) for work_id, far in found]
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    # One message, and so one transaction: the settings hold for its second statement.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
            f"set_config('hnsw.ef_search', %s, true); {sql}",
            [str(EF_SEARCH), *params],
        )
        cursor.nextset()  # past what set_config answers
        return [Neighbour(work_id, 1.0 - float(far)) for work_id, far in cursor.fetchall()]


def _distance(vector: Vectors, dimensions: int) -> CosineDistance:
    """In the precision that vectors are stored with."""
    return CosineDistance(Cast("vector", VectorField(dimensions=dimensions)), vector)


def similarities_to(*, space: str, vector: Vectors, works: list[UUID]) -> dict[UUID, float]:
    """The cosine of ``works`` with ``vector`` in the present version of ``space``; those without one are left out."""
    if not works:
        return {}
    facts = facts_of(space)
    rows = (
        Embedding.objects.filter(space=space, version=facts.version, work__in=works)
        .annotate(distance=_distance(vector, facts.dimensions))
        .values_list("work_id", "distance")
    )
    # A vector of zeros has no direction, and so no cosine.
    return {work_id: 1.0 - float(distance) for work_id, distance in rows if isfinite(distance)}


def as_array(value: object) -> Vectors:
    """A stored vector as float32."""
    return np.asarray(value, dtype=np.float32)


def vectors_of(*, works: list[UUID], space: str) -> dict[UUID, Vectors]:
    """The vectors of ``works`` in the present version of ``space``; works without one are left out."""
    version = facts_of(space).version
    rows = Embedding.objects.filter(space=space, version=version, work__in=works).values_list("work_id", F("vector"))
    return {work_id: as_array(vector) for work_id, vector in rows}
