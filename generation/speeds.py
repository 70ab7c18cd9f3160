"""How long pictures take on this installation's workers, from what its last jobs took.

Before the first job of a model: from what living workers measured when they warmed up; else from another model's
jobs, in proportion to the memory of both; else a guess.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F
from pydantic import ValidationError

from generation.engine import contract
from generation.engine.contract import Kind
from generation.estimating import REFERENCE_PIXELS, Sample, Work, expected, in_batches
from generation.models import GenerationJob, GenerationModel, GenerationOutput, WorkerReport
from marketplace.core.clock import now

# Before anything was measured on this machine: 2 cores, 256 px, seconds per step of one picture.
FIRST_GUESS_S_PER_STEP = 0.12
# The same of a picture tool, for each of its parts; most of them need less.
FIRST_GUESS_OF_A_TOOL_S_PER_STEP = 0.02
_MEASURED_OVER = 32
# Of a job that nobody has seen being made: what a worker says of its warm-up.
_WARM_UP_WEIGHT = 0.3
# A worker is a stranger. What it says of its warm-up is believed within these bounds, the middle of all of them, and
# outweighed by the first jobs.
_PLAUSIBLE_S = (0.0005, 3600.0)
_REPORTED_WITHIN_S = 60.0
_MOST_WORKERS_HEARD = 50
# Models differ by the number of their weights, hardly by more than this.
_LARGEST_RATIO = 64.0


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of a model's speed. ``jobs``: over how many of its jobs it was measured (0: a first guess);
    ``at_once``: pictures of one job that a worker makes in one batch.
    """

    samples: tuple[Sample, ...]
    jobs: int
    at_once: int = 1
    guess_s_per_step: float = FIRST_GUESS_S_PER_STEP

    def seconds(
        self,
        *,
        width: int,
        height: int,
        steps: int,
        count: int,
        kind: str = Kind.TEXT_TO_IMAGE.value,
        guidance: float = 4.0,
    ) -> float:
        """Expected wall-clock seconds of one job of ``count`` pictures that take ``steps`` steps each."""
        batches = in_batches(count, 1 if Kind(kind).runs_alone else self.at_once)
        work = Work(_sort_of(kind, guidance), width * height, max(1, steps), count, batches)
        if not self.samples:
            return self.guess_s_per_step * work.pixels / REFERENCE_PIXELS * work.steps * count
        return expected(work, self.samples)


def expected_seconds(job: GenerationJob, *, share: float = 1.0) -> float:
    """Expected wall-clock seconds of this share of ``job``, by its model's rate."""
    width, height = (job.width, job.height) if job.painted_side is None else (job.painted_side, job.painted_side)
    whole = measured_rate(job.model).seconds(
        width=width,
        height=height,
        steps=job.steps_per_picture,
        count=job.count,
        kind=job.kind,
        guidance=job.guidance,
    )
    return whole * share


def measured_rate(model: GenerationModel) -> Rate:
    """From the last 32 jobs of ``model`` that were finished at their first attempt: from the worker's first sign to
    the recorded end, which is what their artists saw. Four queries at most, three once it has made something.
    """
    samples, reports = _last_jobs(model), _living_reports()
    jobs = len(samples)
    samples += _warm_ups(model, reports, newer=jobs)
    if model.tool:
        return Rate(tuple(samples), jobs, guess_s_per_step=FIRST_GUESS_OF_A_TOOL_S_PER_STEP)
    if not samples:
        samples = _by_another_model(model)
    told = sorted(report.at_once for report in reports)
    at_once = told[len(told) // 2] if told else _largest_batch(samples)
    return Rate(tuple(samples), jobs, at_once)


def _sort_of(kind: str, guidance: float) -> str:
    # Without guidance a step runs the model once instead of twice.
    return kind if guidance > 1.0 else f"{kind} unguided"


def _largest_batch(samples: Sequence[Sample]) -> int:
    return max((size for sample in samples for size in sample.work.batches), default=1)


def _last_jobs(model: GenerationModel) -> list[Sample]:
    latest = list(
        GenerationJob.objects.filter(
            model=model, state=GenerationJob.State.FINISHED, attempt=1, started_at__isnull=False
        )
        .order_by("-ended_at")
        .annotate(took=F("ended_at") - F("started_at"))[:_MEASURED_OVER]
    )
    placed: dict[Any, list[tuple[Any, Any]]] = {}
    outputs = GenerationOutput.objects.filter(job__in=[job.id for job in latest]).order_by("job", "index")
    for job_id, size, place in outputs.values_list("job", "recipe__batch_size", "recipe__batch_index"):
        placed.setdefault(job_id, []).append((size, place))
    samples = []
    for newer, job in enumerate(latest):
        took: timedelta = job.took
        if took.total_seconds() <= 0:
            continue
        work = Work(
            _sort_of(job.kind, job.guidance),
            job.painted_pixels,
            max(1, job.steps_per_picture),
            job.count,
            _batches(placed.get(job.id, ()), job.count),
        )
        samples.append(Sample(work, took.total_seconds(), newer))
    return samples


def _batches(places: Iterable[tuple[Any, Any]], count: int) -> tuple[int, ...]:
    """The sizes of the batches that a job's pictures stood in, from their recipes, in order: a new one begins where the
    size changes or the place does not grow. Nobody can check a recipe's batch, so the sizes are bounded.
    """
    batches: list[int] = []
    before = -1
    for size, place in places:
        if not isinstance(size, int) or not isinstance(place, int):
            size, place = 1, 0
        size = max(1, min(size, contract.MOST_AT_ONCE))
        if not batches or size != batches[-1] or place <= before:
            batches.append(size)
        before = place
    return tuple(batches) or (1,) * count


def _living_reports() -> list[contract.WorkerReport]:
    since: datetime = now() - timedelta(seconds=_REPORTED_WITHIN_S)
    reports = []
    told = WorkerReport.objects.filter(reported_at__gte=since).order_by("-reported_at", "worker")
    for report in told.values_list("report", flat=True)[:_MOST_WORKERS_HEARD]:
        try:
            reports.append(contract.WorkerReport.model_validate(report))
        except ValidationError:  # a worker of another release, or a stranger's
            continue
    return reports


def _warm_ups(model: GenerationModel, reports: list[contract.WorkerReport], *, newer: int) -> list[Sample]:
    """What living workers measured with ``model``; of each kind of measurement the median."""
    told: dict[tuple[int, int, int], list[float]] = {}
    for report in reports:
        for warm_up in report.warm_ups:
            is_plausible = _PLAUSIBLE_S[0] <= warm_up.seconds <= _PLAUSIBLE_S[1]
            if (warm_up.name, warm_up.version) == (model.name, model.version) and is_plausible:
                told.setdefault((warm_up.side_px, warm_up.steps, warm_up.pictures), []).append(warm_up.seconds)
    kind = _sort_of(Kind.TEXT_TO_IMAGE.value, model.default_guidance)
    return [
        Sample(Work(kind, side * side, steps, pictures, (pictures,)), median(seconds), newer, _WARM_UP_WEIGHT)
        for (side, steps, pictures), seconds in sorted(told.items())
    ]


def _by_another_model(model: GenerationModel) -> list[Sample]:
    """The samples of the model that was used last, as if this one had made them: the time of a step grows with the
    number of weights. None where no other model was used.
    """
    last = (
        GenerationJob.objects.filter(
            state=GenerationJob.State.FINISHED, attempt=1, started_at__isnull=False, model__tool=""
        )
        .exclude(model=model)
        .order_by("-ended_at")
        .select_related("model")
        .first()
    )
    if last is None:
        return []
    ratio = 1.0
    if model.memory_mib and last.model.memory_mib:
        ratio = min(_LARGEST_RATIO, max(1 / _LARGEST_RATIO, model.memory_mib / last.model.memory_mib))
    return [replace(sample, seconds=sample.seconds * ratio) for sample in _last_jobs(last.model)]
