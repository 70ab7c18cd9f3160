"""Takes up again what a killed worker left: in the queue's rows, and in the jobs themselves.

Three nets, because each has holes. (1) The queue's rows that stand at ``doing`` while their worker's
heartbeat is old: a job of ours gets its next attempt, every other task runs again (all may run twice). (2)
Active jobs whose row in the queue has ended or is gone without an outcome: its report was lost. (3) A sweep
that was itself killed holds no lock that outlives its connection, and the studio's pages sweep too when a
job that they show stands still (`studio.services`).
"""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.engine import contract
from generation.models import GenerationJob
from generation.services.outcomes import WORKER_STOPPED, next_attempt
from marketplace.core.clock import now

logger = logging.getLogger(__name__)

STALLED_AFTER_S = 30.0
# An outcome may wait in the queue behind others; only after this is it taken for lost.
OUTCOME_LOST_AFTER_S = 60.0
_ONE_AT_A_TIME = 0x61746C72  # an advisory lock of this number; any constant that nobody else uses
_ENDED = ("succeeded", "failed", "cancelled", "aborted")
_GONE = "gone"  # no row at all


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    jobs_taken_up: int = 0
    other_tasks_run_again: int = 0
    was_running_already: bool = False


@transaction.atomic
def sweep(*, stalled_after_s: float = STALLED_AFTER_S, outcome_lost_after_s: float = OUTCOME_LOST_AFTER_S) -> Swept:
    """Look once through queue and jobs. Two at once do the work once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return Swept(was_running_already=True)
    taken_up = run_again = 0
    for row_id, queue, task, args in _stalled_rows(stalled_after_s):
        if queue == contract.QUEUE and task == contract.RENDER_TASK:
            taken_up += _take_up(row_id, args)
        else:
            run_again += _run_again(row_id)
    for job_id, last_row in _jobs_without_outcome(outcome_lost_after_s):
        job = GenerationJob.objects.select_for_update(of=("self",), no_key=True).get(id=job_id)
        # Another row: a report that came in meanwhile has put it in the queue again.
        if job.is_active and job.queue_job_id == last_row:
            logger.warning("job %s: attempt %s ended without a report; it is tried again", job.id, job.attempt)
            next_attempt(job, error_code=WORKER_STOPPED)
            taken_up += 1
    return Swept(jobs_taken_up=taken_up, other_tasks_run_again=run_again)


def _stalled_rows(stalled_after_s: float) -> list[tuple[int, str, str, dict[str, object]]]:
    # procrastinate's own query (select_stalled_jobs_by_heartbeat), with the rows locked: a worker that
    # comes back to life at this moment either ends its row before us, and it is not here, or finds it
    # ended.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.id, job.queue_name, job.task_name, job.args
              FROM procrastinate_jobs job
             WHERE job.status = 'doing'
               AND (job.worker_id IS NULL OR job.worker_id IN (
                       SELECT id FROM procrastinate_workers
                        WHERE last_heartbeat < now() - make_interval(secs => %s)))
               FOR UPDATE OF job SKIP LOCKED
            """,
            [stalled_after_s],
        )
        return [(row[0], row[1], row[2], _as_object(row[3])) for row in cursor.fetchall()]


def _as_object(args: object) -> dict[str, object]:
    return json.loads(args) if isinstance(args, str) else dict(args)  # type: ignore[call-overload]


def _take_up(row_id: int, args: dict[str, object]) -> int:
    # Before the attempt is noted: the row keeps its worker's number when it ends.
    _finish_row(row_id)
    job = (
        GenerationJob.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=str(args.get("job_id")), queue_job_id=row_id)
        .first()
    )
    if job is None or not job.is_active or job.attempt != args.get("attempt"):
        return 0
    logger.warning("job %s: the worker of attempt %s has stopped; it is tried again", job.id, job.attempt)
    next_attempt(job, error_code=WORKER_STOPPED)
    return 1


def _finish_row(row_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [row_id])


def _run_again(row_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [row_id])
    return 1


def _jobs_without_outcome(outcome_lost_after_s: float) -> list[tuple[UUID, int | None]]:
    """Jobs with the queue's row that ended without a word; three queries, however many jobs there are."""
    before = now() - timedelta(seconds=outcome_lost_after_s)
    active = GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE).filter(
        Q(progress_at__lt=before) | Q(progress_at__isnull=True, created_at__lt=before)
    )
    standing = list(active.values_list("id", "queue_job_id"))
    if not standing:
        return []
    # First the rows, then the reports that wait: the worker defers its report before it ends its row.
    rows = [row_id for _, row_id in standing if row_id is not None]
    states = dict(ProcrastinateJob.objects.filter(id__in=rows).values_list("id", "status"))
    # Read by state, for which procrastinate has a partial index, and not by the job's id, for which there is none:
    # so this reads what waits and never what the queue has kept of the past.
    waiting = set(
        ProcrastinateJob.objects.filter(status__in=("todo", "doing"), task_name__in=contract.OUTCOME_TASKS).values_list(
            "args__job_id", flat=True
        )
    )
    return [
        (job_id, row_id)
        for job_id, row_id in standing
        if states.get(row_id or 0, _GONE) in (*_ENDED, _GONE) and str(job_id) not in waiting
    ]
