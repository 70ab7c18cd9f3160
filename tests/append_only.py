"""Emptying append-only tables between tests that commit; nothing else may ever do that.

The product's triggers refuse TRUNCATE on ledgers, licences and logs, and pytest-django empties the database
after a test on real transactions by TRUNCATE. As the tables' owner the tests switch those triggers off for
that one statement, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.postgresql.operations import DatabaseOperations

_TRIGGERS_ON_TRUNCATE = """
SELECT quote_ident(tgname), tgrelid::regclass::text FROM pg_trigger
WHERE NOT tgisinternal AND (tgtype & 32) <> 0 AND tgenabled <> 'D'
"""


def _flush(operations: DatabaseOperations, sql_list: list[str]) -> None:
    connection = operations.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_TRIGGERS_ON_TRUNCATE)
        triggers = cursor.fetchall()
        for name, table in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for sql in sql_list:
            cursor.execute(sql)
        for name, table in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


@contextmanager
def flush_that_may_empty_append_only_tables() -> Iterator[None]:
    """Django's flush (only that) passes the triggers on TRUNCATE while this is open."""
    kept = DatabaseOperations.execute_sql_flush
    DatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]
    try:
        yield
    finally:
        DatabaseOperations.execute_sql_flush = kept  # type: ignore[method-assign]
