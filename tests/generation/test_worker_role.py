"""A bad neighbour: with the worker's own role and storage keys, everything of the shop's is refused."""

import os
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from generation.engine import contract
from generation.models import GenerationJob, WorkerReport
from generation.services import create_job
from marketplace.core.blobs import BlobNotFound, BlobStore, BlobStoreRefused, BlobStoreSettings
from marketplace.core.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]

QUEUE_TABLES = {"procrastinate_jobs", "procrastinate_events", "procrastinate_workers"}
ALLOWED = {
    ("procrastinate_jobs", "SELECT"),
    ("procrastinate_jobs", "INSERT"),
    ("procrastinate_jobs", "UPDATE"),
    ("procrastinate_events", "INSERT"),
    ("procrastinate_workers", "SELECT"),
    ("procrastinate_workers", "INSERT"),
    ("procrastinate_workers", "UPDATE"),
    ("procrastinate_workers", "DELETE"),
}


@pytest.fixture
def neighbour(worker_database_url: str):
    """A connection with the worker's role."""
    with psycopg.connect(worker_database_url, autocommit=True) as signed_in:
        yield signed_in


def relations() -> list[str]:
    """Every table, view and partition of the database outside the catalogue, from the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def is_refused(neighbour: psycopg.Connection, statement: str) -> bool:
    try:
        neighbour.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_every_table_of_the_shop_refuses_reading_and_writing(neighbour):
    shop = [name for name in relations() if name.removeprefix("public.") not in QUEUE_TABLES]
    assert len(shop) > 40
    statements = ("SELECT 1 FROM {} LIMIT 1", "DELETE FROM {}", "TRUNCATE {}", "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
    got_through = []
    for table in shop:
        neighbour.execute("BEGIN")
        for statement in statements:
            neighbour.execute("SAVEPOINT here")
            try:
                neighbour.execute(statement.format(table))
                got_through.append(statement.format(table))
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType):
                pass
            finally:
                neighbour.execute("ROLLBACK TO here")
        neighbour.execute("ROLLBACK")
    assert got_through == []


def test_the_role_holds_exactly_the_rights_it_needs(neighbour):
    found = neighbour.execute(
        "SELECT c.relname, p.kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " CROSS JOIN unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) AS p(kind)"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        " AND has_table_privilege(c.oid, p.kind)"
    ).fetchall()
    assert set(found) == ALLOWED
    columns = neighbour.execute(
        "SELECT count(*) FROM information_schema.column_privileges WHERE table_schema = 'public'"
        " AND table_name NOT LIKE 'procrastinate%%' AND grantee IN (current_user, 'PUBLIC')"
    ).fetchone()
    assert columns == (0,)


def test_of_functions_with_the_owners_rights_it_may_run_its_two_reports_alone(neighbour):
    found = neighbour.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND has_function_privilege(p.oid, 'EXECUTE')"
    ).fetchall()
    assert sorted(found) == [("report_progress",), ("report_worker",)]
    assert is_refused(neighbour, "CREATE TABLE public.mine (a int)")
    assert is_refused(neighbour, "SET ROLE atelier")
    assert is_refused(neighbour, "CREATE SCHEMA mine")
    assert is_refused(neighbour, "COPY (SELECT 1) TO PROGRAM 'true'")


def defer_as(neighbour, task: str, queue: str = "default") -> None:
    neighbour.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, %s)", [queue, task, "{}"]
    )


@pytest.mark.parametrize("task", ["billing.pay_out", "generation.sweep", "builtin_tasks.remove_old_jobs"])
def test_it_defers_no_task_of_the_shops_but_the_three_outcomes(neighbour, task: str):
    for queue in ("default", "generation", "builtin"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            defer_as(neighbour, task, queue)
    for outcome in contract.OUTCOME_TASKS:
        defer_as(neighbour, outcome)


def test_it_neither_sees_nor_changes_other_jobs_of_the_queue(neighbour):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'orders.refund', '{\"order\": 1}') RETURNING id"
        )
        other = cursor.fetchone()[0]
    assert neighbour.execute("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", [other]).fetchone() == (0,)
    changed = neighbour.execute("UPDATE procrastinate_jobs SET args = '{}' WHERE id = %s", [other])
    assert changed.rowcount == 0
    own = make_job()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        neighbour.execute(
            "UPDATE procrastinate_jobs SET task_name = 'orders.refund', queue_name = 'default' WHERE id = %s",
            [own.queue_job_id],
        )


def make_job() -> GenerationJob:
    return create_job(
        owner=UserFactory(),
        model=GenerationModelFactory(),
        prompt="a sunset",
        language="en",
        width=128,
        height=128,
        count=1,
        seed=1,
        steps=4,
        guidance=4.0,
    )


def test_report_progress_moves_only_the_progress_of_the_attempt_that_runs(neighbour):
    job = make_job()

    def report(attempt: int, steps: int, job_id=job.id) -> str:
        return neighbour.execute("SELECT report_progress(%s, %s, %s, 0)", [job_id, attempt, steps]).fetchone()[0]

    assert report(1, 3) == "go"
    assert report(1, 2) == "go"
    assert report(1, 900) == "go"
    assert report(2, 1) == "stale"
    assert report(1, 1, uuid4()) == "stale"
    job.refresh_from_db()
    assert (job.state, job.steps_done, job.attempt) == ("running", job.steps_total, 1)
    GenerationJob.objects.filter(id=job.id).update(attempt=2)
    assert report(1, 4) == "stale"


def test_report_worker_writes_one_row_for_each_worker_and_bounds_what_it_takes(neighbour):
    def report(worker: str, facts: str) -> None:
        neighbour.execute("SELECT report_worker(%s, %s::jsonb)", [worker, facts])

    report("one", '{"pictures": 1}')
    report("one", '{"pictures": 2}')
    report("two", "{}")
    assert dict(WorkerReport.objects.values_list("worker", "report")) == {"one": {"pictures": 2}, "two": {}}
    for worker, facts in [("", "{}"), ("x" * 121, "{}"), ("one", "[1]"), ("one", f'{{"a": "{"b" * 17000}"}}')]:
        with pytest.raises(psycopg.errors.CheckViolation):
            report(worker, facts)
    WorkerReport.objects.filter(worker="two").update(reported_at=now() - timedelta(hours=25))
    report("one", '{"pictures": 3}')
    assert dict(WorkerReport.objects.values_list("worker", "report")) == {"one": {"pictures": 3}}
    WorkerReport.objects.bulk_create(
        WorkerReport(worker=f"made up {n}", reported_at=now(), report={}) for n in range(1999)
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="too many"):
        report("one more", "{}")
    report("one", '{"pictures": 4}')


def jobs_keys_at(endpoint: str, bucket: str) -> BlobStore:
    return BlobStore(
        BlobStoreSettings(
            endpoint_url=endpoint,
            bucket=bucket,
            access_key_id=os.environ["JOBS_S3_ACCESS_KEY_ID"],
            secret_access_key=os.environ["JOBS_S3_SECRET_ACCESS_KEY"],
        )
    )


@pytest.mark.parametrize("bucket", ["S3_BUCKET_PRIVATE", "S3_BUCKET_PUBLIC"])
def test_its_storage_keys_open_none_of_the_shops_buckets(blob_stores, settings, bucket: str):
    name = getattr(settings.CONFIGURATION, bucket.lower())
    blob_stores.private.put("neighbour/secret", b"secret", media_type="text/plain")
    shop = jobs_keys_at(settings.CONFIGURATION.s3_endpoint_url, name)
    attempts = [
        lambda: list(shop.keys("")),
        lambda: shop.put("neighbour/mine", b"", media_type="text/plain"),
        lambda: shop.delete("neighbour/secret"),
    ]
    if bucket == "S3_BUCKET_PRIVATE":  # the other one anybody may read, object by object
        attempts.append(lambda: shop.get("neighbour/secret"))
    for attempt in attempts:
        with pytest.raises(BlobStoreRefused):
            attempt()
    assert blob_stores.private.get("neighbour/secret") == b"secret"
    # And the store that its keys do open holds none of them.
    with pytest.raises(BlobNotFound):
        jobs_keys_at(settings.CONFIGURATION.jobs_s3_endpoint_url, name).get("neighbour/secret")
