"""The HNSW indexes of versions of spaces, in the precision that the settings name."""

import hashlib

from django.db import connection

from recommendations.models import Embedding, EmbeddingSpace
from recommendations.precision import is_half, operators, type_of

M = 16  # pgvector's default
# Built with more effort than pgvector's 64, for about twice as long, a walk finds as much by looking at two
# thirds of the neighbours (docs/performance.md).
EF_CONSTRUCTION = 200


def index_name(space: str, version: str) -> str:
    """The name of a version's index in the present precision, built with the present effort."""
    name = f"hnsw_{space}_{hashlib.sha256(version.encode()).hexdigest()[:12]}_c{EF_CONSTRUCTION}"
    return f"{name}_half" if is_half() else name


def make_index(registered: EmbeddingSpace, *, beside_traffic: bool = False) -> None:
    """Make the index of a version, unless it is there.

    ``beside_traffic``: without keeping writers out, which takes longer and must not stand in a transaction.
    """
    table = connection.ops.quote_name(Embedding._meta.db_table)
    how = "INDEX CONCURRENTLY" if beside_traffic else "INDEX"
    with connection.cursor() as cursor:
        # The index outlives its registration where tables are emptied; its name says space and version.
        # A partial index's condition takes no parameters; psycopg quotes the values into the statement.
        cursor.execute(
            f"CREATE {how} IF NOT EXISTS {connection.ops.quote_name(index_name(registered.space, registered.version))} "
            f"ON {table} USING hnsw ((vector::{type_of(registered.dimensions)}) {operators()}) "
            f"WITH (m = {M}, ef_construction = {EF_CONSTRUCTION}) WHERE space = %s AND version = %s",
            [registered.space, registered.version],
        )


def renew_indexes(*, build_memory: str = "") -> list[str]:
    """Make the indexes of the present precision and effort, and drop those that they replace; returns the names of
    those made.

    Stopped in the middle it can be run again: what is half made is made anew. ``build_memory``: PostgreSQL's
    maintenance_work_mem for it; an index that does not fit is made many times slower. Not in a transaction.
    """
    made = []
    for registered in EmbeddingSpace.objects.filter(dropped_at=None).order_by("space", "version"):
        name, before = index_name(registered.space, registered.version), registered.index_name
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [connection.ops.quote_name(name)]
            )
            found = cursor.fetchone()
            if found == (True,) and name == before:
                continue
            if found == (False,):
                cursor.execute(f"DROP INDEX CONCURRENTLY {connection.ops.quote_name(name)}")
            if build_memory:
                cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [build_memory])
            make_index(registered, beside_traffic=True)
            if build_memory:
                cursor.execute("RESET maintenance_work_mem")
            EmbeddingSpace.objects.filter(pk=registered.pk).update(index_name=name)
            if before != name:
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(before)}")
        made.append(name)
    return made
