"""Emptying the database between tests that commit, although its append-only tables refuse TRUNCATE.

The owner of a table may switch its triggers off; a test's flush does so inside one transaction, nothing else ever does.
"""

from collections.abc import Iterable

from django.db import connections, transaction
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

_GUARDED = """
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND (t.tgtype & 32) <> 0 AND pg_table_is_visible(c.oid)
"""  # bit 32 of tgtype: fires on TRUNCATE


def _execute_sql_flush(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
    using = self.connection.alias
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_GUARDED)
        guarded = [self.quote_name(name) for (name,) in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in sql_list:
            cursor.execute(statement)
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _drop_with_its_sessions(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """A session that a thread left open must not keep the test database."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")


def allow_flush_of_append_only_tables() -> None:
    """Let Django's `flush` pass the triggers, in this test process."""
    DatabaseOperations.execute_sql_flush = _execute_sql_flush
    DatabaseCreation._destroy_test_db = _drop_with_its_sessions
