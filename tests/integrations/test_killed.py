"""Real workers on the real queue: killed in the middle, late, and two at once. Nothing is lost, ids stay the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from procrastinate.contrib.django import DjangoApp, app

from marketplace.core.clock import now
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery
from marketplace.integrations.services import deliver
from marketplace.integrations.services.endpoints import add_endpoint
from marketplace.integrations.tasks import sweep
from tests.billing.conftest import _empty_the_queue
from tests.billing.processes import at_once
from tests.demo.localstripe.server import wait_until
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell
from tests.integrations.receiver import after, status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run_webhooks() -> Iterator[Callable[[], None]]:
    """A real worker of the queue `webhooks` that takes what is due and ends."""
    _empty_the_queue()

    def run() -> None:
        worker = DjangoApp(connector=app.connector.get_worker_connector())
        worker.tasks = app.tasks
        worker.run_worker(
            queues=["webhooks"], wait=False, install_signal_handlers=False, listen_notify=False, concurrency=2
        )

    yield run
    _empty_the_queue()


@pytest.fixture
def sold(receiver):
    """A sale on its way, with the endpoint's secret."""
    artist = ArtistFactory()
    added = add_endpoint(owner=artist.user, url=receiver.url, event_types=["sale.completed"])
    sell(artist)
    return added


def worker_process() -> subprocess.Popen[bytes]:
    """`manage.py procrastinate worker` on this test's database, as the demo starts it."""
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**django_settings.DATABASES["default"])
    return subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker", "--queues", "webhooks", "--concurrency", "6"],
        env={**os.environ, "DATABASE_URL": url, "ATELIER_PROFILE": "test"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_worker_delivers_what_was_written_with_the_sale(run_webhooks, receiver, sold):
    run_webhooks()
    assert receiver.received[0].verified(sold.secret)["type"] == "sale.completed"
    assert WebhookDelivery.objects.get().state == "delivered"


def test_a_worker_that_is_killed_while_it_waits_for_the_answer_loses_nothing(run_webhooks, receiver, sold):
    never = threading.Event()
    receiver.says = [after(never, status(200)), status(200)]
    worker = worker_process()
    try:
        wait_until(lambda: receiver.received, timeout_s=60, what="the first request")
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        never.set()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts_made) == ("waiting", 1)
    assert not WebhookAttempt.objects.get().has_ended
    sweep(timestamp=0)
    run_webhooks()
    assert len(receiver.received) == 1, "its time has not passed yet: the worker may be alive"
    WebhookDelivery.objects.update(next_at=now() - timedelta(seconds=31))
    sweep(timestamp=0)
    sweep(timestamp=0)
    run_webhooks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts_made) == ("delivered", 2)
    assert len({got.id for got in receiver.received}) == 1
    assert len({got.body for got in receiver.received}) == 1
    assert [one.has_ended for one in delivery.attempts.all()] == [False, True]


def test_many_processes_at_once_send_it_once(run_webhooks, receiver, sold):
    delivery = WebhookDelivery.objects.get()
    codes = at_once("tests.integrations.calls:deliver_one", {"delivery": str(delivery.pk)}, processes=4, threads=4)
    assert codes == ["ok"] * 16
    assert len(receiver.received) == 1
    assert WebhookAttempt.objects.count() == 1


def late_attempt(receiver, code: int) -> tuple[threading.Thread, threading.Event]:
    """One attempt whose answer comes when it is told to."""
    held = threading.Event()
    receiver.says = [after(held, status(code)), status(503)]
    delivery_id = WebhookDelivery.objects.get().pk

    def run() -> None:
        deliver(delivery_id=delivery_id)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: receiver.received, timeout_s=20, what="the first request")
    WebhookDelivery.objects.update(next_at=now())
    deliver(delivery_id=delivery_id)
    return thread, held


def test_a_failure_that_is_known_late_changes_nothing(run_webhooks, receiver, sold):
    thread, held = late_attempt(receiver, 500)
    before = WebhookDelivery.objects.values().get()
    held.set()
    thread.join()
    assert WebhookDelivery.objects.values().get() == before
    assert [one.status for one in WebhookAttempt.objects.order_by("number")] == [500, 503]


def test_a_success_that_is_known_late_ends_it(run_webhooks, receiver, sold):
    thread, held = late_attempt(receiver, 200)
    assert WebhookDelivery.objects.get().state == "waiting"
    held.set()
    thread.join()
    assert WebhookDelivery.objects.get().state == "delivered"


def test_nothing_is_locked_while_a_receiver_thinks(run_webhooks, receiver, sold):
    held = threading.Event()
    receiver.says = [after(held, status(200))]
    delivery_id = WebhookDelivery.objects.get().pk

    def run() -> None:
        deliver(delivery_id=delivery_id)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: receiver.received, timeout_s=20, what="the request")
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    sell(sold.endpoint.owner.artist)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
    assert time.monotonic() - began < 5
    held.set()
    thread.join()
    assert WebhookDelivery.objects.get(pk=delivery_id).state == "delivered"
