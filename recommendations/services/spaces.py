"""A version of a space is registered once; its HNSW index is made with it."""

from django.db import connection, transaction

from recommendations.engine.errors import EncoderUnusable
from recommendations.engine.space import SpaceFacts
from recommendations.models import Embedding, EmbeddingSpace
from recommendations.services.vector_indexes import index_name, make_index


@transaction.atomic
def register_space(*, space: str, facts: SpaceFacts) -> EmbeddingSpace:
    """Register a version of ``space`` and make its index; a second call, also at the same time, changes nothing.

    A space's first version is the present one at once, any other stands beside it until it is switched to. The index
    holds this version's rows alone, so it is empty at first and quick to make. Raises EncoderUnusable where the version
    is known with other dimensions.
    """
    known = EmbeddingSpace.objects.filter(space=space, version=facts.version).first()
    if known is None:
        with connection.cursor() as cursor:
            # Of the space, not of the version: only one of two first versions can be the present one.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"space:{space}"])
        is_first = not EmbeddingSpace.objects.filter(space=space).exists()
        known, made = EmbeddingSpace.objects.get_or_create(
            space=space,
            version=facts.version,
            defaults={
                "dimensions": facts.dimensions,
                "index_name": index_name(space, facts.version),
                "present_in": space if is_first else None,
            },
        )
        if made:
            _check_foreign_keys_now()
            make_index(known)
    if known.dimensions != facts.dimensions:
        raise EncoderUnusable(
            f"{space} {facts.version} has {known.dimensions} dimensions here, not {facts.dimensions}.",
            way_out="Give the new encoder a version of its own.",
        )
    return known


def _check_foreign_keys_now() -> None:
    """Where the caller's transaction wrote vectors before, their foreign keys are still to be checked, and PostgreSQL
    makes no index on a table with checks pending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND condeferrable",
            [Embedding._meta.db_table],
        )
        deferred = ", ".join(connection.ops.quote_name(name) for (name,) in cursor.fetchall())
        if deferred:
            cursor.execute(f"SET CONSTRAINTS {deferred} IMMEDIATE; SET CONSTRAINTS {deferred} DEFERRED")
