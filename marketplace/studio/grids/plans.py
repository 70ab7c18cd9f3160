"""From axes to cells: the settings of every picture of a grid, its price, and what stands against it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from generation.engine.vocabulary import PromptCheck
from generation.models import GenerationModel
from generation.selectors import Rate, measured_rate, seconds_a_new_job_waits, workers_alive
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.studio.choosing import usable_models
from marketplace.studio.errors import GridUnusable, NoModelForThis, PromptUnreadable, WordsNotTaught
from marketplace.studio.grids.axes import MOST_CELLS, Axis, What, X, Y
from marketplace.studio.grids.models import PictureGrid
from marketplace.studio.pricing import Quote, check_words, credits_per_picture
from marketplace.studio.services import require_known_words
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.studio.shares import share_of

# As in the contract with the workers.
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class GridSettings:
    """What a grid is ordered with. ``base`` has one picture, and {x} and {y} in its words where words differ."""

    base: PictureSettings
    model: GenerationModel
    x: Axis
    y: Axis | None = None

    @property
    def axes(self) -> list[tuple[str, Axis]]:
        """With their names."""
        return [(X, self.x), *([(Y, self.y)] if self.y is not None else [])]

    @property
    def size(self) -> int:
        """How many pictures."""
        return len(self.x.values) * (len(self.y.values) if self.y is not None else 1)


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One picture of a grid, before it is ordered."""

    column: int
    row: int
    label: str
    settings: PictureSettings
    model: GenerationModel
    offer: Quote


@dataclass(frozen=True, slots=True)
class Plan:
    """All cells with their prices (whole credits) and expected times in seconds; ``refusal`` is what an order of it
    would be refused with, or None.
    """

    cells: list[PlannedCell]
    waiting_seconds: float
    expected_seconds: float
    measured_over: int
    refusal: AtelierError | None

    @property
    def credits(self) -> int:
        """For all cells."""
        return sum(cell.offer.credits for cell in self.cells)

    @property
    def total_seconds(self) -> float:
        """From the button to the last picture."""
        return self.waiting_seconds + self.expected_seconds


def require_shape(grid: GridSettings) -> None:
    """Raises GridUnusable unless axes and words fit together and the pictures are not too many."""
    if grid.size > MOST_CELLS:
        raise GridUnusable(
            _("This grid has %(count)d pictures; %(most)d are the most.") % {"count": grid.size, "most": MOST_CELLS},
            way_out=_("Leave some values out."),
        )
    if grid.y is not None and grid.x.what is grid.y.what and grid.x.what is not What.WORDS:
        raise GridUnusable(_("Both axes differ by the same."), way_out=_("Choose something else for one of them."))
    words = f"{grid.base.prompt}\n{grid.base.negative_prompt}"
    marked = {name for name in (X, Y) if f"{{{name}}}" in words}
    wanted = {name for name, axis in grid.axes if axis.what is What.WORDS}
    for name in sorted(wanted - marked):
        raise GridUnusable(
            _("The words of axis %(name)s have no place in the prompt.") % {"name": name},
            way_out=_("Write %(mark)s where they shall stand, as in: %(example)s")
            % {"mark": f"{{{name}}}", "example": f"a {{{name}}} over the sea"},
        )
    for name in sorted(marked - wanted):
        raise GridUnusable(
            _("The prompt holds %(mark)s, and no axis has words for it.") % {"mark": f"{{{name}}}"},
            way_out=_("Take it out, or let axis %(name)s be words.") % {"name": name},
        )


def plan_grid(user: User, grid: GridSettings) -> Plan:
    """Every cell with its price. Writes nothing.

    Raises GridUnusable, and NoModelForThis where a model of the axis cannot be used; what the models were not taught
    is told as `Plan.refusal`.
    """
    require_shape(grid)
    models = {str(model.id): model for model in usable_models(user)}
    rates: dict[UUID, Rate] = {}
    cells = []
    for column, row, label, settings, model_id in cells_of(grid):
        model = models.get(model_id)
        if model is None or not model.makes_from_words:
            raise NoModelForThis(_at(label, str(NoModelForThis())), way_out=_("Choose another model."))
        if max(settings.width, settings.height) > model.largest_side:
            raise NoModelForThis(
                _("%(model)s makes pictures of up to %(most)d pixels on a side.")
                % {"model": model.title, "most": model.largest_side},
                way_out=_("Choose a smaller size or another model."),
            )
        if model.id not in rates:
            rates[model.id] = measured_rate(model)
        cells.append(PlannedCell(column, row, label, settings, model, _offer(settings, model, rates[model.id])))
    return _plan(user, cells, rates)


def cells_of(grid: GridSettings) -> Iterator[tuple[int, int, str, PictureSettings, str]]:
    """Column, row, label, settings and the model's id of each cell, row by row."""
    rows = range(len(grid.y.values)) if grid.y is not None else range(1)
    for row in rows:
        for column in range(len(grid.x.values)):
            settings, model_id, labels = grid.base, str(grid.model.id), []
            for (name, axis), place in zip(grid.axes, (column, row), strict=False):
                labels.append(axis.labels[place])
                if axis.what is What.MODEL:
                    model_id = axis.values[place]
                else:
                    settings = _with(settings, name, axis.what, axis.values[place])
            yield column, row, " × ".join(labels), settings, model_id


def _with(settings: PictureSettings, name: str, what: What, value: Any) -> PictureSettings:
    if what is What.WORDS:
        mark = f"{{{name}}}"
        return replace(
            settings,
            prompt=settings.prompt.replace(mark, value),
            negative_prompt=settings.negative_prompt.replace(mark, value),
        )
    return replace(settings, **{what.value: value})


def _offer(settings: PictureSettings, model: GenerationModel, rate: Rate) -> Quote:
    each = credits_per_picture(width=settings.width, height=settings.height, steps=settings.steps, model=model)
    prompt, to_avoid = _words(settings.prompt, model), _words(settings.negative_prompt, model)
    return Quote(
        credits=each,
        credits_per_picture=each,
        expected_seconds=rate.seconds(
            width=settings.width,
            height=settings.height,
            steps=settings.steps,
            count=1,
            guidance=settings.guidance or model.default_guidance,
        ),
        measured_over=rate.jobs,
        prompt_check=prompt,
        unknown_to_avoid=to_avoid.unknown if to_avoid is not None else (),
    )


def _words(words: str, model: GenerationModel) -> PromptCheck | None:
    try:
        return check_words(words, model)
    except PromptUnreadable:
        # A price is told all the same; the plan's refusal says what is wrong.
        return None


def _plan(user: User, cells: list[PlannedCell], rates: dict[UUID, Rate]) -> Plan:
    making = sum(cell.offer.expected_seconds for cell in cells)
    return Plan(
        cells=cells,
        waiting_seconds=seconds_a_new_job_waits(user.id, cost_s=cells[0].offer.expected_seconds, weight=share_of(user)),
        # Cells are jobs of their own: living workers share them.
        expected_seconds=making / min(len(cells), max(1, workers_alive())),
        measured_over=min(rate.jobs for rate in rates.values()),
        refusal=_refusal(cells),
    )


def _refusal(cells: list[PlannedCell]) -> AtelierError | None:
    refused = [(cell, error) for cell in cells if (error := _refusal_of(cell)) is not None]
    if not refused:
        return None
    cell, error = refused[0]
    if len(refused) == len(cells) and all(other.message == error.message for _cell, other in refused):
        # It stands in what all cells share.
        return error
    return type(error)(_at(cell.label, error.message), way_out=error.way_out, **{**error.facts, "cell": cell.label})


def _refusal_of(cell: PlannedCell) -> AtelierError | None:
    if max(len(cell.settings.prompt), len(cell.settings.negative_prompt)) > _LONGEST_WORDS:
        return GridUnusable(
            _("The words are longer than %(most)d characters.") % {"most": _LONGEST_WORDS},
            way_out=_("Leave some words out."),
        )
    try:
        for words in (cell.settings.prompt, cell.settings.negative_prompt):
            check_words(words, cell.model)
        require_known_words(cell.offer)
    except (WordsNotTaught, PromptUnreadable) as error:
        return error
    return None


def _at(label: str, message: str) -> str:
    return _("At “%(cell)s”: %(message)s") % {"cell": label, "message": message}


def settings_json(settings: PictureSettings) -> dict[str, Any]:
    """``settings`` for the database; what is empty is left out."""
    return {name: value for name, value in asdict(settings).items() if value is not None}


def settings_of_grid(grid: PictureGrid) -> GridSettings:
    """What ``grid`` was ordered with."""
    return GridSettings(
        base=PictureSettings(**grid.settings),
        model=grid.model,
        x=Axis.from_json(grid.x_axis),
        y=Axis.from_json(grid.y_axis) if grid.y_axis else None,
    )
