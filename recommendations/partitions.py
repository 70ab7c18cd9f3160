"""The months of the events' table: each is a partition, made ahead; what has no month yet waits in the default one."""

from collections.abc import Iterator
from datetime import date

TABLE = "recommendations_event"
DEFAULT = f"{TABLE}_default"


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


def ensure_months(cursor: object, *, first: date, last: date) -> list[str]:
    """Make the partitions of the months from ``first`` to ``last`` that are missing; returns their names.

    Runs inside the caller's transaction. Rows that waited in the default partition move into their month: the
    default partition is detached meanwhile, because PostgreSQL refuses a partition whose rows lie in the default one,
    and because the events' own trigger refuses deletion. Two calls at once: the second waits and finds nothing to do.
    """
    execute, fetchone = cursor.execute, cursor.fetchone  # type: ignore[attr-defined]
    execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
    made = []
    for month in months_between(first, last):
        name = partition_name(month)
        execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if fetchone()[0]:
            continue
        bounds = [month, month_after(month)]
        execute(
            f"SELECT EXISTS (SELECT 1 FROM {DEFAULT} WHERE happened_on >= %s AND happened_on < %s)", bounds
        )  # noqa: S608
        waiting = fetchone()[0]
        if waiting:
            execute(f"ALTER TABLE {TABLE} DETACH PARTITION {DEFAULT}")
        execute(
            f"CREATE TABLE {name} PARTITION OF {TABLE} "
            f"FOR VALUES FROM ('{bounds[0]:%Y-%m-%d}') TO ('{bounds[1]:%Y-%m-%d}')"
        )
        if waiting:
            execute(
                f"WITH moved AS (DELETE FROM {DEFAULT} WHERE happened_on >= %s AND happened_on < %s RETURNING *) "  # noqa: S608
                f"INSERT INTO {TABLE} SELECT * FROM moved",
                bounds,
            )
            execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {DEFAULT} DEFAULT")
        made.append(name)
    return made
