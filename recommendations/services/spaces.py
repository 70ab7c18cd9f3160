"""A version of a space is registered once; its HNSW index is made with it."""

import hashlib

from django.db import connection, transaction

from recommendations.engine.errors import EncoderUnusable
from recommendations.engine.space import SpaceFacts
from recommendations.models import Embedding, EmbeddingSpace

# pgvector's defaults for building: more links or a wider search at building gave no better recall at 50,000 vectors.
M = 16
EF_CONSTRUCTION = 64


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
                "index_name": _index_name(space, facts.version),
                "present_in": space if is_first else None,
            },
        )
        if made:
            _make_index(known)
    if known.dimensions != facts.dimensions:
        raise EncoderUnusable(
            f"{space} {facts.version} has {known.dimensions} dimensions here, not {facts.dimensions}.",
            way_out="Give the new encoder a version of its own.",
        )
    return known


def _index_name(space: str, version: str) -> str:
    return f"hnsw_{space}_{hashlib.sha256(version.encode()).hexdigest()[:12]}"


def _make_index(registered: EmbeddingSpace) -> None:
    table = connection.ops.quote_name(Embedding._meta.db_table)
    with connection.cursor() as cursor:
        # Where the caller's transaction wrote vectors before, their foreign keys are still to be checked, and
        # PostgreSQL makes no index on a table with checks pending.
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND condeferrable",
            [Embedding._meta.db_table],
        )
        deferred = ", ".join(connection.ops.quote_name(name) for (name,) in cursor.fetchall())
        if deferred:
            cursor.execute(f"SET CONSTRAINTS {deferred} IMMEDIATE; SET CONSTRAINTS {deferred} DEFERRED")
        # The index outlives its registration where tables are emptied; its name says space and version.
        # A partial index's condition takes no parameters; psycopg quotes the values into the statement.
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {connection.ops.quote_name(registered.index_name)} ON {table} "
            f"USING hnsw ((vector::vector({int(registered.dimensions)})) vector_cosine_ops) "
            f"WITH (m = {M}, ef_construction = {EF_CONSTRUCTION}) WHERE space = %s AND version = %s",
            [registered.space, registered.version],
        )
