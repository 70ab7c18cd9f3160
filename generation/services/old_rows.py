"""The queue's rows of what is over: removed after a time, so that the queue does not grow forever."""

from datetime import datetime

from django.db import connection

_FINISHED = ["succeeded", "cancelled"]
_FAILED = ["failed", "aborted"]
_AT_ONCE = 5_000


def remove_old_rows(*, finished_before: datetime, failed_before: datetime, at_once: int = _AT_ONCE) -> int:
    """Remove the rows that ended before these times, with their events; answers how many. May run twice at once.

    What waits or runs is never touched. In parts of ``at_once`` rows, each a transaction of its own where the caller
    has none, so that no worker waits long.
    """
    return _remove(_FINISHED, finished_before, at_once) + _remove(_FAILED, failed_before, at_once)


def _remove(states: list[str], before: datetime, at_once: int) -> int:
    removed = 0
    while True:
        with connection.cursor() as cursor:
            # A row's last event says when it ended. Events go with their row (ON DELETE CASCADE).
            cursor.execute(
                """
                DELETE FROM procrastinate_jobs WHERE id IN (
                    SELECT job.id FROM procrastinate_jobs job
                     WHERE job.status = ANY(%s::procrastinate_job_status[])
                       AND NOT EXISTS (
                           SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id AND event.at >= %s)
                     ORDER BY job.id LIMIT %s
                       FOR UPDATE SKIP LOCKED)
                """,
                [states, before, at_once],
            )
            count = cursor.rowcount
        removed += count
        if count < at_once:
            return removed
