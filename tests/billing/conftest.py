"""A worker of the real queue for one moment, and people at Stripe's hosted pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django import DjangoApp, app

from billing.gateway import undelivered_events
from billing.models import StripeEvent
from billing.services import sync_catalogue
from marketplace.core.clock import now
from tests.demo.localstripe.server import wait_until

_DUE = """
SELECT 1 FROM procrastinate_jobs
WHERE queue_name = 'default' AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1
"""


def _empty_the_queue() -> None:
    # The flush between tests knows only Django's managed tables.
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers"
            " CASCADE"
        )


@pytest.fixture
def run_jobs(transactional_db: None) -> Iterator[Callable[[], None]]:
    """A real worker that takes the jobs that are due, and those that they call for, and ends."""
    _empty_the_queue()

    def is_work_left() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_DUE)
            return cursor.fetchone() is not None

    def run() -> None:
        # An app beside the shop's own: the webhooks' threads go on deferring with Django's connections. It has no
        # periodic tasks, so that a test alone says when money moves.
        worker_app = DjangoApp(connector=app.connector.get_worker_connector())
        worker_app.tasks = app.tasks
        # A worker that does not wait ends as soon as nothing is due, even while a job runs that is about to defer more.
        while True:
            worker_app.run_worker(
                queues=["default"], wait=False, install_signal_handlers=False, listen_notify=False, concurrency=4
            )
            if not is_work_left():
                return

    yield run
    _empty_the_queue()


@pytest.fixture
def wait_for_event(local_stripe: object, run_jobs: Callable[[], None]) -> Callable[..., StripeEvent]:
    """Waits until Stripe has told us of something and until a worker has processed it."""

    def wait(event_type: str, object_id: str | None = None, *, count: int = 1) -> StripeEvent:
        def found() -> list[StripeEvent]:
            events = StripeEvent.objects.filter(type=event_type).order_by("received_at")
            kept = [event for event in events if object_id in (None, event.payload.get("id"))]
            return kept if len(kept) >= count else []

        event = wait_until(found, timeout_s=60, what=f"{event_type}")[-1]
        run_jobs()
        event.refresh_from_db()
        return event

    return wait


@pytest.fixture
def shop(local_stripe: object, settings: object, live_server: object) -> Iterator[None]:
    """The catalogue is on sale at the local Stripe, and the shop's address is the test server's."""
    settings.BASE_URL = live_server.url  # type: ignore[attr-defined]
    sync_catalogue()
    yield
    # No webhook may be under way while the database is emptied or dropped.
    since = now() - timedelta(days=1)
    wait_until(lambda: not any(undelivered_events(since=since)), timeout_s=60, what="the last webhook")
