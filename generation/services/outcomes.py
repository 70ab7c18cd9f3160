"""What the worker reported, recorded once. The worker is a stranger: all that it says is checked.

Every outcome may come twice, late, in another order, or from an attempt that was given up.
"""

import logging
from uuid import UUID

from django.db import transaction

from generation.engine import contract
from generation.errors import ReportUnusable
from generation.models import GenerationJob, GenerationOutput
from generation.services.attempts import begin_next_attempt, note_attempt
from generation.services.ending import end_job
from generation.services.reports import read_report, require_ordered
from generation.signals import output_delivered

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 6
WORKER_STOPPED = "worker_stopped"
# Ends of attempts that a job may itself have caused, as one that kills its worker does; nobody batches it afterwards.
CRASHES = (WORKER_STOPPED, contract.FailureCode.INTERNAL.value)
MOST_CRASHES = 3


def record_picture(*, job_id: UUID, attempt: int, key: str) -> GenerationOutput | None:
    """Record the picture whose PictureResult lies under ``key``; None where the job is not at this attempt
    any more.

    Raises ReportUnusable where what lies there is not a picture of this job.
    """
    result = read_report(job_id, key)
    with transaction.atomic():
        job = _locked_at(job_id, attempt)
        return _deliver(job, result) if job is not None else None


def record_finished(*, job_id: UUID, attempt: int, keys: list[str]) -> GenerationJob | None:
    """Record all pictures that are missing yet and end the job; None where it is not at this attempt any
    more.

    Raises ReportUnusable where a picture is missing or is not one of this job.
    """
    results = [read_report(job_id, key) for key in keys]
    with transaction.atomic():
        job = _locked_at(job_id, attempt)
        if job is None:
            return None
        for result in results:
            _deliver(job, result)
        if job.outputs.count() != job.count:
            raise ReportUnusable(f"job {job_id} is said to be finished with {job.outputs.count()} of {job.count}")
        job.steps_done = job.steps_total
        job.save(update_fields=["steps_done"])
        end_job(job, GenerationJob.State.FINISHED)
        return job


def record_failed(*, job_id: UUID, attempt: int, code: str) -> GenerationJob | None:
    """Try again where that may help, else end the job; None where it is not at this attempt any more."""
    try:
        failure = contract.FailureCode(code)
    except ValueError:
        failure = contract.FailureCode.INTERNAL
    with transaction.atomic():
        job = _locked_at(job_id, attempt)
        if job is None:
            return None
        if failure.is_retryable:
            next_attempt(job, error_code=failure.value, wait_s=2**job.attempt)
        else:
            note_attempt(job, failure.value)
            end_job(job, GenerationJob.State.FAILED, error_code=failure.value)
        return job


def next_attempt(job: GenerationJob, *, error_code: str, wait_s: int = 0) -> None:
    """Put a job, whose row the caller has locked and seen active, in the queue again, at its old place.

    The last attempt ends it; the third that ended in a worker's death or an error of ours sets it aside for
    an administrator, since it may be what kills the workers.
    """
    note_attempt(job, error_code)
    job.crashes += error_code in CRASHES
    if job.crashes >= MOST_CRASHES:
        logger.error("job %s is set aside after %s crashes (%s)", job.id, job.crashes, error_code)
        job.save(update_fields=["crashes"])
        end_job(job, GenerationJob.State.PARKED, error_code=error_code)
        return
    if job.attempt >= MOST_ATTEMPTS:
        end_job(job, GenerationJob.State.FAILED, error_code=error_code)
        return
    begin_next_attempt(job, wait_s=wait_s)


def _locked_at(job_id: UUID, attempt: int) -> GenerationJob | None:
    job = (
        GenerationJob.objects.select_for_update(of=("self",), no_key=True)
        .select_related("model")
        .filter(id=job_id)
        .first()
    )
    if job is None or job.attempt != attempt or not job.is_active:
        logger.info("job %s: a report of attempt %s comes too late; nothing changes", job_id, attempt)
        return None
    return job


def _deliver(job: GenerationJob, result: contract.PictureResult) -> GenerationOutput:
    require_ordered(job, result)
    output, is_new = GenerationOutput.objects.get_or_create(
        job=job,
        index=result.index,
        defaults={
            "storage_key": result.storage_key,
            "sha256": result.sha256,
            "size_bytes": result.size_bytes,
            "media_type": result.media_type,
            "width": result.width,
            "height": result.height,
            "seed": result.recipe.seed,
            "recipe": result.recipe.model_dump(mode="json"),
            "render_s": result.render_s,
            "device": result.device,
            "record_key": result.record.storage_key if result.record is not None else "",
            "record_sha256": result.record.sha256 if result.record is not None else "",
        },
    )
    if is_new:
        output_delivered.send(sender=GenerationOutput, output=output)
    return output
