"""Reads on generation jobs. An owner sees her own; another's is not there."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F, FloatField, Prefetch, QuerySet, Sum
from django.db.models.functions import Cast

from generation.errors import JobNotFound, NoModelInstalled, OutputNotFound
from generation.models import GenerationJob, GenerationModel, GenerationOutput
from generation.services.models import register_installed
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store
from marketplace.core.blobs import BlobNotFound

DEFAULT_MODEL = "atelier-image-1"
# Before anything was measured on this machine: 2 cores, 256 px, seconds per step of one picture.
FIRST_GUESS_S_PER_STEP = 0.12
_MEASURED_OVER = 20
_REFERENCE_PIXELS = 256 * 256


@dataclass(frozen=True, slots=True)
class Rate:
    """Seconds for one step of one 256 px picture, and over how many pictures that was measured (0: a first
    guess).
    """

    seconds_per_step: float
    pictures: int

    def seconds(self, *, width: int, height: int, steps: int, count: int) -> float:
        """Expected wall-clock seconds; the time of a step grows with the number of pixels."""
        return self.seconds_per_step * steps * count * (width * height / _REFERENCE_PIXELS)


def models_folder() -> Path:
    """Where installed models lie."""
    return Path(settings.CONFIGURATION.models_dir)


def default_model() -> GenerationModel:
    """The model of the studio: the newest active entry, or else the one installed in MODELS_DIR, registered
    now.

    Raises NoModelInstalled.
    """
    newest = GenerationModel.objects.filter(is_active=True).order_by("-created_at").first()
    return newest or register_installed(models_folder() / DEFAULT_MODEL)


def measured_rate(model: GenerationModel) -> Rate:
    """From the last 20 pictures that were made with ``model``."""
    latest = GenerationOutput.objects.filter(job__model=model).order_by("-created_at")[:_MEASURED_OVER]
    work = Cast(F("width") * F("height"), FloatField()) * F("job__steps_total") / F("job__count")
    rows = list(latest.annotate(work=work / float(_REFERENCE_PIXELS)).values_list("render_s", "work"))
    total = sum(row[1] for row in rows)
    if not total:
        return Rate(FIRST_GUESS_S_PER_STEP, 0)
    return Rate(sum(row[0] for row in rows) / total, len(rows))


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


def output_of(owner: User, output_id: UUID) -> GenerationOutput:
    """One picture of ``owner``'s. Raises OutputNotFound."""
    output = GenerationOutput.objects.filter(id=output_id, job__owner=owner).select_related("job__model").first()
    if output is None:
        raise OutputNotFound
    return output


def picture_bytes(output: GenerationOutput) -> bytes:
    """The PNG. Raises OutputNotFound where the store has lost it."""
    try:
        return jobs_store().get(output.storage_key)
    except BlobNotFound as error:
        raise OutputNotFound from error


def seconds_waiting_before(job: GenerationJob) -> float:
    """Expected seconds until a waiting job begins: the steps left of all active jobs that came before it."""
    before = GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE, created_at__lt=job.created_at)
    steps = before.aggregate(left=Sum(F("steps_total") - F("steps_done")))["left"] or 0
    return measured_rate(job.model).seconds_per_step * steps


__all__ = [
    "NoModelInstalled",
    "Rate",
    "default_model",
    "job_of",
    "jobs_of",
    "measured_rate",
    "output_of",
    "picture_bytes",
    "seconds_waiting_before",
]
