"""The queue forgets what ended long ago, and the sweeper never reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.engine import contract
from generation.services import remove_old_rows, sweep
from generation.services.jobs import put_in_queue
from generation.tasks import remove_old_rows as nightly
from marketplace.core.clock import now
from tests.factories.generation import GenerationJobFactory
from tests.generation.running_tasks import empty_the_queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_queue(db):
    empty_the_queue()


def row(status: str, *, ended_days_ago: float, task: str = "billing.some_task", args: str = "{}") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s::jsonb)"
            " RETURNING id",
            [task, args],
        )
        row_id: int = cursor.fetchone()[0]
        if status != "todo":
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row_id])
        if status not in ("todo", "doing"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, row_id])
        at = now() - timedelta(days=ended_days_ago)
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [at, row_id])
    return row_id


def left() -> set[int]:
    return set(ProcrastinateJob.objects.values_list("id", flat=True))


def test_finished_rows_go_first_failed_ones_later_and_what_waits_never():
    row("succeeded", ended_days_ago=8)
    row("cancelled", ended_days_ago=8)
    row("failed", ended_days_ago=91)
    row("aborted", ended_days_ago=91)
    kept = {
        row("succeeded", ended_days_ago=6),
        row("failed", ended_days_ago=89),
        row("todo", ended_days_ago=400),
        row("doing", ended_days_ago=400),
    }
    nightly(timestamp=0)
    assert left() == kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT job_id FROM procrastinate_events")
        assert {found[0] for found in cursor.fetchall()} == kept


def test_a_row_deferred_long_ago_that_ended_just_now_stays():
    row_id = row("succeeded", ended_days_ago=30)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'succeeded', now())", [row_id])
    assert remove_old_rows(finished_before=now() - timedelta(days=7), failed_before=now() - timedelta(days=90)) == 0
    assert left() == {row_id}


def test_it_takes_all_in_parts_and_finds_nothing_the_second_time():
    for _ in range(7):
        row("succeeded", ended_days_ago=8)
    limits = {"finished_before": now() - timedelta(days=7), "failed_before": now() - timedelta(days=90)}
    assert remove_old_rows(**limits, at_once=3) == 7
    assert remove_old_rows(**limits, at_once=3) == 0


def test_the_row_of_a_periodic_task_can_go_too():
    row_id = row("succeeded", ended_days_ago=8)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id, periodic_id)"
            " VALUES ('t', 1, %s, 'p')",
            [row_id],
        )
    nightly(timestamp=0)
    assert left() == set()


def test_it_runs_every_night():
    crons = {found.task.name: found.cron for found in app.periodic_registry.periodic_tasks.values()}
    assert crons["generation.remove_old_rows"] == "43 3 * * *"


def standing_job(*, reported: bool = False) -> None:
    job = GenerationJobFactory()
    put_in_queue(job)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.queue_job_id])
    if reported:
        row("todo", ended_days_ago=0, task=contract.FINISHED_TASK, args=f'{{"job_id": "{job.id}"}}')


def test_a_sweep_asks_as_often_for_many_standing_jobs_as_for_one():
    standing_job(reported=True)
    with CaptureQueriesContext(connection) as for_one:
        assert sweep(outcome_lost_after_s=-1).jobs_taken_up == 0
    for _ in range(5):
        standing_job(reported=True)
    with CaptureQueriesContext(connection) as for_many:
        assert sweep(outcome_lost_after_s=-1).jobs_taken_up == 0
    assert len(for_many) == len(for_one)


def test_a_sweep_reads_only_what_waits_and_not_the_past():
    standing_job(reported=True)
    with CaptureQueriesContext(connection) as asked:
        sweep(outcome_lost_after_s=-1)
    (about_reports,) = [query["sql"] for query in asked if contract.FINISHED_TASK in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {about_reports}")
        plan = "\n".join(line[0] for line in cursor.fetchall())
    # One of procrastinate's partial indexes that hold rows that wait or run; a few thousand at most.
    assert "procrastinate_jobs_id_lock_idx" in plan, plan
