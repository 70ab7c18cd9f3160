"""How long pictures take on this installation's workers, from what its last jobs took."""

from dataclasses import dataclass
from statistics import median

from django.db.models import F

from generation.models import GenerationJob, GenerationModel

# Before anything was measured on this machine: 2 cores, 256 px, seconds per step of one picture.
FIRST_GUESS_S_PER_STEP = 0.12
REFERENCE_PIXELS = 256 * 256
# The same of a picture tool, for each of its parts; most of them need less.
FIRST_GUESS_OF_A_TOOL_S_PER_STEP = 0.02
_MEASURED_OVER = 24
# With jobs of nearly one size a line through them says nothing about what a job costs beside its steps.
_SPREAD_FOR_A_LINE = 1.5


@dataclass(frozen=True, slots=True)
class Rate:
    """Seconds for one step of one 256 px picture, seconds that each job takes beside its steps, and over how many jobs
    that was measured (0: a first guess).
    """

    seconds_per_step: float
    seconds_per_job: float
    jobs: int

    def seconds(self, *, width: int, height: int, steps: int, count: int) -> float:
        """Expected wall-clock seconds of one job; the time of a step grows with the number of pixels."""
        return self.seconds_per_job + self.seconds_per_step * work_of(
            width=width, height=height, steps_total=steps * count
        )


def expected_seconds(job: GenerationJob, *, steps: int) -> float:
    """Expected wall-clock seconds of ``steps`` steps of ``job``, by its model's rate."""
    width, height = (job.width, job.height) if job.painted_side is None else (job.painted_side, job.painted_side)
    return measured_rate(job.model).seconds(width=width, height=height, steps=steps, count=1)


def work_of(*, width: int, height: int, steps_total: int) -> float:
    """A job's work in steps of one 256 px picture."""
    return steps_total * width * height / REFERENCE_PIXELS


def measured_rate(model: GenerationModel) -> Rate:
    """From the last 24 jobs of ``model`` that were finished at their first attempt: from the worker's first sign to
    the recorded end, which is what their artists saw.
    """
    latest = (
        GenerationJob.objects.filter(
            model=model, state=GenerationJob.State.FINISHED, attempt=1, started_at__isnull=False
        )
        .order_by("-ended_at")
        .annotate(took=F("ended_at") - F("started_at"))
        .values_list("took", "width", "height", "painted_side", "steps_total")[:_MEASURED_OVER]
    )
    measured = [
        (work_of(width=painted or width, height=painted or height, steps_total=steps), took.total_seconds())
        for took, width, height, painted, steps in latest
    ]
    if not measured and model.tool:
        return Rate(FIRST_GUESS_OF_A_TOOL_S_PER_STEP, 0.0, 0)
    return fit(measured)


def fit(measured: list[tuple[float, float]]) -> Rate:
    """The line through (work, seconds) by medians of slopes (Theil-Sen), so that a few odd jobs move it little."""
    if not measured:
        return Rate(FIRST_GUESS_S_PER_STEP, 0.0, 0)
    works = [work for work, _ in measured]
    if max(works) >= _SPREAD_FOR_A_LINE * min(works):
        slopes = [
            (b[1] - a[1]) / (b[0] - a[0]) for i, a in enumerate(measured) for b in measured[i + 1 :] if a[0] != b[0]
        ]
        slope = median(slopes)
        beside = median(seconds - slope * work for work, seconds in measured)
        if slope > 0 and beside >= 0:
            return Rate(slope, beside, len(measured))
    return Rate(median(seconds / work for work, seconds in measured), 0.0, len(measured))
