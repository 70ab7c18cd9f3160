"""The one place where a job ends."""

from generation.models import GenerationJob
from generation.signals import job_ended
from marketplace.core.clock import now


def end_job(job: GenerationJob, state: GenerationJob.State, *, error_code: str = "") -> None:
    """Write the end of ``job``, whose row the caller has locked and seen active; tell who waits for it."""
    job.state = state
    job.error_code = error_code
    job.ended_at = now()
    job.save(update_fields=["state", "error_code", "ended_at"])
    job_ended.send(sender=GenerationJob, job=job)
