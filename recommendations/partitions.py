"""The months of the events' table: each is a partition, made ahead; the default one keeps what has no month yet."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

TABLE = "recommendations_event"
DEFAULT = f"{TABLE}_default"


class Cursor(Protocol):
    """What is asked of a database cursor."""

    def execute(self, sql: str, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """The next row of its answer."""

    def fetchall(self) -> Any:
        """All rows of its answer."""


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of all months from ``first``'s to ``last``'s, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = month_after(month)


def partition_name(month: date) -> str:
    """``recommendations_event_2026_11``."""
    return f"{TABLE}_{month:%Y_%m}"


def ensure_months(cursor: Cursor, *, first: date, last: date) -> list[str]:
    """Make the partitions of the months from ``first`` to ``last`` that are missing; returns their names.

    Runs inside the caller's transaction. Rows that waited in the default partition move into their month: the
    default partition is detached meanwhile, because PostgreSQL refuses a partition whose rows lie in the default
    one, and because the events' own trigger refuses deletion. Two calls at once: the second waits, then finds
    nothing to do.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
    made = []
    for month in months_between(first, last):
        name = partition_name(month)
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if not cursor.fetchone()[0]:
            _make_month(cursor, month, name)
            made.append(name)
    return made


def _make_month(cursor: Cursor, month: date, name: str) -> None:
    in_month = f"happened_on >= '{month:%Y-%m-%d}' AND happened_on < '{month_after(month):%Y-%m-%d}'"
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {DEFAULT} WHERE {in_month})")  # noqa: S608
    rows_wait = cursor.fetchone()[0]
    if rows_wait:
        cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {DEFAULT}")
    cursor.execute(
        f"CREATE TABLE {name} PARTITION OF {TABLE} "
        f"FOR VALUES FROM ('{month:%Y-%m-%d}') TO ('{month_after(month):%Y-%m-%d}')"
    )
    if rows_wait:
        cursor.execute(
            f"WITH moved AS (DELETE FROM {DEFAULT} WHERE {in_month} RETURNING *) "  # noqa: S608
            f"INSERT INTO {TABLE} SELECT * FROM moved"
        )
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {DEFAULT} DEFAULT")


def months_present(cursor: Cursor) -> list[tuple[date, str]]:
    """The months that have a partition, the oldest first, with its name."""
    cursor.execute(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = to_regclass(%s) AND c.relname <> %s",
        [TABLE, DEFAULT],
    )
    found = []
    for (name,) in cursor.fetchall():
        year, month = name.removeprefix(f"{TABLE}_").split("_")
        found.append((date(int(year), int(month), 1), name))
    return sorted(found)
