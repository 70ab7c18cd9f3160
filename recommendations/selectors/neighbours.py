"""The works nearest to a vector, by the HNSW index of one version of a space."""

from dataclasses import dataclass
from math import isfinite
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from numpy.typing import NDArray
from pgvector.django import CosineDistance, VectorField

from marketplace.catalog.models import Work
from recommendations.encoders import facts_of
from recommendations.models import Embedding

Vectors = NDArray[np.float32]
EF_SEARCH = 100
# Measured at 50,000 vectors: a filter that keeps less than this share of works is faster answered by looking at all
# that it keeps than by walking the index.
EXACT_BELOW_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Neighbour:
    """``similarity``: the cosine, 1 for the same direction. ``vector`` is the work's own."""

    work_id: UUID
    similarity: float
    vector: Vectors


def nearest_works(
    *, space: str, vector: Vectors, works: QuerySet[Work], limit: int, exact: bool = False
) -> list[Neighbour]:
    """Up to ``limit`` of ``works`` nearest to ``vector`` in the present version of ``space``, nearest first.

    By the index, which goes on until ``limit`` works passed the filter (``hnsw.iterative_scan``); with ``exact`` by
    looking at every work that passes.
    """
    facts = facts_of(space)
    of_space: Combinable = Cast("vector", VectorField(dimensions=facts.dimensions))
    distance: Combinable = CosineDistance(of_space, vector)
    if exact:
        # Added zero: an expression that the index does not know.
        distance = distance + Value(0.0, output_field=FloatField())
    rows = (
        Embedding.objects.filter(space=space, version=facts.version, work__in=works)
        .annotate(distance=distance)
        .order_by("distance")
        .values_list("work_id", "distance", "vector")[:limit]
    )
    # Only reads: a savepoint inside the caller's transaction would serve nothing.
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
                "set_config('hnsw.ef_search', %s, true)",
                [str(EF_SEARCH)],
            )
        return [Neighbour(work_id, 1.0 - float(far), as_array(found)) for work_id, far, found in rows]


def similarities_to(*, space: str, vector: Vectors, works: list[UUID]) -> dict[UUID, float]:
    """The cosine of ``works`` with ``vector`` in the present version of ``space``; those without one are left out."""
    if not works:
        return {}
    facts = facts_of(space)
    rows = (
        Embedding.objects.filter(space=space, version=facts.version, work__in=works)
        .annotate(distance=CosineDistance(Cast("vector", VectorField(dimensions=facts.dimensions)), vector))
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
