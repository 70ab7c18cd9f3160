"""The shop's own search over works that are not in the shop.

Temporary tables with the names of the shop's stand before them on this connection's search path, so that the very
code of the shop reads and writes them. All of it is one transaction that is rolled back; once the tables are made it is
read-only, so that the database itself refuses a write to any table that is not temporary.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from marketplace.catalog.models import Tag, TagLabel, Work, WorkTag, WorkText
from recommendations.encoders import Space, encoder_for
from recommendations.models import Embedding, EmbeddingSpace, SearchDocument
from recommendations.services.spaces import register_space

# All that a search without filters reads.
TABLES: tuple[type[models.Model], ...] = (
    Work,
    WorkText,
    Tag,
    TagLabel,
    WorkTag,
    SearchDocument,
    EmbeddingSpace,
    Embedding,
)


@contextmanager
def scratch_tables() -> Iterator[None]:
    """Within it search finds an empty shop, which may be filled; afterwards nothing of it is left."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for model in TABLES:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL)")
            register_space(space=Space.TEXT, facts=encoder_for(Space.TEXT).facts)
            cursor.execute("SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def count_rows_anew() -> None:
    """Tell the planner what the temporary tables hold; nobody else does."""
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"ANALYZE pg_temp.{connection.ops.quote_name(model._meta.db_table)}")
