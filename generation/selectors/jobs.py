"""Reads on generation jobs. An owner sees her own; another's is not there."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from generation.engine import contract
from generation.errors import JobNotFound, OutputNotFound
from generation.models import GenerationJob, GenerationOutput
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store
from marketplace.core.blobs import BlobNotFound


def jobs_of(owner: User) -> QuerySet[GenerationJob]:
    """Newest first, with their pictures."""
    return (
        GenerationJob.objects.filter(owner=owner)
        .select_related("model")
        .prefetch_related(Prefetch("outputs", GenerationOutput.objects.order_by("index")))
    )


def job_of(owner: User, job_id: UUID) -> GenerationJob:
    """One job of ``owner``'s with its pictures. Raises JobNotFound."""
    job = jobs_of(owner).filter(id=job_id).first()
    if job is None:
        raise JobNotFound
    return job


def latest_outputs_of(owner: User, *, most: int) -> list[GenerationOutput]:
    """``owner``'s newest pictures, with their jobs; one query."""
    outputs = GenerationOutput.objects.filter(job__owner=owner).select_related("job").order_by("-created_at", "-id")
    return list(outputs[:most])


def output_of(owner: User, output_id: UUID) -> GenerationOutput:
    """One picture of ``owner``'s. Raises OutputNotFound."""
    output = GenerationOutput.objects.filter(id=output_id, job__owner=owner).select_related("job__model").first()
    if output is None:
        raise OutputNotFound
    return output


def input_bytes(job: GenerationJob) -> bytes:
    """The PNG that ``job`` began with. Raises OutputNotFound where it began with none, or the store has lost it."""
    if not job.input_sha256:
        raise OutputNotFound
    try:
        return jobs_store().get(contract.input_key(job.id))
    except BlobNotFound as error:
        raise OutputNotFound from error


def record_bytes(output: GenerationOutput) -> bytes:
    """The record of a restored picture (PNG). Raises OutputNotFound where it has none, or the store has lost it."""
    if not output.record_key:
        raise OutputNotFound
    try:
        return jobs_store().get(output.record_key)
    except BlobNotFound as error:
        raise OutputNotFound from error


def picture_bytes(output: GenerationOutput) -> bytes:
    """The PNG. Raises OutputNotFound where the store has lost it."""
    try:
        return jobs_store().get(output.storage_key)
    except BlobNotFound as error:
        raise OutputNotFound from error
