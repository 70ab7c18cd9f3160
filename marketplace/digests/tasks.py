"""Jobs of letters that people asked for. Each may run twice, at once, and after a crash."""

from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.digests import selectors, services

# Every run takes up so many people; the next one follows in ten minutes.
READERS_AT_ONCE = 500
_again = RetryStrategy(max_attempts=8, exponential_wait=3, retry_exceptions=[Retryable])


@app.periodic(cron="*/10 * * * *")
@app.task(name="digests.tend", queueing_lock="digests.tend")
def tend(timestamp: int) -> None:
    """Queue the people to whom letters are due, and letters that a dead worker left behind."""
    at = now()
    for reader_id in selectors.readers_due(at=at, most=READERS_AT_ONCE):
        _defer_once(compose, "digests-compose", reader_id=str(reader_id))
    for digest_id in selectors.letters_left_behind(at=at, most=READERS_AT_ONCE):
        _defer_once(send, "digests-send", digest_id=str(digest_id))


@app.periodic(cron="50 4 * * *")
@app.task(name="digests.remove_old", queueing_lock="digests.remove_old")
def remove_old(timestamp: int) -> None:
    """Every night: remove letters that are older than they are kept."""
    services.remove_old_digests()


@app.task(name="digests.compose", retry=_again)
def compose(reader_id: str) -> None:
    """Write what is due to one person."""
    services.compose_due(reader_id=UUID(reader_id))


@app.task(name="digests.send", retry=_again)
def send(digest_id: str) -> None:
    """Send one letter."""
    services.send_digest(digest_id=UUID(digest_id))


def _defer_once(task: Task[Any, Any, Any], name: str, **arguments: str) -> None:
    (subject,) = arguments.values()
    try:
        with transaction.atomic():
            task.configure(queueing_lock=f"{name}:{subject}").defer(**arguments)
    except AlreadyEnqueued:
        return
