"""Runs the shop's waiting tasks in this process, so that a test sees their effects and their errors at
once.
"""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def empty_the_queue() -> None:
    """Remove every job, event and worker of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers"
            " CASCADE"
        )


def waiting_tasks(queue: str = "default") -> list[ProcrastinateJob]:
    """The rows that wait in ``queue``."""
    return list(ProcrastinateJob.objects.filter(queue_name=queue, status="todo").order_by("id"))


def run_waiting_tasks() -> int:
    """Run each waiting task of the shop's queue once; its error comes through and leaves the row
    ``failed``.
    """
    rows = waiting_tasks()
    for row in rows:
        status = "failed"
        try:
            app.tasks[row.task_name](**row.args)
            status = "succeeded"
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [row.id, status])
    return len(rows)
