"""What the shop knows of its workers' speed: measured jobs, then warm-ups, then other models, then a guess."""

from datetime import timedelta

import pytest

from generation.engine import contract
from generation.models import WorkerReport
from generation.speeds import FIRST_GUESS_S_PER_STEP, measured_rate
from marketplace.core.clock import now
from tests.factories.generation import GenerationJobFactory, GenerationModelFactory, GenerationOutputFactory

pytestmark = pytest.mark.django_db
ASKED = {"width": 256, "height": 256, "steps": 10, "count": 1}


def job(model, *, seconds: float, batch_size: int = 1, **more):
    ended = now()
    times = {"started_at": ended - timedelta(seconds=seconds), "ended_at": ended}
    made = GenerationJobFactory(model=model, state="finished", **{"width": 256, "height": 256, **times, **more})
    for index in range(made.count):
        GenerationOutputFactory(
            job=made, index=index, recipe={"batch_size": batch_size, "batch_index": index % batch_size}
        )
    return made


def worker(
    name: str, *warm_ups: tuple[int, float], model: str = "tiny-image", at_once: int = 1, seconds_ago: float = 1
):
    """One that has reported what (steps, seconds) it measured."""
    report = contract.WorkerReport(
        host=name,
        pid=1,
        started_at=1.0,
        device="cpu",
        build="torch",
        threads=1,
        models=[],
        memory_mib=1,
        pictures_made=0,
        batches_made=0,
        jobs_failed=0,
        batch_pictures=0,
        at_once=at_once,
        warm_ups=[
            contract.WarmUp(name=model, version="1", side_px=256, steps=steps, pictures=1, seconds=seconds)
            for steps, seconds in warm_ups
        ],
    )
    WorkerReport.objects.create(
        worker=name, reported_at=now() - timedelta(seconds=seconds_ago), report=report.model_dump(mode="json")
    )


def test_before_anybody_has_measured_it_is_a_guess():
    rate = measured_rate(GenerationModelFactory())
    assert (rate.jobs, rate.seconds(**ASKED)) == (0, pytest.approx(10 * FIRST_GUESS_S_PER_STEP))


def test_a_workers_warm_up_gives_the_first_rate():
    worker("one", (2, 0.7), (6, 1.9))
    rate = measured_rate(GenerationModelFactory())
    assert (rate.jobs, rate.seconds(**ASKED)) == (0, pytest.approx(3.1, rel=0.1))


def test_a_worker_that_is_gone_or_tells_of_another_model_or_nonsense_is_not_heard():
    worker("gone", (2, 0.7), (6, 1.9), seconds_ago=3600)
    worker("other", (2, 70.0), model="another")
    worker("nonsense", (2, 1e9), (6, 1e-9))
    WorkerReport.objects.create(worker="stranger", reported_at=now(), report={"warm_ups": "all of them"})
    assert measured_rate(GenerationModelFactory()).seconds(**ASKED) == pytest.approx(10 * FIRST_GUESS_S_PER_STEP)


def test_one_worker_that_lies_moves_neither_the_first_rate_nor_what_was_measured():
    for name in ("one", "two"):
        worker(name, (2, 0.7), (6, 1.9))
    worker("liar", (2, 700.0), (6, 1900.0))
    model = GenerationModelFactory()
    assert measured_rate(model).seconds(**ASKED) == pytest.approx(3.1, rel=0.1)
    WorkerReport.objects.exclude(worker="liar").delete()
    for _ in range(8):
        job(model, seconds=3.1, steps=10, count=1)
    assert measured_rate(model).seconds(**ASKED) == pytest.approx(3.1, rel=0.2)


def test_a_new_model_begins_with_anothers_speed_in_proportion_to_its_memory():
    known = GenerationModelFactory(name="known", memory_mib=100)
    for steps in (10, 20, 40):
        job(known, seconds=0.1 * steps, steps=steps, count=1)
    new = GenerationModelFactory(name="new", memory_mib=300)
    rate = measured_rate(new)
    assert (rate.jobs, rate.seconds(**ASKED)) == (0, pytest.approx(3.0, rel=0.1))


def test_pictures_of_one_job_share_batches_where_the_worker_makes_several_at_once():
    model = GenerationModelFactory()
    for count, steps in ((1, 10), (2, 20), (4, 10), (1, 40), (4, 20), (2, 10), (4, 40)):
        job(model, seconds=0.5 + 0.1 * steps * (1 + 0.1 * count), steps=steps, count=count, batch_size=count)
    alone = measured_rate(model)
    assert alone.at_once == 4
    four = alone.seconds(**{**ASKED, "count": 4})
    assert four == pytest.approx(0.5 + 1.4, rel=0.2)
    worker("one", at_once=1)
    assert measured_rate(model).seconds(**{**ASKED, "count": 4}) > 2 * four


def test_a_recipes_batch_that_cannot_be_is_bounded():
    model = GenerationModelFactory()
    made = job(model, seconds=3.0, steps=10, count=2)
    made.outputs.filter(index=0).update(recipe={"batch_size": 10**9, "batch_index": "x"})
    made.outputs.filter(index=1).update(recipe={})
    assert 0 < measured_rate(model).seconds(**ASKED) < 10


def test_a_rate_takes_a_fixed_number_of_queries(django_assert_num_queries):
    model = GenerationModelFactory()
    for _ in range(5):
        job(model, seconds=2.0, steps=10)
        with django_assert_num_queries(3):
            measured_rate(model)
