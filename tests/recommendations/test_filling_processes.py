"""Two real workers fill a version at once; one is killed in the middle of a batch; a work is published meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from marketplace.catalog.services import create_work, list_work
from recommendations.encoders import wanted_facts
from recommendations.models import Embedding, EmbeddingSpace
from recommendations.selectors.versions import progress_of, works_lacking
from recommendations.services import embed_work, keep_filling, refresh_first_views, refresh_popularity, start_filling
from recommendations.services.filling import BATCH
from tests.demo.localstripe.server import wait_until
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory
from tests.generation.running_tasks import empty_the_queue
from tests.recommendations.version_fixtures import two_versions, want

__all__ = ["two_versions"]
pytestmark = pytest.mark.django_db(transaction=True)
WORKS = 7 * BATCH
START_S = 300


def database_url() -> str:
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**django_settings.DATABASES["default"])


def worker(name: str, onnx_dir: Path) -> subprocess.Popen[bytes]:
    """`manage.py procrastinate worker` as a shop starts it, with the new encoder in its settings."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "procrastinate", "worker"],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "ATELIER_PROFILE": "test",
            "ONNX_DIR": str(onnx_dir),
            "TEXT_ENCODER": "text-2",
            # How the test tells the workers' connections apart.
            "PGAPPNAME": name,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def workers(two_versions: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    empty_the_queue()
    running: dict[str, subprocess.Popen[bytes]] = {}
    yield running
    for process in running.values():
        process.kill()
        process.wait()
    empty_the_queue()


def names_that_wait_for_a_row(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND application_name LIKE 'filler-%'"
        " AND datname = current_database()"
    )
    return [name for (name,) in rows]


def test_two_workers_one_killed_and_a_publish_meanwhile(two_versions, workers, settings):
    artist = ArtistFactory()
    works = [WorkFactory(artist=artist, title=f"Sunset {n}") for n in range(WORKS)]
    embed_work(work_id=works[0].pk)
    # Else the workers' own regular jobs, which count these works for the first time, would wait for the held row too.
    refresh_popularity()
    refresh_first_views()
    want(settings, text="text-2")
    filling = start_filling(space="text", facts=wanted_facts("text"))
    assert ProcrastinateJob.objects.filter(task_name="recommendations.fill_batch").count() == WORKS // BATCH

    # One work's row is held, so that whoever has its batch stands in the middle of writing it.
    held = works[WORKS // 2]
    with psycopg.connect(database_url()) as holding, psycopg.connect(database_url(), autocommit=True) as looking:
        holding.execute("SELECT 1 FROM catalog_work WHERE id = %s FOR UPDATE", [held.pk])
        workers |= {name: worker(name, two_versions) for name in ("filler-a", "filler-b")}
        wait_until(lambda: works_lacking(filling).count() == BATCH, timeout_s=START_S, what="all other batches")
        wait_until(lambda: names_that_wait_for_a_row(looking), timeout_s=START_S, what="a worker in the held batch")
        (stuck,) = names_that_wait_for_a_row(looking)

        # Published in the middle of the filling: the other worker gives it a vector in both versions.
        new = create_work(artist=artist, title="Sea", language="en")
        list_work(work=new)
        wait_until(
            lambda: Embedding.objects.filter(work=new, space="text").count() == 2,
            timeout_s=START_S,
            what="the new work's vectors",
        )
        workers[stuck].kill()
        workers[stuck].wait()
        assert not EmbeddingSpace.objects.get(pk=filling.pk).is_present
        # Its backend notices only when the row is free; nothing of the batch may then be written.
        looking.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
            " AND datname = current_database()",
            [stuck],
        )
        holding.rollback()

    assert works_lacking(filling).count() == BATCH
    # What the minute's job does.
    keep_filling()
    wait_until(lambda: EmbeddingSpace.objects.get(pk=filling.pk).is_present, timeout_s=START_S, what="the switch")
    progress = progress_of(filling)
    assert (progress.published, progress.with_vector, progress.without) == (WORKS + 1, WORKS + 1, 0)
    assert Embedding.objects.filter(space="text", version="tiny-text-2").count() == WORKS + 1
    former = EmbeddingSpace.objects.get(version="tiny-text-1")
    assert former.retired_at is not None
    assert Embedding.objects.filter(space="text", version="tiny-text-1").count() == 2
