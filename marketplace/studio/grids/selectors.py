"""What the pages and the API show of a grid, in a number of queries that does not grow with its cells."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from generation.explanations import Explanation, explain_failure
from generation.models import GenerationJob, GenerationOutput
from generation.selectors import seconds_waiting_before
from marketplace.accounts.models import User
from marketplace.studio.errors import GridNotFound
from marketplace.studio.grids.models import GridCell, PictureGrid
from marketplace.studio.grids.plans import GridSettings, settings_of_grid
from marketplace.studio.grids.services import RETRYABLE
from marketplace.studio.models import GenerationCharge
from marketplace.studio.pricing import credits_for_another
from marketplace.studio.selectors import is_offered


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell. ``output`` is its picture, ``failure`` why there is none; ``credits_for_retry`` None: not to be tried
    again.
    """

    cell: GridCell
    job: GenerationJob
    label: str
    output: GenerationOutput | None
    failure: Explanation | None
    credits_for_retry: int | None


@dataclass(frozen=True, slots=True)
class RowView:
    """One row; ``label`` is empty where the grid has one axis."""

    label: str
    cells: list[CellView]


@dataclass(frozen=True, slots=True)
class GridView:
    """A grid as its owner sees it. Credits are whole; ``seconds_left`` is expected, None where nothing is active.

    ``credits_to_return``: what comes back if the rest is cancelled now.
    """

    grid: PictureGrid
    settings: GridSettings
    rows: list[RowView]
    steps_done: int
    steps_total: int
    credits_held: int
    credits_spent: int
    credits_to_return: int
    seconds_left: float | None
    stamp: str

    @property
    def cells(self) -> list[CellView]:
        """Row by row."""
        return [cell for row in self.rows for cell in row.cells]

    @property
    def is_active(self) -> bool:
        """Whether a cell waits or is being made."""
        return any(cell.job.is_active for cell in self.cells)

    @property
    def pictures(self) -> int:
        """How many there are by now."""
        return sum(cell.output is not None for cell in self.cells)

    @property
    def without(self) -> int:
        """Cells that ended without a picture."""
        return sum(cell.output is None and not cell.job.is_active for cell in self.cells)

    @property
    def first_pictures(self) -> list[CellView]:
        """A few, for a list."""
        return [cell for cell in self.cells if cell.output is not None][:4]


def grids_of(owner: User) -> QuerySet[PictureGrid]:
    """Newest first, ready for ``grid_view`` without a query for each."""
    outputs = Prefetch("job__outputs", GenerationOutput.objects.order_by("index"))
    cells = GridCell.objects.select_related("job__model__terms", "job__charge").prefetch_related(outputs)
    return (
        PictureGrid.objects.filter(owner=owner)
        .select_related("model__terms")
        .prefetch_related(Prefetch("cells", cells.order_by("row", "column")))
    )


def grid_of(owner: User, grid_id: UUID) -> PictureGrid:
    """One of ``owner``'s. Raises GridNotFound."""
    grid = grids_of(owner).filter(id=grid_id).first()
    if grid is None:
        raise GridNotFound
    return grid


def grid_view(grid: PictureGrid, *, with_time: bool = True) -> GridView:
    """What to show of ``grid``; ``with_time`` asks the queue how long it still takes."""
    settings = settings_of_grid(grid)
    cells = list(grid.cells.all())
    views = [_cell_view(cell, settings) for cell in cells]
    row_labels = settings.y.labels if settings.y is not None else ("",)
    rows = [RowView(label, [v for v in views if v.cell.row == place]) for place, label in enumerate(row_labels)]
    jobs = [cell.job for cell in cells]
    charges = [job.charge for job in jobs]
    active = [job for job in jobs if job.is_active]
    return GridView(
        grid=grid,
        settings=settings,
        rows=rows,
        # What ended without its picture is done with too: the bar reaches its end.
        steps_done=sum(job.steps_done if job.is_active else job.steps_total for job in jobs),
        steps_total=sum(job.steps_total for job in jobs),
        credits_held=sum(charge.credits_held for charge in charges),
        credits_spent=sum(charge.credits_spent or 0 for charge in charges),
        credits_to_return=sum(_returned(job.charge, len(job.outputs.all())) for job in active),
        seconds_left=_seconds_left(active) if active and with_time else None,
        stamp=_stamp(jobs),
    )


def oldest_sign(view: GridView) -> GenerationJob | None:
    """The active job that has been silent for longest; None where none is active."""
    active = [cell.job for cell in view.cells if cell.job.is_active]
    return min(active, key=lambda job: job.progress_at or job.created_at, default=None)


def _cell_view(cell: GridCell, settings: GridSettings) -> CellView:
    job = cell.job
    output = next(iter(job.outputs.all()), None)
    labels = [settings.x.labels[cell.column], *([settings.y.labels[cell.row]] if settings.y is not None else [])]
    is_without = output is None and job.state in {GenerationJob.State.FAILED, GenerationJob.State.PARKED}
    may_retry = output is None and job.state in RETRYABLE and is_offered(job.model)
    return CellView(
        cell=cell,
        job=job,
        label=" × ".join(labels),
        output=output,
        failure=explain_failure(job) if is_without else None,
        credits_for_retry=credits_for_another(job) if may_retry else None,
    )


def _returned(charge: GenerationCharge, delivered: int) -> int:
    return charge.credits_held - min(charge.credits_held, delivered * charge.credits_per_picture)


def _seconds_left(active: list[GenerationJob]) -> float:
    """Until the cell that comes last in the queue has its picture."""
    last = max(active, key=lambda job: (job.state == GenerationJob.State.QUEUED, job.queue_tag or 0.0))
    left = (last.expected_s or 0.0) * (1.0 - last.steps_done / max(1, last.steps_total))
    return left + (seconds_waiting_before(last) if last.state == GenerationJob.State.QUEUED else 0.0)


def _stamp(jobs: list[GenerationJob]) -> str:
    told = [f"{j.id}{j.state}{j.attempt}.{j.steps_done}.{j.previews}.{len(j.outputs.all())}" for j in jobs]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]
