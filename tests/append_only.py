"""Rows as they would be after time has passed: what append-only tables refuse to everybody but their owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def as_owner_of(table: str) -> Iterator[None]:
    """Within it, the rows of ``table`` can be changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A table with constraints still to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
