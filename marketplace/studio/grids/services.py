"""Ordering a grid, stopping it, and trying a cell again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import InsufficientCredits
from billing.selectors import credits_available
from generation.engine import contract
from generation.models import GenerationJob
from generation.services import cancel_job
from marketplace.accounts.models import User
from marketplace.studio.choosing import require_usable
from marketplace.studio.errors import (
    CellCannotBeRetried,
    GridActive,
    GridEndedAlready,
    GridNotFound,
)
from marketplace.studio.grids.models import EarlierTry, GridCell, PictureGrid
from marketplace.studio.grids.plans import GridSettings, cells_of, plan_grid, settings_json, settings_of_grid
from marketplace.studio.pricing import quote_for
from marketplace.studio.services import order_one, require_known_words, require_room
from marketplace.studio.shares import share_of

# Without a picture, and not to get one any more: what an administrator set aside may still get one.
RETRYABLE = (GenerationJob.State.FAILED, GenerationJob.State.CANCELLED)


def order_grid(*, user: User, settings: GridSettings, submission: UUID | None = None) -> PictureGrid:
    """Reserve the credits of all cells and queue all their jobs, or nothing of it; one picture each.

    The same ``submission`` twice makes one grid. Raises GridUnusable, NoModelForThis, WordsNotTaught and
    PromptUnreadable (which name the cell), GridActive, TooManyJobs, InsufficientCredits, SettingsUnusable.
    """
    plan = plan_grid(user, settings)
    if plan.refusal is not None:
        raise plan.refusal
    with transaction.atomic():
        # As in `place_order`: a second submission waits here and then finds the first's grid.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if submission is not None:
            earlier = PictureGrid.objects.filter(owner=user, submission=submission).first()
            if earlier is not None:
                return earlier
        _require_no_other(user, None)
        require_room(user)
        _require_credits(user, plan.credits)
        grid = PictureGrid(
            owner=user,
            model=settings.model,
            settings=settings_json(settings.base),
            x_axis=settings.x.as_json(),
            y_axis=settings.y.as_json() if settings.y is not None else None,
        )
        if submission is not None:
            grid.submission = submission
        grid.save(force_insert=True)
        weight = share_of(user)
        for cell in plan.cells:
            job = order_one(user=user, model=cell.model, settings=cell.settings, offer=cell.offer, weight=weight)
            GridCell.objects.create(grid=grid, column=cell.column, row=cell.row, job=job)
    return grid


@transaction.atomic
def cancel_grid(*, user: User, grid_id: UUID) -> PictureGrid:
    """Stop every cell that waits or runs; pictures delivered stay and are paid, the rest of the credits comes back.

    Raises GridNotFound (also for another's) and GridEndedAlready.
    """
    grid = PictureGrid.objects.filter(owner=user, id=grid_id).first()
    if grid is None:
        raise GridNotFound(way_out=_("Look among your grids."))
    # All rows first, before the ledger is touched: an outcome that comes in meanwhile holds its job's row and then
    # asks for the ledger's, so the other way round the two would wait for each other.
    active = list(
        GenerationJob.objects.select_for_update(of=("self",), no_key=True)
        .filter(grid_cell__grid=grid, state__in=GenerationJob.ACTIVE)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if not active:
        raise GridEndedAlready(way_out=_("Its pictures are on its page."))
    for job_id in active:
        cancel_job(owner=user, job_id=job_id)
    return grid


def retry_cell(*, user: User, cell_id: UUID) -> GridCell:
    """Order a cell's picture anew that failed or was cancelled; one that is being made already stays as it is.

    Raises GridNotFound (also for another's), CellCannotBeRetried, GridActive, TooManyJobs, NoModelForThis,
    WordsNotTaught, InsufficientCredits.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        cell = GridCell.objects.select_related("grid__model", "job__model__terms").filter(id=cell_id).first()
        if cell is None or cell.grid.owner_id != user.pk:
            raise GridNotFound(way_out=_("Look among your grids."))
        if cell.job.is_active:
            return cell
        if cell.job.state not in RETRYABLE:
            raise CellCannotBeRetried(way_out=_("Look at the grid's page."))
        model = cell.job.model
        require_usable(user, model, kind=contract.Kind.TEXT_TO_IMAGE)
        _require_no_other(user, cell.grid)
        if not _is_active(cell.grid):
            require_room(user)
        settings = next(s for c, r, _label, s, _model in cells_of(settings_of_grid(cell.grid)) if (c, r) == cell.place)
        offer = quote_for(settings, model)
        require_known_words(offer)
        EarlierTry.objects.create(cell=cell, job=cell.job)
        cell.job = order_one(user=user, model=model, settings=settings, offer=offer, weight=share_of(user))
        cell.save(update_fields=["job"])
    return cell


def _require_no_other(user: User, this: PictureGrid | None) -> None:
    """One grid at a time. In a transaction that has locked the person."""
    others = PictureGrid.objects.filter(owner=user, cells__job__state__in=GenerationJob.ACTIVE)
    if this is not None:
        others = others.exclude(id=this.id)
    if others.exists():
        raise GridActive(way_out=_("Wait until it is finished, or cancel the rest of it."))


def _is_active(grid: PictureGrid) -> bool:
    return grid.cells.filter(job__state__in=GenerationJob.ACTIVE).exists()


def _require_credits(user: User, needed: int) -> None:
    """The whole price at once: each cell's own reservation would name its own price alone."""
    available = credits_available(user)
    if available < needed:
        raise InsufficientCredits(
            _("This grid needs %(needed)d credits and you have %(available)d.")
            % {"needed": needed, "available": available},
            way_out=_("Leave some values out, choose fewer steps or a smaller size, or buy credits."),
            needed=needed,
            available=available,
        )
