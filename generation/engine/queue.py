"""The queue's rows of this worker: taken, ended, handed back. The statements are procrastinate's own where it has one.

The rows look as if procrastinate's own worker had taken them, so whoever looks for stalled jobs finds ours. It is not
used itself, because it takes one job for each place it has and knows no batches: a place more than is rendered at
would take jobs that another worker could begin at once.
"""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from procrastinate.sql import queries

from generation.engine import contract
from generation.engine.database import Database

logger = logging.getLogger(__name__)

CHANNEL = f"procrastinate_queue_v1#{contract.QUEUE}"
# At its start a worker removes the entries of workers that it takes for dead. One that lives and was only
# slow has to enter itself anew, so this is far longer than the sweeper's patience, which needs no entry removed.
FORGOTTEN_AFTER_S = 600.0

_TAKE_ALIKE = """
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = %(worker)s
     WHERE id IN (
           SELECT id FROM procrastinate_jobs
            WHERE status = 'todo' AND queue_name = %(queue)s AND task_name = %(task)s
              AND args->>'shape' = %(shape)s AND lock IS NULL
              AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY priority DESC, id
            LIMIT %(limit)s
              FOR UPDATE SKIP LOCKED)
    RETURNING id, args, attempts, priority
"""
_OF_MINE = "SELECT id FROM procrastinate_jobs WHERE worker_id = %s AND status = 'doing'"


@dataclass(frozen=True)
class QueuedJob:
    """A row of the queue that this worker has taken. ``taken_before``: an earlier attempt may have left pictures."""

    row_id: int
    job_id: UUID
    attempt: int
    request_key: str
    shape: str
    taken_before: bool


class Queue:
    """One worker's entry in the queue, and its rows. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._worker_id: int | None = None
        self._is_in_doubt = False

    def register(self) -> None:
        """Enter this worker, and remove entries that are long dead."""
        self._database.rows(queries["prune_stalled_workers"], {"seconds_since_heartbeat": FORGOTTEN_AFTER_S})
        self._worker_id = self._database.rows(queries["register_worker"])[0][0]

    def unregister(self) -> None:
        """Remove the entry; rows that still stand under it are the sweeper's at once."""
        if self._worker_id is not None:
            self._database.rows(queries["unregister_worker"], {"worker_id": self._worker_id})
            self._worker_id = None

    def heartbeat(self) -> None:
        """A sign of life. An entry that another worker removed meanwhile is made anew."""
        with self._database.transaction():
            self._database.rows(queries["update_heartbeat"], {"worker_id": self._worker_id})
            known = self._database.rows("SELECT 1 FROM procrastinate_workers WHERE id = %s", [self._worker_id])
        if not known:
            logger.warning("this worker was taken for dead; it enters itself anew")
            self.register()

    def take(self) -> QueuedJob | None:
        """The next job; None where the queue is empty. Call it while no other row is in hand, or `put_back_unknown`
        cannot tell them apart.
        """
        while True:
            self._is_in_doubt = True
            wanted = {"queues": [contract.QUEUE], "worker_id": self._worker_id}
            row = self._database.rows(queries["fetch_job"], wanted)[0]
            self._is_in_doubt = False
            row_id, args, attempts = row[0], row[6], row[9]
            if row_id is None:
                return None
            job = self._read(row_id, args, attempts)
            if job is not None:
                return job

    def take_alike(self, shape: str, *, limit: int) -> list[QueuedJob]:
        """At most ``limit`` further jobs of ``shape`` that wait now, the first in the queue first."""
        self._is_in_doubt = True
        rows = self._database.rows(
            _TAKE_ALIKE,
            {
                "worker": self._worker_id,
                "queue": contract.QUEUE,
                "task": contract.RENDER_TASK,
                "shape": shape,
                "limit": limit,
            },
        )
        self._is_in_doubt = False
        rows.sort(key=lambda row: (-row[3], row[0]))
        jobs = [self._read(row_id, args, attempts) for row_id, args, attempts, _priority in rows]
        return [job for job in jobs if job is not None]

    def put_back_unknown(self, known: set[int]) -> None:
        """After a lost connection: rows that were taken for this worker without its hearing of it go back."""
        if not self._is_in_doubt:
            return
        unknown = [row[0] for row in self._database.rows(_OF_MINE, [self._worker_id]) if row[0] not in known]
        for row_id in unknown:
            self.hand_back(row_id)
        self._is_in_doubt = False

    def finish(self, row_id: int, *, succeeded: bool = True) -> None:
        """The row has ended. Nothing happens where somebody else has ended it."""
        status = "succeeded" if succeeded else "failed"
        self._change(row_id, "finish_job", {"job_id": row_id, "status": status, "delete_job": False})

    def hand_back(self, row_id: int) -> None:
        """The same attempt, for the next worker, which hears of it at once."""
        again: dict[str, Any] = {"new_priority": None, "new_queue_name": None, "new_lock": None, "retry_at": None}
        self._change(row_id, "retry_job", {"job_id": row_id, **again})
        self._database.rows(
            "SELECT pg_notify(%s, json_build_object('type', 'job_inserted', 'job_id', %s::bigint)::text)",
            [CHANNEL, row_id],
        )

    def _change(self, row_id: int, query: str, arguments: dict[str, Any]) -> None:
        try:
            with self._database.transaction():
                self._database.rows(queries[query], arguments)
        except psycopg.errors.RaiseException as refused:
            logger.info("row %s of the queue was ended by somebody else: %s", row_id, refused.diag.message_primary)

    def _read(self, row_id: int, args: dict[str, Any], attempts: int) -> QueuedJob | None:
        try:
            attempt = int(args["attempt"])
            return QueuedJob(
                row_id=row_id,
                job_id=UUID(args["job_id"]),
                attempt=attempt,
                request_key=str(args["request_key"]),
                shape=str(args.get("shape", "")),
                taken_before=attempt > 1 or attempts > 0,
            )
        except (KeyError, TypeError, ValueError) as error:
            logger.error("row %s of the queue names no job (%s); it is ended", row_id, error)
            self.finish(row_id, succeeded=False)
            return None
