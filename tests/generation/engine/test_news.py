"""What the worker hears and says over its one connection to the queue's database."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from generation.engine import contract
from generation.engine.database import Database
from generation.engine.queue import CHANNEL
from generation.engine.shop import Shop, job_failed
from generation.services import cancel_job

WAITS_S = 60.0


@pytest.fixture
def heard() -> list[int]:
    return []


@pytest.fixture
def database(queue: None, worker_database_url: str, heard: list[int]) -> Iterator[Database]:
    database = Database(worker_database_url, channel=CHANNEL, on_stop=heard.append)
    yield database
    database.close()


@pytest.fixture
def bell() -> Iterator[socket.socket]:
    one, other = socket.socketpair()
    yield one
    one.close()
    other.close()


def taken(job) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.queue_job_id])


def test_the_row_of_a_cancelled_job_that_runs_is_heard_at_once(order, database, bell, heard):
    job, other = order(), order(seed=2)
    taken(job)
    database.rows("SELECT 1")
    cancel_job(owner=job.owner, job_id=job.id)
    # One that waits has no worker to tell.
    cancel_job(owner=other.owner, job_id=other.id)
    until = time.monotonic() + WAITS_S
    while not heard and time.monotonic() < until:
        database.wait_for_stops(bell, 1.0)
    assert heard == [job.queue_job_id]


def test_news_of_the_queue_that_the_other_thread_reads_still_wake_the_rendering(order, database, bell, heard):
    database.rows("SELECT 1")
    order()
    while True:
        began = time.monotonic()
        database.wait_for_stops(bell, WAITS_S)
        if time.monotonic() - began < WAITS_S:
            break
    began = time.monotonic()
    database.wait_for_news(WAITS_S)
    assert time.monotonic() - began < WAITS_S
    assert heard == []


@pytest.mark.parametrize(
    "payload", ["", "no json", "[]", '{"type": "abort_job_requested"}', '{"type": 1, "job_id": "x"}']
)
def test_news_that_nobody_understands_stop_nothing(database, bell, heard, worker_database_url, payload):
    database.rows("SELECT 1")
    with psycopg.connect(worker_database_url, autocommit=True) as same_role:
        same_role.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
        same_role.execute(
            "SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"type": "abort_job_requested", "job_id": 7})]
        )
    until = time.monotonic() + WAITS_S
    while not heard and time.monotonic() < until:
        database.wait_for_stops(bell, 1.0)
    assert heard == [7]


def test_the_bell_ends_the_wait_without_a_connection_too(database, worker_database_url):
    one, other = socket.socketpair()
    other.send(b"!")
    began = time.monotonic()
    database.wait_for_stops(one, WAITS_S)
    assert time.monotonic() - began < WAITS_S
    one.close()
    other.close()


def test_an_end_is_said_even_where_somebody_else_has_ended_the_row(order, database):
    job = order()
    taken(job)
    shop = Shop(database)
    failed = job_failed(job.id, 1, contract.FailureCode.INTERNAL)
    shop.job_ended(job.queue_job_id, [failed, failed])
    shop.job_ended(job.queue_job_id, [failed])
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job.queue_job_id])
        assert cursor.fetchone() == ("succeeded", 1)
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [contract.FAILED_TASK])
        assert cursor.fetchone() == (3,)


def test_an_end_that_may_not_be_said_ends_nothing(order, database):
    job = order()
    taken(job)
    stranger = job_failed(job.id, 1, contract.FailureCode.INTERNAL).__class__("core.delete_everything", {})
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        Shop(database).job_ended(job.queue_job_id, [stranger])
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job.queue_job_id])
        assert cursor.fetchone() == ("doing",)
