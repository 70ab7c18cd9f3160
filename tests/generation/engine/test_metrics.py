"""What a worker tells of itself: to Prometheus, to a supervisor, to the administrators' page."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection

from generation.engine import contract
from generation.engine.database import Database
from generation.engine.metrics import Metrics, MetricsServer
from generation.engine.queue import CHANNEL, Queue
from generation.models import GenerationJob
from marketplace.demo.services.ports import free_ports
from tests.generation.engine.test_working import wait_for_all
from tests.generation.processes import WorkerProcess, wait_until

TIMEOUT_S = 120.0


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def answers(url: str) -> bool:
    try:
        answer(url)
    except OSError:
        return False
    return True


def test_it_counts_for_prometheus_and_says_that_it_is_well(start, order, outcomes):
    (port,) = free_ports(1)
    worker: WorkerProcess = start(WORKER_METRICS_PORT=str(port), WORKER_MOST_AT_ONCE="4")
    jobs = [order(count=3), order(steps=5)]
    wait_for_all(jobs, outcomes, worker)
    address = f"http://127.0.0.1:{port}"
    assert answer(f"{address}/healthz") == (200, "ok\n")
    lines = answer(f"{address}/metrics")[1].splitlines()
    assert "generation_picture_render_seconds_count 4.0" in lines
    assert 'generation_batch_pictures_bucket{le="2.0"} 1.0' in lines
    assert 'generation_jobs_total{outcome="finished"} 2.0' in lines
    assert "generation_batch_pictures_now 0.0" in lines
    assert answer(f"{address}/other")[0] == 404
    assert worker.stop() == 0
    assert not answers(address)


def test_health_is_refused_with_the_reason():
    wrong = [""]
    server = MetricsServer(Metrics(), lambda: wrong[0], host="127.0.0.1", port=0)
    server.start()
    try:
        address = f"http://127.0.0.1:{server.port}/healthz"
        assert answer(address) == (200, "ok\n")
        wrong[0] = "the reporter has not moved for 91 s"
        assert answer(address) == (503, "the reporter has not moved for 91 s\n")
    finally:
        server.close()


def reports() -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker, report FROM generation_workerreport ORDER BY worker")
        return [
            {"worker": name, **(json.loads(report) if isinstance(report, str) else report)}
            for name, report in cursor.fetchall()
        ]


def test_the_administrators_page_gets_its_report(start, order, outcomes):
    worker = start(WORKER_NAME="bench-host", WORKER_MOST_AT_ONCE="4")
    jobs = [order(count=2)]
    wait_for_all(jobs, outcomes, worker)
    wait_until(
        lambda: [one for one in reports() if one["pictures_made"] == 2],
        timeout_s=TIMEOUT_S,
        what=worker.said,
        poll_s=0.5,
    )
    (told,) = reports()
    assert worker.process is not None
    assert told.pop("worker") == f"bench-host:{worker.process.pid}"
    report = contract.WorkerReport.model_validate(told)
    assert (report.batches_made, report.jobs_failed, report.batch_pictures, report.is_ending) == (1, 0, 0, False)
    assert worker.stop() == 0
    assert reports()[0]["is_ending"]


@pytest.fixture
def database(queue: None, worker_database_url: str):
    opened = Database(worker_database_url, channel=CHANNEL)
    yield opened
    opened.close()


def test_rows_that_were_taken_without_its_hearing_of_it_go_back(
    database: Database, order: Callable[..., GenerationJob], worker_database_url: str
):
    rows = Queue(database)
    rows.register()
    jobs = [order(seed=1), order(seed=2)]
    taken = rows.take()
    assert taken is not None
    with psycopg.connect(worker_database_url, autocommit=True) as same_role:
        # As after a connection that was lost between the server's commit and its answer.
        same_role.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM procrastinate_workers w"
            " WHERE procrastinate_jobs.status = 'todo'"
        )
    rows.put_back_unknown({taken.row_id})
    assert rows.take() is None, "nothing was in doubt, so nothing went back"
    rows._is_in_doubt = True
    rows.put_back_unknown({taken.row_id})
    again = rows.take()
    assert again is not None
    assert {taken.job_id, again.job_id} == {job.id for job in jobs}
    assert again.taken_before
    assert not taken.taken_before


def test_a_worker_that_was_taken_for_dead_enters_itself_anew(database: Database, order, worker_database_url: str):
    rows = Queue(database)
    rows.register()
    with psycopg.connect(worker_database_url, autocommit=True) as same_role:
        same_role.execute("DELETE FROM procrastinate_workers")
    order()
    rows.heartbeat()
    assert rows.take() is not None
    rows.unregister()
    assert database.rows("SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_a_row_that_names_no_job_is_ended_and_the_next_is_taken(database: Database, order):
    rows = Queue(database)
    rows.register()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority)"
            " VALUES ('generation', 'generation.render', '{\"job_id\": 7}', 1000000) RETURNING id"
        )
        wrong = cursor.fetchone()[0]
    job = order()
    taken = rows.take()
    assert taken is not None
    assert taken.job_id == job.id
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [wrong])
        assert cursor.fetchone() == ("failed",)


def test_ending_a_row_that_somebody_else_has_ended_changes_nothing(database: Database, order):
    rows = Queue(database)
    rows.register()
    order()
    taken = rows.take()
    assert taken is not None
    rows.finish(taken.row_id)
    with database.transaction():
        rows.hand_back(taken.row_id)
        rows.finish(taken.row_id, succeeded=False)
    assert database.rows("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [taken.row_id]) == [
        ("succeeded",)
    ]


def test_news_end_the_wait_before_its_time(database: Database, order):
    """The wait would last longer than any test may: that it returns is the proof."""
    Queue(database).register()
    order()
    database.wait_for_news(3600.0)
    database.wake()
    database.wait_for_news(3600.0)
