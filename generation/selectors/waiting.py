"""How long a job waits before it begins: what stands before it in the fair order, shared among the living workers."""

import heapq
from datetime import timedelta
from uuid import UUID

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Cast, Coalesce

from generation.models import GenerationJob, WorkerReport
from generation.services.fair_order import tag_after
from marketplace.core.clock import now

# Workers report every 5 seconds; one that is late by several reports is taken for gone.
ALIVE_WITHIN_S = 20.0
# Beyond this the jobs are no longer laid out one by one, only summed.
_LAID_OUT = 1000


def workers_alive() -> int:
    """Generation workers that have reported within the last 20 seconds."""
    return WorkerReport.objects.filter(reported_at__gte=now() - timedelta(seconds=ALIVE_WITHIN_S)).count()


def seconds_waiting_before(job: GenerationJob) -> float:
    """Expected seconds until ``job``, which waits, begins."""
    return _begins_in(_before(job.queue_tag).exclude(id=job.id))


def seconds_a_new_job_waits(owner_id: UUID, *, cost_s: float, weight: float) -> float:
    """Expected seconds until a job of ``cost_s`` seconds begins that this owner would order now."""
    return _begins_in(_before(tag_after(owner_id, cost_s=cost_s, weight=weight)))


def _before(tag: float | None) -> QuerySet[GenerationJob]:
    ahead = Q(state=GenerationJob.State.RUNNING)
    # A row of an older release has no tag and is served first.
    ahead |= Q(state=GenerationJob.State.QUEUED) & (Q(queue_tag__isnull=True) | Q(queue_tag__lte=tag or 0.0))
    return GenerationJob.objects.filter(ahead)


def _begins_in(before: QuerySet[GenerationJob]) -> float:
    share_left = 1.0 - Cast(F("steps_done"), FloatField()) / F("steps_total")
    left = Coalesce(F("expected_s"), 0.0) * share_left
    # Those that run first, then in the order of the queue.
    rows = list(before.order_by("-state", "queue_tag", "id").values_list(left, flat=True)[: _LAID_OUT + 1])
    workers = max(1, workers_alive())
    if len(rows) > _LAID_OUT:
        return sum(before.values_list(left, flat=True)) / workers
    # Each job goes to the worker that is free first; the new one comes when the next is free.
    free_at = [0.0] * workers
    for seconds in rows:
        heapq.heapreplace(free_at, free_at[0] + seconds)
    return free_at[0]
