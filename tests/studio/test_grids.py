"""Grids: all cells or none, exact credits, one at a time; axes as people type them."""

import io
import threading
from uuid import uuid4

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.errors import InsufficientCredits
from billing.models import CreditHold
from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.errors import SettingsUnusable
from generation.models import GenerationJob, GenerationModel
from generation.services import record_failed, record_finished
from marketplace.studio.errors import (
    CellCannotBeRetried,
    GridActive,
    GridEndedAlready,
    GridHasNoPicture,
    GridNotFound,
    GridUnusable,
    NoModelForThis,
    PromptUnreadable,
    TooManyJobs,
    WordsNotTaught,
)
from marketplace.studio.grids.axes import Axis, What, axis_of, values_in
from marketplace.studio.grids.models import GridCell, PictureGrid
from marketplace.studio.grids.plans import GridSettings, plan_grid
from marketplace.studio.grids.plot import plot_png
from marketplace.studio.grids.selectors import grid_of, grid_view, grids_of
from marketplace.studio.grids.services import cancel_grid, order_grid, retry_cell
from marketplace.studio.models import ModelTerms
from marketplace.studio.services import MOST_ACTIVE_JOBS, start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")


def axis(what: str, text: str) -> Axis:
    return axis_of(What(what), values_in(What(what), text), models=list(GenerationModel.objects.all()))


def grid_settings(x=("words", "sunset, forest, mountains"), y=("steps", "10-20:10"), **more) -> GridSettings:
    chosen = {"prompt": "a {x} over the sea", "width": 128, "height": 128, "count": 1, "seed": 9, "steps": 20, **more}
    model = GenerationModel.objects.get(name="tiny-image")
    return GridSettings(PictureSettings(**chosen), model, axis(*x), axis(*y) if y else None)


def deliver(cell: GridCell, colour: str = "teal") -> None:
    job = cell.job
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, data=png(job.width, job.height, colour))])


def credits_of(user) -> tuple[int, int]:
    return credits_available(user), credits_held(user)


def nothing_happened(user) -> bool:
    return (
        credits_of(user) == (60, 0)
        and not GenerationJob.objects.exists()
        and not PictureGrid.objects.exists()
        and not CreditHold.objects.exists()
        and not ProcrastinateJob.objects.filter(queue_name=contract.QUEUE).exists()
    )


@pytest.mark.parametrize(
    ("what", "text", "values"),
    [
        ("words", "a sea, calm\na forest", ("a sea, calm", "a forest")),
        ("words", "sea, forest，雪山、湖", ("sea", "forest", "雪山", "湖")),
        ("steps", "4-8:2", (4, 6, 8)),
        ("steps", "10\n 20 \n\n40", (10, 20, 40)),
        ("steps", "1-3, 8", (1, 2, 3, 8)),
        ("guidance", "1.5-3:0.5", (1.5, 2.0, 2.5, 3.0)),
        ("guidance", "2，7.5", (2.0, 7.5)),
        ("seed", "0,4294967295", (0, 4294967295)),
    ],
)
def test_values_are_read_as_they_are_typed(db, what, text, values):
    assert axis(what, text).values == values


@pytest.mark.parametrize(
    ("what", "text", "said"),
    [
        ("words", "sea", "2 to 6 values, not 1"),
        ("words", "", "2 to 6 values, not 0"),
        ("words", "a,b,c,d,e,f,g", "2 to 6 values, not 7"),
        ("words", "sea, sea", "“sea” stands there twice"),
        ("words", f"{'x' * 201}\nsea", "too long"),
        ("seed", "0-4294967295", "not 4294967296"),
        ("seed", "1,4294967296", "cannot be used here"),
        ("seed", "1,-2", "cannot be used here"),
        ("steps", "0,5", "cannot be used here"),
        ("steps", "5,101", "cannot be used here"),
        ("steps", "5,6.5", "cannot be used here"),
        ("steps", "8-4", "is no range"),
        ("steps", "4-8:0", "is no range"),
        ("steps", "4-6,5", "“5” stands there twice"),
        ("steps", "many, few", "cannot be used here"),
        ("guidance", "nan, 3", "cannot be used here"),
        ("guidance", "0.5, 3", "cannot be used here"),
        ("model", "Tiny, Huge", "no image model “Huge”"),
    ],
)
def test_values_that_cannot_be_used_are_named(db, what, text, said):
    with pytest.raises(GridUnusable, match=said) as told:
        axis(what, text)
    assert told.value.way_out


def test_an_order_reserves_all_and_queues_each_cell_as_its_own_job(artist):
    ModelTerms.objects.create(model=GenerationModel.objects.get(), credits_per_picture=8)
    grid = order_grid(user=artist, settings=grid_settings(negative_prompt="rain"))
    # 128 px: a quarter of 256 px; 10 steps: half of 20. 8 × 1/4 × 1/2 = 1, and 2 with 20 steps.
    assert credits_of(artist) == (60 - 9, 9)
    cells = list(grid.cells.select_related("job"))
    told = [(c.row, c.column, c.job.prompt, c.job.steps, c.job.seed, c.job.count) for c in cells]
    assert told == [
        (row, column, f"a {words} over the sea", steps, 9, 1)
        for row, steps in enumerate([10, 20])
        for column, words in enumerate(["sunset", "forest", "mountains"])
    ]
    rows = ProcrastinateJob.objects.filter(queue_name=contract.QUEUE)
    shapes = sorted({row.args["shape"] for row in rows})
    assert (rows.count(), len(shapes)) == (6, 2), "cells of one shape share a batch"
    tags = [cell.job.queue_tag for cell in cells]
    assert tags == sorted(tags)
    assert tags[0] < tags[-1], "the grid's tags grow one by one, so nobody waits behind all of it"


def test_others_are_served_between_the_cells(artist):
    grid = order_grid(user=artist, settings=grid_settings())
    other = UserFactory()
    give_credits(other, 5)
    job = start_generation(user=other, settings=PictureSettings("a sunset", 128, 128, 1, 1, 10))
    behind = [cell.job.queue_tag for cell in grid.cells.select_related("job") if cell.job.queue_tag > job.queue_tag]
    assert len(behind) >= 4


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"prompt": "a sunset over the sea"}, GridUnusable, "axis x have no place"),
        ({"y": ("words", "sea, lake")}, GridUnusable, "axis y have no place"),
        ({"prompt": "a {x} over the {y}"}, GridUnusable, "holds {y}"),
        ({"x": ("steps", "1-5"), "prompt": "a sunset"}, GridUnusable, "differ by the same"),
        ({"x": ("seed", "1-6"), "y": ("steps", "1-5"), "prompt": "sea"}, GridUnusable, "30 pictures; 25 are"),
        ({"x": ("words", "sunset, zeppelin")}, WordsNotTaught, "At “zeppelin × 10”: .* not taught: zeppelin"),
        ({"prompt": "a {x} over the zeppelin"}, WordsNotTaught, "^The model was not taught: zeppelin"),
        ({"negative_prompt": "people"}, WordsNotTaught, "^It cannot avoid"),
        ({"x": ("words", "sunset\n(forest")}, PromptUnreadable, "At “.forest × 10”"),
        ({"width": 512}, NoModelForThis, "up to 256 pixels"),
        ({"width": 100}, SettingsUnusable, "sides are multiples of 64"),
        ({"x": ("words", "sea\n" + "sea " * 49), "prompt": "{x} " * 4}, GridUnusable, "At “sea sea .* 500 characters"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_charged(artist, changed, error, said):
    with pytest.raises(error, match=said) as told:
        order_grid(user=artist, settings=grid_settings(**changed))
    assert told.value.way_out
    assert nothing_happened(artist)


def test_too_few_credits_for_all_order_none(artist):
    ModelTerms.objects.create(model=GenerationModel.objects.get(), credits_per_picture=80)
    with pytest.raises(InsufficientCredits, match="This grid needs 90 credits and you have 60") as told:
        order_grid(user=artist, settings=grid_settings())
    assert told.value.facts == {"needed": 90, "available": 60}
    assert nothing_happened(artist)


def test_half_way_broken_orders_none(artist, monkeypatch):
    from marketplace.studio import services

    made = services.create_job
    calls = []

    def breaks(**order):
        calls.append(order)
        if len(calls) == 4:
            raise SettingsUnusable(way_out="none")
        return made(**order)

    monkeypatch.setattr(services, "create_job", breaks)
    with pytest.raises(SettingsUnusable):
        order_grid(user=artist, settings=grid_settings())
    assert nothing_happened(artist)


def test_a_model_axis_and_two_axes_of_words(artist):
    other = GenerationModel.objects.create(
        name="other", version="1", title="Other", default_side=128, largest_side=256, default_steps=20
    )
    settings = grid_settings(x=("model", "Tiny, other"), y=("words", "sunset\nforest"), prompt="a {y} at night")
    grid = order_grid(user=artist, settings=settings)
    told = [(c.job.model.name, c.job.prompt) for c in grid.cells.select_related("job__model")]
    assert told == [
        ("tiny-image", "a sunset at night"),
        ("other", "a sunset at night"),
        ("tiny-image", "a forest at night"),
        ("other", "a forest at night"),
    ]
    cancel_grid(user=artist, grid_id=grid.id)
    both = grid_settings(x=("words", "sunset, forest"), y=("words", "night, morning"), prompt="a {x} in the {y}")
    assert [c.settings.prompt for c in plan_grid(artist, both).cells][-1] == "a forest in the morning"
    GenerationModel.objects.filter(id=other.id).update(is_active=False)
    with pytest.raises(NoModelForThis, match="At “Other × sunset”"):
        order_grid(user=artist, settings=settings)
    assert PictureGrid.objects.count() == 1


def test_a_grid_counts_as_one_order_and_only_one_is_active(artist):
    give_credits(artist, 100)
    grid = order_grid(user=artist, settings=grid_settings())
    with pytest.raises(GridActive):
        order_grid(user=artist, settings=grid_settings())
    one = PictureSettings("a sunset", 128, 128, 1, 1, 10)
    for _ in range(MOST_ACTIVE_JOBS - 1):
        start_generation(user=artist, settings=one)
    with pytest.raises(TooManyJobs, match=f"{MOST_ACTIVE_JOBS} of your jobs"):
        start_generation(user=artist, settings=one)
    cancel_grid(user=artist, grid_id=grid.id)
    start_generation(user=artist, settings=one)
    with pytest.raises(TooManyJobs):
        order_grid(user=artist, settings=grid_settings())
    with pytest.raises(TooManyJobs):
        retry_cell(user=artist, cell_id=grid.cells.first().id)
    assert PictureGrid.objects.count() == 1


def test_cancelling_the_rest_pays_for_what_was_delivered(artist):
    grid = order_grid(user=artist, settings=grid_settings())
    cells = list(grid.cells.select_related("job"))
    deliver(cells[0])
    record_failed(job_id=cells[1].job_id, attempt=1, code="model_missing")
    assert grid_view(grid_of(artist, grid.id)).credits_to_return == 4
    cancel_grid(user=artist, grid_id=grid.id)
    assert credits_of(artist) == (59, 0)
    states = [c.job.state for c in grid.cells.select_related("job")]
    assert states == ["finished", "failed", "cancelled", "cancelled", "cancelled", "cancelled"]
    with pytest.raises(GridEndedAlready):
        cancel_grid(user=artist, grid_id=grid.id)
    assert credits_of(artist) == (59, 0)
    view = grid_view(grid_of(artist, grid.id))
    assert (view.pictures, view.without, view.is_active, view.credits_spent) == (1, 5, False, 1)
    call_command("check_ledger")


def test_a_failed_cell_is_tried_again_once(artist):
    grid = order_grid(user=artist, settings=grid_settings())
    cells = list(grid.cells.select_related("job"))
    failed, done = cells[1], cells[0]
    deliver(done)
    record_failed(job_id=failed.job_id, attempt=1, code="model_missing")
    again = retry_cell(user=artist, cell_id=failed.id)
    assert again.job_id != failed.job_id
    same = ("prompt", "seed", "steps", "guidance", "model_id", "width")
    assert all(getattr(again.job, name) == getattr(failed.job, name) for name in same)
    assert retry_cell(user=artist, cell_id=failed.id).job_id == again.job_id
    with pytest.raises(CellCannotBeRetried):
        retry_cell(user=artist, cell_id=done.id)
    # 1 spent, 4 of the others and 1 of the new one held.
    assert credits_of(artist) == (60 - 1 - 5, 5)
    cancel_grid(user=artist, grid_id=grid.id)
    other = order_grid(user=artist, settings=grid_settings())
    with pytest.raises(GridActive):
        retry_cell(user=artist, cell_id=failed.id)
    cancel_grid(user=artist, grid_id=other.id)
    GenerationModel.objects.update(is_active=False)
    GenerationModel.objects.create(name="free", version="1", title="Free", default_side=128)
    assert grid_view(grid_of(artist, grid.id)).cells[1].credits_for_retry is None
    with pytest.raises(NoModelForThis):
        retry_cell(user=artist, cell_id=failed.id)
    assert credits_of(artist) == (59, 0)
    call_command("check_ledger")


def test_another_member_finds_nothing(artist):
    grid = order_grid(user=artist, settings=grid_settings())
    member = UserFactory()
    give_credits(member, 60)
    cell = grid.cells.select_related("job").first()
    record_failed(job_id=cell.job_id, attempt=1, code="model_missing")
    for denied in (
        lambda: grid_of(member, grid.id),
        lambda: cancel_grid(user=member, grid_id=grid.id),
        lambda: retry_cell(user=member, cell_id=cell.id),
        lambda: retry_cell(user=artist, cell_id=uuid4()),
    ):
        with pytest.raises(GridNotFound):
            denied()
    assert (credits_held(artist), credits_held(member)) == (5, 0)
    assert GenerationJob.objects.count() == 6


def at_once(*calls) -> tuple[list, list]:
    """What the calls gave and what they raised, all begun together."""
    given, raised, barrier = [], [], threading.Barrier(len(calls))

    def run(call) -> None:
        barrier.wait()
        try:
            given.append(call())
        except Exception as error:  # noqa: BLE001 - the tests look at them
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given, raised


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_six_times_at_once_makes_one_grid(artist, queue):
    settings, submission = grid_settings(), uuid4()
    given, raised = at_once(*[lambda: order_grid(user=artist, settings=settings, submission=submission).id] * 6)
    assert not raised
    assert (len(given), len(set(given))) == (6, 1)
    assert (PictureGrid.objects.count(), GridCell.objects.count(), credits_held(artist)) == (1, 6, 6)
    assert ProcrastinateJob.objects.filter(queue_name=contract.QUEUE).count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_grids_at_once_one_is_made(artist, queue):
    settings = grid_settings()
    given, raised = at_once(*[lambda: order_grid(user=artist, settings=settings).id] * 2)
    assert (len(given), [type(error) for error in raised]) == (1, [GridActive])
    assert credits_held(artist) == 6


@pytest.mark.django_db(transaction=True)
def test_cancelled_while_all_cells_finish_the_ledger_agrees(artist, queue):
    grid = order_grid(user=artist, settings=grid_settings())
    cells = list(grid.cells.select_related("job__model"))
    keys = {cell.job_id: put_picture(cell.job, 0) for cell in cells}

    def finish(job_id):
        return lambda: record_finished(job_id=job_id, attempt=1, keys=[keys[job_id]])

    _given, raised = at_once(
        lambda: cancel_grid(user=artist, grid_id=grid.id), *[finish(cell.job_id) for cell in reversed(cells)]
    )
    assert all(isinstance(error, GridEndedAlready) for error in raised)
    delivered = GenerationJob.objects.filter(state="finished").count()
    assert GenerationJob.objects.filter(state="cancelled").count() == 6 - delivered
    assert credits_of(artist) == (60 - delivered, 0)
    call_command("check_ledger")


@pytest.mark.django_db(transaction=True)
def test_a_cell_tried_again_four_times_at_once_is_ordered_once(artist, queue):
    grid = order_grid(user=artist, settings=grid_settings())
    cell = grid.cells.select_related("job").first()
    record_failed(job_id=cell.job_id, attempt=1, code="model_missing")
    given, raised = at_once(*[lambda: retry_cell(user=artist, cell_id=cell.id).job_id] * 4)
    assert not raised
    assert len(set(given)) == 1
    assert (GenerationJob.objects.count(), credits_held(artist)) == (7, 6)


def test_views_ask_as_often_for_many_cells_as_for_few(artist, django_assert_num_queries):
    give_credits(artist, 100)
    small = order_grid(user=artist, settings=grid_settings(x=("seed", "1,2"), y=None, prompt="a sunset"))
    deliver(small.cells.select_related("job__model").first())
    with django_assert_num_queries(5) as counted:
        view = grid_view(grid_of(artist, small.id))
    assert (len(view.cells), view.seconds_left > 0) == (2, True)
    cancel_grid(user=artist, grid_id=small.id)
    large = order_grid(user=artist, settings=grid_settings(x=("seed", "1-5"), y=("steps", "1-5"), prompt="a sunset"))
    for cell in large.cells.select_related("job__model")[:9]:
        deliver(cell)
    with django_assert_num_queries(len(counted)):
        assert len(grid_view(grid_of(artist, large.id)).cells) == 25
    with django_assert_num_queries(3):
        assert len([grid_view(grid, with_time=False) for grid in grids_of(artist)]) == 2


def test_the_plot_has_every_picture_in_its_place_with_its_labels(artist):
    settings = grid_settings(x=("words", "日落, 雪山"), y=("guidance", "2,7.5"), prompt="海上的{x}")
    grid = order_grid(user=artist, settings=settings)
    with pytest.raises(GridHasNoPicture):
        plot_png(grid_view(grid_of(artist, grid.id)))
    cells = list(grid.cells.select_related("job__model"))
    for cell, colour in zip(cells[:3], ["red", "lime", "blue"], strict=True):
        deliver(cell, colour)
    sheet = Image.open(io.BytesIO(plot_png(grid_view(grid_of(artist, grid.id))))).convert("RGB")
    pixels = np.asarray(sheet)
    boxes = []
    for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255), (236, 230, 220)]:
        rows, columns = np.nonzero((pixels == colour).all(axis=2))
        boxes.append((columns.min(), rows.min(), columns.max(), rows.max()))
        # Smaller pictures are drawn at 192 px; the fourth place is empty.
        assert len(rows) == 192 * 192
    (red, lime, blue, empty) = boxes
    assert (red[1], red[0]) == (lime[1], blue[0])
    assert (lime[0], blue[1]) == (empty[0], empty[1])
    assert red[2] < lime[0]
    assert red[3] < blue[1]
    labels = sheet.crop((0, 0, sheet.width, 40)).getcolors(1 << 24)
    assert len(labels) > 10, "the title's letters are drawn"
