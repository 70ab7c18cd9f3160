"""Ordinary jobs of this room, run by the shop's own worker. The generation worker defers the first three."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from generation import services
from generation.engine import contract
from marketplace.core.clock import now
from marketplace.core.errors import Retryable

logger = logging.getLogger(__name__)

_again = RetryStrategy(max_attempts=8, exponential_wait=2, retry_exceptions=[Retryable])


@app.task(name=contract.PICTURE_TASK, queue=contract.OUTCOME_QUEUE, retry=_again)
def record_picture(job_id: str, attempt: int, key: str) -> None:
    """A picture lies in the store."""
    services.record_picture(job_id=UUID(job_id), attempt=attempt, key=key)


@app.task(name=contract.FINISHED_TASK, queue=contract.OUTCOME_QUEUE, retry=_again)
def record_finished(job_id: str, attempt: int, keys: list[str]) -> None:
    """All pictures lie in the store."""
    services.record_finished(job_id=UUID(job_id), attempt=attempt, keys=keys)


@app.task(name=contract.FAILED_TASK, queue=contract.OUTCOME_QUEUE, retry=_again)
def record_failed(job_id: str, attempt: int, code: str) -> None:
    """The worker gave up."""
    services.record_failed(job_id=UUID(job_id), attempt=attempt, code=code)


# Every 15 seconds (the sixth field). No lock: a sweep that was killed must not stop the next one.
@app.periodic(cron="* * * * * */15")
@app.task(name="generation.sweep", pass_context=False)
def sweep(timestamp: int, **_: Any) -> None:
    """Take up again what a killed worker left; before that, keep the queue's numbers within their range."""
    services.advance_clock()
    services.sweep()


@app.periodic(cron="43 3 * * *")
@app.task(name="generation.remove_old_rows", pass_context=False)
def remove_old_rows(timestamp: int, **_: Any) -> None:
    """Each night: the queue forgets what ended long ago."""
    kept = settings.CONFIGURATION
    removed = services.remove_old_rows(
        finished_before=now() - timedelta(days=kept.queue_keeps_finished_days),
        failed_before=now() - timedelta(days=kept.queue_keeps_failed_days),
    )
    logger.info("the queue has forgotten %s rows", removed)
