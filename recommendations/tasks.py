"""Ordinary jobs of this room. Each may run twice."""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from recommendations import services
from recommendations.errors import NothingToLearn, TrainingUnderWay

log = logging.getLogger(__name__)

TRAINING_QUEUE = "training"
TRAIN_TASK = "recommendations.train_recommender"
_again = RetryStrategy(max_attempts=8, exponential_wait=2, retry_exceptions=[Retryable])


@app.task(name="recommendations.embed_work", retry=_again)
def embed_work(work_id: str) -> None:
    """Make a work findable: its search document, its vectors, its colour."""
    services.index_work(work_id=UUID(work_id))
    services.embed_work(work_id=UUID(work_id))


def defer_embedding(work_id: UUID) -> None:
    """Have the work indexed after the present transaction.

    Jobs of one work run one after another, so that the last to write is the last to have read.
    """
    embed_work.configure(lock=f"embed:{work_id}").defer(work_id=str(work_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="recommendations.refresh_popularity", pass_context=False)
def refresh_popularity(timestamp: int, **_: Any) -> None:
    """Count the events anew, and then how far new works are with their first views."""
    services.refresh_popularity()
    services.refresh_first_views()


@app.periodic(cron="17 3 * * *")
@app.task(name="recommendations.make_event_months", pass_context=False)
def make_event_months(timestamp: int, **_: Any) -> None:
    """Make the next months' partitions."""
    services.make_event_months()


@app.periodic(cron="41 3 * * *")
@app.task(name="recommendations.drop_old_events", pass_context=False, retry=_again)
def drop_old_events(timestamp: int, **_: Any) -> None:
    """Let old events go, and what came in of those who said no."""
    services.sweep_refused()
    services.drop_old_events()
    services.forget_allowances()


@app.periodic(cron="23 2 * * 1")
@app.task(name=TRAIN_TASK, queue=TRAINING_QUEUE, queueing_lock=TRAIN_TASK, pass_context=False, retry=_again)
def train_recommender(timestamp: int, switch: bool = True, **_: Any) -> None:
    """Train the models that rank feeds, each week and when somebody asks. Only workers with torch take this queue."""
    try:
        version = services.train_recommender(tell=log.info, switch=switch)
        log.info("recommender %s: %s", version.version, version.state)
    except (NothingToLearn, TrainingUnderWay) as error:
        log.info("no recommender was trained: %s", error.message)


def defer_training(*, switch: bool) -> bool:
    """Have a training run in the background; False where one waits already."""
    try:
        with transaction.atomic():
            train_recommender.defer(timestamp=int(now().timestamp()), switch=switch)
    except AlreadyEnqueued:
        return False
    return True


@app.periodic(cron="11 4 * * *")
@app.task(name="recommendations.forget_old_recommenders", pass_context=False, retry=_again)
def forget_old_recommenders(timestamp: int, **_: Any) -> None:
    """Delete versions of the recommender that nobody will switch back to."""
    services.forget_old_recommenders_unless_one_is_made()


@app.task(name="recommendations.forget_viewer", retry=_again)
def forget_viewer(viewer_key: str) -> None:
    """Delete all that is known of a viewer whose account is gone, or of a session that became a person's."""
    services.forget_viewer(viewer_key=viewer_key)


@app.task(name="recommendations.fill_batch", retry=_again)
def fill_batch(version_id: str, first: str, last: str) -> None:
    """Make the vectors that a version of a space lacks of a range of works."""
    services.fill_batch(version_id=UUID(version_id), first=UUID(first), last=UUID(last))


@app.periodic(cron="* * * * *")
@app.task(name="recommendations.keep_filling", pass_context=False, queueing_lock="recommendations.keep_filling")
def keep_filling(timestamp: int, **_: Any) -> None:
    """Go on with the filling of versions of spaces."""
    services.keep_filling()


@app.periodic(cron="23 4 * * *")
@app.task(name="recommendations.drop_retired_versions", pass_context=False, retry=_again)
def drop_retired_versions(timestamp: int, **_: Any) -> None:
    """Let versions of spaces go that were switched away from some time ago."""
    services.drop_retired_versions()
