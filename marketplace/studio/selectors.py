"""What the studio's pages and API show of a job."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import QuerySet

from generation.explanations import Explanation, explain_failure
from generation.models import GenerationJob, GenerationModel
from generation.selectors import jobs_of, seconds_waiting_before
from generation.services import sweep
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.studio.models import GenerationCharge
from marketplace.studio.pricing import credits_for_another

_STANDS_STILL_AFTER_S = 60
_SWEEP_AT_MOST_EVERY_S = 15
_WITHOUT_ALL_PICTURES = (GenerationJob.State.FAILED, GenerationJob.State.PARKED)


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its owner sees it. ``seconds_left``: expected, None where it has ended; credits are whole.

    ``credits_for_another``: the price of one more picture like these; None where the model is not offered any more.
    """

    job: GenerationJob
    credits_held: int
    credits_spent: int
    seconds_left: float | None
    failure: Explanation | None
    credits_for_another: int | None = None

    @property
    def credits_returned(self) -> int:
        """What came back, once it has ended."""
        return self.credits_held - self.credits_spent if not self.job.is_active else 0

    @property
    def stamp(self) -> str:
        """Changes whenever something that is shown changes (but for the seconds left)."""
        job = self.job
        return f"{job.state}-{job.attempt}-{job.steps_done}-{job.previews}-{len(job.outputs.all())}"

    @property
    def pictures_missing(self) -> range:
        """One place for each picture that is still to come."""
        return range(self.job.count - len(self.job.outputs.all())) if self.job.is_active else range(0)


def jobs_with_prices(owner: User) -> QuerySet[GenerationJob]:
    """``owner``'s jobs, newest first, ready for ``job_view`` without a query for each; not the cells of grids, which
    have pages of their own and would fill this list.
    """
    singles = jobs_of(owner).filter(grid_cell=None, earlier_try=None)
    return singles.select_related("charge", "model__terms", "grid_cell")


def job_view(job: GenerationJob) -> JobView:
    """What to show of ``job``."""
    charge: GenerationCharge | None = getattr(job, "charge", None)
    return JobView(
        job=job,
        credits_held=charge.credits_held if charge else 0,
        credits_spent=(charge.credits_spent or 0) if charge else 0,
        seconds_left=_seconds_left(job) if job.is_active else None,
        failure=explain_failure(job) if job.state in _WITHOUT_ALL_PICTURES else None,
        credits_for_another=credits_for_another(job) if is_offered(job.model) else None,
    )


def is_offered(model: GenerationModel) -> bool:
    """Whether new orders may name ``model`` at all; some belong to plans."""
    return model.is_active and model.commercial_use != GenerationModel.CommercialUse.FORBIDDEN


def take_up_if_it_stands_still(job: GenerationJob) -> None:
    """The sweeper's backstop: somebody looks at a job that has given no sign for a minute, so look for a
    dead worker.

    At most every 15 seconds for each web process, however many people look.
    """
    last_sign = job.progress_at or job.created_at
    stands_still = job.is_active and last_sign < now() - timedelta(seconds=_STANDS_STILL_AFTER_S)
    if stands_still and cache.add("studio:swept", True, _SWEEP_AT_MOST_EVERY_S):
        sweep()


def sizes_of(model: GenerationModel) -> list[tuple[int, int]]:
    """Width and height in pixels that the studio offers for ``model``; the first is its own size."""
    side, largest = model.default_side, model.largest_side
    offered = [(side, side), (side + 64, side), (side, side + 64), (side * 3 // 2, side), (side, side * 3 // 2)]
    offered += [(side * 3 // 2, side * 3 // 2), (side * 2, side * 2)]
    fitting = [(w, h) for w, h in offered if max(w, h) <= largest and w % 64 == 0 and h % 64 == 0]
    return list(dict.fromkeys([(side, side), *fitting]))


def _seconds_left(job: GenerationJob) -> float:
    # As it was expected when it was ordered: asked again at each look it would cost several queries.
    left = (job.expected_s or 0.0) * (1.0 - job.steps_done / max(1, job.steps_total))
    waiting = seconds_waiting_before(job) if job.state == GenerationJob.State.QUEUED else 0.0
    return left + waiting
