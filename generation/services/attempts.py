"""The end of one attempt at a job, and the beginning of the next."""

from procrastinate.contrib.django.models import ProcrastinateJob

from generation.models import GenerationJob, JobAttempt
from generation.services.jobs import put_in_queue
from marketplace.core.clock import now


def note_attempt(job: GenerationJob, error_code: str) -> None:
    """Write down that the present attempt ended with ``error_code``, and which worker had it."""
    worker = None
    if job.queue_job_id is not None:
        worker = ProcrastinateJob.objects.filter(id=job.queue_job_id).values_list("worker_id", flat=True).first()
    JobAttempt.objects.get_or_create(
        job=job,
        number=job.attempt,
        defaults={"error_code": error_code, "queue_worker_id": worker, "ended_at": now()},
    )


def begin_next_attempt(job: GenerationJob, *, wait_s: int = 0) -> None:
    """Queue the next attempt at ``job``, whose row the caller has locked; pictures that are recorded are kept."""
    job.attempt += 1
    job.state = GenerationJob.State.QUEUED
    job.steps_done = job.steps_per_picture * job.outputs.count()
    job.save(update_fields=["attempt", "state", "steps_done", "crashes"])
    put_in_queue(job, wait_s=wait_s)
