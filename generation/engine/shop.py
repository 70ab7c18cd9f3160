"""All that the worker says to the shop: progress by a database function, outcomes by the queue."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg

from generation.engine import contract
from generation.engine.contract import Go
from generation.engine.database import Database

logger = logging.getLogger(__name__)

_PROGRESS = """
    SELECT report_progress(job, attempt, steps_done, previews)
      FROM unnest(%s::uuid[], %s::integer[], %s::integer[], %s::integer[])
           WITH ORDINALITY AS told (job, attempt, steps_done, previews, place)
     ORDER BY place
"""
_DEFER = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, %s::jsonb)"

# As the queue's own function ends a row, but that one raises where it has ended already, which costs a savepoint.
_END = """
    WITH told AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, args)
        SELECT %(queue)s, task, arguments::jsonb
          FROM unnest(%(tasks)s::text[], %(arguments)s::text[]) WITH ORDINALITY AS outcome (task, arguments, place)
         ORDER BY place
    ), ended AS (
        UPDATE procrastinate_jobs
           SET status = 'succeeded', abort_requested = false,
               attempts = attempts + CASE status WHEN 'doing' THEN 1 ELSE 0 END
         WHERE id = %(row)s AND status IN ('todo', 'doing')
     RETURNING id
    )
    SELECT count(*) FROM ended
"""


@dataclass(frozen=True)
class Outcome:
    """A task of the shop's that the worker may defer (contract.OUTCOME_TASKS)."""

    task: str
    arguments: dict[str, object]


def picture_is_ready(job_id: UUID, attempt: int, key: str) -> Outcome:
    """A picture's result lies under ``key``."""
    return Outcome(contract.PICTURE_TASK, {"job_id": str(job_id), "attempt": attempt, "key": key})


def job_is_finished(job_id: UUID, attempt: int, keys: Sequence[str]) -> Outcome:
    """All results lie under ``keys``, in the pictures' order."""
    return Outcome(contract.FINISHED_TASK, {"job_id": str(job_id), "attempt": attempt, "keys": list(keys)})


def job_failed(job_id: UUID, attempt: int, code: contract.FailureCode) -> Outcome:
    """This attempt is given up."""
    return Outcome(contract.FAILED_TASK, {"job_id": str(job_id), "attempt": attempt, "code": code.value})


@dataclass(frozen=True)
class Progress:
    """How far an attempt is: steps over all its pictures, previews written so far."""

    job_id: UUID
    attempt: int
    steps_done: int = 0
    previews: int = 0


class Shop:
    """Reports of one worker process. Every method raises DatabaseAway, may be called by any thread, and may be
    called again after it: what comes twice changes nothing more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._takes_worker_reports = True

    def report_progress(self, told: Sequence[Progress]) -> list[Go]:
        """Say how far these attempts are, in one statement; learn for each whether to go on."""
        columns = [
            [progress.job_id for progress in told],
            [progress.attempt for progress in told],
            [progress.steps_done for progress in told],
            [progress.previews for progress in told],
        ]
        return [Go(row[0]) for row in self._database.rows(_PROGRESS, columns)]

    def picture_is_ready(self, job_id: UUID, attempt: int, key: str) -> None:
        """A picture's result lies under ``key``."""
        outcome = picture_is_ready(job_id, attempt, key)
        self._database.rows(_DEFER, [contract.OUTCOME_QUEUE, outcome.task, json.dumps(outcome.arguments)])

    def job_ended(self, row_id: int, outcomes: Sequence[Outcome] = ()) -> None:
        """Say ``outcomes``, in order, and end the queue's row: all of it or nothing, in one statement. A row that
        somebody else has ended stays as it is.
        """
        tasks = [outcome.task for outcome in outcomes]
        arguments = [json.dumps(outcome.arguments) for outcome in outcomes]
        ended = self._database.rows(
            _END, {"row": row_id, "queue": contract.OUTCOME_QUEUE, "tasks": tasks, "arguments": arguments}
        )
        if not ended[0][0]:
            logger.info("row %s of the queue was ended by somebody else", row_id)

    def report_worker(self, worker: str, report: contract.WorkerReport) -> None:
        """How this worker is, for the administrators' page; a shop without that page is told nothing."""
        if not self._takes_worker_reports:
            return
        try:
            self._database.rows("SELECT report_worker(%s::text, %s::jsonb)", [worker, report.model_dump_json()])
        except (psycopg.errors.UndefinedFunction, psycopg.errors.InsufficientPrivilege) as missing:
            logger.info("the shop takes no reports of workers: %s", missing.diag.message_primary)
            self._takes_worker_reports = False
