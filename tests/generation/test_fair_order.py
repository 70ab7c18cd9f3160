"""The order of the queue: nobody waits behind another's hundred, better plans have more, nobody starves."""

import threading
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.engine import contract
from generation.models import GenerationJob, QueueClock
from generation.services import advance_clock, cancel_job, create_job, record_failed, sweep
from generation.services.fair_order import virtual_time
from marketplace.core.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty(queue):
    return queue


def order(owner, *, weight: float = 1.0, steps: int = 10, count: int = 1) -> GenerationJob:
    """An order of ``steps`` × ``count``; at the first guess 0.03 seconds a step at 128 px."""
    return create_job(
        owner=owner,
        model=GenerationModelFactory(),
        prompt="a sunset",
        language="en",
        width=128,
        height=128,
        count=count,
        seed=1,
        steps=steps,
        guidance=4.0,
        weight=weight,
    )


def serve() -> GenerationJob | None:
    """Take the next job as a worker does, by the queue's own function, begin it and end its row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute("SELECT id, args FROM procrastinate_fetch_job_v2(%s, %s)", [[contract.QUEUE], worker])
        row, _ = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [row])
    job = GenerationJob.objects.get(queue_job_id=row)
    # It took as long as expected, so that the measured speed stays what it is.
    ended = now()
    GenerationJob.objects.filter(id=job.id).update(
        state=GenerationJob.State.FINISHED,
        started_at=ended - timedelta(seconds=job.expected_s),
        ended_at=ended,
        steps_done=job.steps_total,
    )
    return job


def served(count: int) -> list[GenerationJob]:
    jobs = [serve() for _ in range(count)]
    assert None not in jobs
    return jobs  # type: ignore[return-value]


def test_nobody_waits_behind_anothers_hundred():
    busy, late = UserFactory(), UserFactory()
    for _ in range(100):
        order(busy)
    assert serve().owner_id == busy.id
    one = order(late)
    # What is served now is the busy one's next at the latest; then comes the one who ordered last.
    assert one.id in [job.id for job in served(2)]


def test_many_artists_with_many_jobs_each_take_turns():
    artists = [UserFactory() for _ in range(8)]
    for artist in artists:
        for _ in range(12):
            order(artist)
    first = Counter(job.owner_id for job in served(48))
    assert set(first.values()) == {6}


def test_a_plan_has_its_share_while_all_wait():
    subscriber, free = UserFactory(), UserFactory()
    for _ in range(40):
        order(free)
        order(subscriber, weight=4)
    first = Counter(job.owner_id for job in served(40))
    assert first[subscriber.id] == 32
    assert first[free.id] == 8


def test_a_plans_first_job_is_served_before_the_first_jobs_of_people_without_one():
    others = [UserFactory() for _ in range(20)]
    for other in others:
        order(other)
    job = order(UserFactory(), weight=4)
    assert serve().id == job.id


def test_work_counts_and_not_the_number_of_jobs():
    large, small = UserFactory(), UserFactory()
    for _ in range(10):
        order(large, steps=40)
    for _ in range(40):
        order(small, steps=10)
    first = served(25)
    steps = Counter()
    for job in first:
        steps[job.owner_id] += job.steps_total
    assert abs(steps[large.id] - steps[small.id]) <= 40


def test_nobody_starves_however_many_orders_a_subscriber_adds():
    free, subscriber = UserFactory(), UserFactory()
    waiting = order(free)
    for _ in range(5):
        order(subscriber, weight=4)
    before = 0
    while serve().id != waiting.id:
        before += 1
        assert before <= 5
        order(subscriber, weight=4)


def test_who_was_away_brings_neither_debt_nor_savings():
    worked, away = UserFactory(), UserFactory()
    for _ in range(30):
        order(worked)
    served(30)
    for _ in range(10):
        order(away)
        order(worked)
    first = Counter(job.owner_id for job in served(10))
    assert first == {away.id: 5, worked.id: 5}


def test_what_was_cancelled_before_it_began_costs_its_owner_nothing():
    fickle, other = UserFactory(), UserFactory()
    jobs = [order(fickle) for _ in range(20)]
    for job in jobs:
        cancel_job(owner=fickle, job_id=job.id)
    order(other)
    assert order(fickle).queue_tag == pytest.approx(jobs[0].queue_tag)


def test_a_job_that_is_tried_again_keeps_its_place_and_is_tried_alone():
    first, second = UserFactory(), UserFactory()
    job = order(first)
    shape = ProcrastinateJob.objects.get(id=job.queue_job_id).args["shape"]
    assert shape
    for _ in range(5):
        order(second)
    before = ProcrastinateJob.objects.get(id=job.queue_job_id).priority
    record_failed(job_id=job.id, attempt=1, code="store_unreachable")
    job.refresh_from_db()
    row = ProcrastinateJob.objects.get(id=job.queue_job_id)
    assert (row.priority, row.args["shape"]) == (before, shape)
    record_failed(job_id=job.id, attempt=2, code="internal")
    job.refresh_from_db()
    row = ProcrastinateJob.objects.get(id=job.queue_job_id)
    assert (row.priority, row.args["shape"]) == (before, "")


def test_orders_at_once_take_places_of_their_own():
    artists = [UserFactory() for _ in range(4)]
    GenerationModelFactory()
    errors: list[Exception] = []
    barrier = threading.Barrier(16)

    def send(artist) -> None:
        try:
            barrier.wait()
            for _ in range(5):
                with transaction.atomic():
                    order(artist)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(artists[n % 4],)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for artist in artists:
        tags = sorted(GenerationJob.objects.filter(owner=artist).values_list("queue_tag", flat=True))
        steps = [after - before for before, after in pairwise(tags)]
        assert len(tags) == 20
        # 20 orders one behind the other, no two at one place.
        assert steps == pytest.approx([tags[0]] * 19)


def test_the_clock_moves_on_and_the_order_stays():
    artists = [UserFactory() for _ in range(3)]
    GenerationJob.objects.filter(id=order(artists[0]).id).update(queue_tag=12_000_000.0)
    serve()
    assert virtual_time() == 12_000_000.0
    jobs = [order(artist, weight=weight) for artist in artists for weight in (1, 2)]
    by_tag = [job.id for job in sorted(jobs, key=lambda job: (job.queue_tag, job.queue_job_id))]
    assert advance_clock()
    assert not advance_clock()
    assert QueueClock.objects.get().base == 12_000_000.0
    late = order(UserFactory(), steps=100)
    waiting = ProcrastinateJob.objects.filter(status="todo", queue_name=contract.QUEUE)
    assert all(abs(row.priority) < 100_000 for row in waiting)
    assert [job.id for job in served(7)] == [*by_tag, late.id]


def test_rows_of_an_older_release_are_served_first():
    older = order(UserFactory())
    GenerationJob.objects.filter(id=older.id).update(queue_tag=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET priority = 0 WHERE id = %s", [older.queue_job_id])
    order(UserFactory(), weight=50)
    assert serve().id == older.id
    assert sweep().jobs_taken_up == 0


@pytest.mark.parametrize("weight", [0, -1, float("nan")])
def test_a_share_is_above_nothing(weight: float):
    with pytest.raises(ValueError, match="share"):
        order(UserFactory(), weight=weight)
    assert not GenerationJob.objects.exists()
