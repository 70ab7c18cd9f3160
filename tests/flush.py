"""Emptying the database between tests that commit, although its append-only tables refuse it.

The owner of a table may switch its triggers off; a test's flush does so inside one transaction, nothing else ever does.

A test leaves a few rows in some tables. Deleting them takes a fraction of the time of truncating all tables, which
makes new files for each of them and each of its indexes: every test that commits pays for it. Content types and
permissions, which no test makes and which tell of the code, stay; else 250 statements would write them again each time.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, transaction
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

STAYING = {"django_content_type", "auth_permission"}

# Foreign keys are checked when all rows are gone; triggers are switched on again after that, which checks that are
# still to come would forbid.
_EMPTY = """
DO $flush$
DECLARE
    named text[] := ARRAY[%s];
    filled text[] := '{}';
    guarded text[];
    name text;
    has_rows boolean;
BEGIN
    FOREACH name IN ARRAY named LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%I)', name) INTO has_rows;
        IF has_rows THEN
            filled := filled || name;
        END IF;
    END LOOP;
    SELECT coalesce(array_agg(DISTINCT c.relname::text), '{}') INTO guarded
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid) AND c.relname = ANY (filled);
    FOREACH name IN ARRAY guarded LOOP
        EXECUTE format('ALTER TABLE %%I DISABLE TRIGGER USER', name);
    END LOOP;
    SET CONSTRAINTS ALL DEFERRED;
    FOREACH name IN ARRAY filled LOOP
        EXECUTE format('DELETE FROM %%I', name);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH name IN ARRAY guarded LOOP
        EXECUTE format('ALTER TABLE %%I ENABLE TRIGGER USER', name);
    END LOOP;
END
$flush$
"""
_sql_of_truncating = DatabaseOperations.sql_flush


def _sql_flush(
    self: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    if reset_sequences or not tables:
        return _sql_of_truncating(self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    return [_EMPTY % ", ".join(f"'{table}'" for table in tables if table not in STAYING)]


def _emit_post_migrate(*args: Any, **named: Any) -> None:
    """What must be in an emptied database is written again (wordings, groups), but not what has stayed in it."""
    every = post_migrate.receivers
    post_migrate.receivers = [one for one in every if one[1]() not in {create_permissions, create_contenttypes}]
    post_migrate.sender_receivers_cache.clear()
    try:
        emit_post_migrate_signal(*args, **named)
    finally:
        post_migrate.receivers = every
        post_migrate.sender_receivers_cache.clear()


def _execute_sql_flush(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
    using = self.connection.alias
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in sql_list:
            cursor.execute(statement)


def _drop_with_its_sessions(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """A session that a thread left open must not keep the test database.

    Not by FORCE, which also wants to end autovacuum's workers itself, and may not: without it they end by themselves.
    """
    with self._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [test_database_name],
        )
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)}")


def allow_flush_of_append_only_tables() -> None:
    """Let Django's `flush` pass the triggers, in this test process."""
    DatabaseOperations.sql_flush = _sql_flush
    flush.emit_post_migrate_signal = _emit_post_migrate
    DatabaseOperations.execute_sql_flush = _execute_sql_flush
    DatabaseCreation._destroy_test_db = _drop_with_its_sessions
