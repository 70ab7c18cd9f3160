"""A version of a space filled by jobs of the queue, beside the present one.

A batch is a job with a range of works' ids: many workers may run batches at once, a batch may run twice, and what a
killed worker left undone is found again by what is lacking. Ordinary jobs come first.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from marketplace.core.clock import now
from recommendations.engine.space import SpaceFacts
from recommendations.models import EmbeddingSpace
from recommendations.selectors.versions import works_lacking
from recommendations.services.encoding import WorksRead
from recommendations.services.spaces import register_space
from recommendations.services.switching import switch_when_whole
from recommendations.services.vectors import add_vectors

log = logging.getLogger(__name__)

FILL_BATCH = "recommendations.fill_batch"
# Some seconds of a processor for a large encoder: a worker that is stopped waits no longer.
BATCH = 32
# So many batches wait at a time; the rest is added when they are done.
MOST_WAITING = 500
# Below that of every other job.
PRIORITY = -10


@transaction.atomic
def start_filling(*, space: str, facts: SpaceFacts) -> EmbeddingSpace:
    """Register a version of ``space`` where it is new, and defer the jobs that fill what it lacks.

    It is switched to when it is whole. A version that is retired is filled again. Raises EncoderUnusable.
    """
    version = register_space(space=space, facts=facts)
    EmbeddingSpace.objects.filter(pk=version.pk, dropped_at=None).update(filling_since=now(), retired_at=None)
    defer_batches(version)
    version.refresh_from_db()
    return version


def defer_batches(version: EmbeddingSpace) -> int:
    """Defer jobs for the works that ``version`` lacks, MOST_WAITING at most; returns how many are new."""
    lacking = list(works_lacking(version).order_by("pk").values_list("pk", flat=True)[: BATCH * MOST_WAITING])
    return sum(_defer(version, lacking[start : start + BATCH]) for start in range(0, len(lacking), BATCH))


def _defer(version: EmbeddingSpace, works: Sequence[UUID]) -> bool:
    first, last = str(works[0]), str(works[-1])
    key = f"fill:{version.pk}:{first}"
    try:
        with transaction.atomic():
            task = app.configure_task(FILL_BATCH, queueing_lock=key, priority=PRIORITY)
            task.defer(version_id=str(version.pk), first=first, last=last)
    except AlreadyEnqueued:
        return False
    return True


def fill_batch(*, version_id: UUID, first: UUID, last: UUID) -> int:
    """Make the vectors that a version lacks of works from ``first`` to ``last``; returns how many.

    Nothing happens where the version is gone. Raises EncoderMissing where this machine has no encoder of it, and
    Retryable where the store does not answer.
    """
    version = EmbeddingSpace.objects.filter(pk=version_id, dropped_at=None).first()
    if version is None:
        return 0
    works = list(works_lacking(version).filter(pk__range=(first, last)).order_by("pk").prefetch_related("texts"))
    written = 0
    for start in range(0, len(works), BATCH):
        some = works[start : start + BATCH]
        vectors = WorksRead(some).vectors_in(version)
        written += add_vectors(works=[work.pk for work in some], version=version, vectors=vectors)
    switch_when_whole(version_id=version.pk)
    return written


def keep_filling() -> None:
    """Add batches to every filling whose jobs ran out, and finish those that are whole. For a periodic job.

    What a killed worker had in hand lacks still, so it is deferred again here.
    """
    for version in EmbeddingSpace.objects.live().exclude(filling_since=None):
        if switch_when_whole(version_id=version.pk):
            continue
        waiting = ProcrastinateJob.objects.filter(
            task_name=FILL_BATCH, status="todo", args__version_id=str(version.pk)
        ).exists()
        if not waiting and (added := defer_batches(version)):
            log.info("%s: %s more batches", version, added)
