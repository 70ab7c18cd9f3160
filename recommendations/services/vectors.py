"""Vectors written, in any live version of a space."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from marketplace.catalog.models import Work
from recommendations.encoders import facts_of
from recommendations.models import Embedding, EmbeddingGap, EmbeddingSpace
from recommendations.services.spaces import register_space

Vector = NDArray[np.float32]


def hold(version: EmbeddingSpace) -> bool:
    """Keep a version from being dropped until the present transaction ends; False where it is being dropped.

    Many may hold it at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [drop_key(version)])
    return EmbeddingSpace.objects.filter(pk=version.pk, dropped_at=None).exists()


def drop_key(version: EmbeddingSpace) -> str:
    """What is locked while vectors of a version are written, and while it begins to be dropped."""
    return f"space-kept:{version.pk}"


@transaction.atomic
def store_vector(*, work_id: UUID, space: str, vector: Vector) -> None:
    """Write a work's vector in the present version of ``space``, replacing the one that was there."""
    write_vector(work_id=work_id, version=register_space(space=space, facts=facts_of(space)), vector=vector)


@transaction.atomic
def write_vector(*, work_id: UUID, version: EmbeddingSpace, vector: Vector | None) -> None:
    """Write a work's vector in ``version``, replacing the one that was there; None: that it can have none now."""
    if not hold(version):
        return
    if vector is None:
        EmbeddingGap.objects.update_or_create(work_id=work_id, version=version)
        return
    Embedding.objects.update_or_create(
        work_id=work_id, space=version.space, version=version.version, defaults={"vector": vector}
    )
    EmbeddingGap.objects.filter(work_id=work_id, version=version).delete()


@transaction.atomic
def add_vectors(*, works: list[UUID], version: EmbeddingSpace, vectors: Mapping[UUID, Vector]) -> int:
    """Write the vectors of ``works`` where they have none yet, and gaps for those without; returns how many it wrote.

    A vector that is there stays: it was made by a job that read the work later.
    """
    if not hold(version):
        return 0
    # Locked in one order, so that two jobs with the same works wait for each other; the deleted ones drop out.
    there = list(
        Work.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=works)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    has_one = set(
        Embedding.objects.filter(space=version.space, version=version.version, work__in=there).values_list(
            "work_id", flat=True
        )
    )
    new = [key for key in there if key in vectors and key not in has_one]
    Embedding.objects.bulk_create(
        [Embedding(work_id=key, space=version.space, version=version.version, vector=vectors[key]) for key in new],
        ignore_conflicts=True,
    )
    EmbeddingGap.objects.bulk_create(
        [EmbeddingGap(work_id=key, version=version) for key in there if key not in vectors and key not in has_one],
        ignore_conflicts=True,
    )
    return len(new)
