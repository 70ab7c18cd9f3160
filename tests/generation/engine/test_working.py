"""The worker's own code as a process, on the real queue and the real store, with a pipeline that sleeps."""

from __future__ import annotations

import re

import psycopg
from django.db import connection

from generation.models import GenerationJob
from generation.services import cancel_job, create_job
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory
from tests.generation.processes import WorkerProcess, wait_until

TIMEOUT_S = 120.0


def wait_for_all(jobs: list[GenerationJob], outcomes, worker: WorkerProcess) -> None:
    def ended() -> bool:
        outcomes()
        for job in jobs:
            job.refresh_from_db()
        return not any(job.is_active for job in jobs)

    wait_until(ended, timeout_s=TIMEOUT_S, what=worker.said)


def batches(*jobs: GenerationJob) -> list[list[tuple[int, int]]]:
    """Of each job: batch size and place of each picture."""
    return [[(o.recipe["batch_size"], o.recipe["batch_index"]) for o in job.outputs.order_by("index")] for job in jobs]


def statuses(*jobs: GenerationJob) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE id = ANY(%s) ORDER BY id",
            [[job.queue_job_id for job in jobs]],
        )
        return [row[0] for row in cursor.fetchall()]


def test_jobs_of_one_shape_share_a_batch_and_others_wait_for_theirs(start, order, outcomes):
    alike = [order(seed=1), order(seed=2, count=2), order(seed=4, prompt="a forest")]
    other = order(steps=5)
    later = order(seed=9)
    worker = start(WORKER_MOST_AT_ONCE="4")
    wait_for_all([*alike, other, later], outcomes, worker)
    assert batches(*alike) == [[(4, 0)], [(4, 1), (4, 2)], [(4, 3)]], worker.said()
    assert batches(other, later) == [[(1, 0)], [(1, 0)]]
    assert {job.state for job in [*alike, other, later]} == {GenerationJob.State.FINISHED}
    assert [(job.attempt, job.steps_done) for job in alike] == [(1, 4), (1, 8), (1, 4)]
    assert statuses(*alike, other, later) == ["succeeded"] * 5


def test_what_does_not_fit_goes_back_at_once_and_is_rendered_in_its_turn(start, order, outcomes):
    jobs = [order(seed=1), order(seed=10, count=8), order(seed=2), order(seed=3)]
    worker = start(WORKER_MOST_AT_ONCE="4")
    wait_for_all(jobs, outcomes, worker)
    assert batches(*jobs) == [
        [(4, 0)],
        [(4, 1), (4, 2), (4, 3), (4, 0), (4, 1), (4, 2), (4, 3), (1, 0)],
        [(2, 0)],
        [(2, 1)],
    ], worker.said()
    assert [job.attempt for job in jobs] == [1, 1, 1, 1]


def test_out_of_memory_halves_the_batch_for_that_shape_and_then_gives_up_in_words(start, order, outcomes):
    fits, other = order(count=8, seed=1), order(steps=5, count=2)
    worker = start("--fits", "2", WORKER_MOST_AT_ONCE="8")
    wait_for_all([fits, other], outcomes, worker)
    assert batches(fits, other) == [[(2, 0), (2, 1)] * 4, [(2, 0), (2, 1)]], worker.said()
    assert worker.said().count("memory ran out") == 2
    again = order(count=4, seed=1)
    wait_for_all([again], outcomes, worker)
    assert worker.said().count("memory ran out") == 2
    assert worker.stop() == 0
    too_large = order(count=2)
    worker = start("--fits", "0", WORKER_MOST_AT_ONCE="8")

    def is_at_the_next_attempt() -> bool:
        outcomes()
        too_large.refresh_from_db()
        return too_large.attempt == 2

    wait_until(is_at_the_next_attempt, timeout_s=TIMEOUT_S, what=worker.said)
    assert "out_of_memory" in worker.said()


def test_a_picture_that_breaks_a_batch_takes_no_other_with_it(start, order, outcomes):
    well = [order(seed=1), order(seed=2)]
    broken = order(prompt="a broken picture")
    worker = start(WORKER_MOST_AT_ONCE="4")
    wait_for_all(well, outcomes, worker)
    assert [job.state for job in well] == [GenerationJob.State.FINISHED] * 2

    def is_at_the_next_attempt() -> bool:
        outcomes()
        broken.refresh_from_db()
        return broken.attempt == 2

    wait_until(is_at_the_next_attempt, timeout_s=TIMEOUT_S, what=worker.said)


def test_cancelled_it_stops_in_the_step_that_is_under_way_and_a_batch_goes_on_for_the_others(start, order, outcomes):
    job = order(steps=100)
    worker = start("--step-s", "2", WORKER_MOST_AT_ONCE="4")
    wait_until(lambda: "step 3 of" in worker.said(), timeout_s=TIMEOUT_S, what=worker.said)
    cancel_job(owner=job.owner, job_id=job.id)
    begun = steps_begun(worker)
    wait_until(lambda: "stopped (cancelled)" in worker.said(), timeout_s=TIMEOUT_S, what=worker.said)
    assert steps_begun(worker) <= begun + 1, worker.said()
    wait_until(lambda: statuses(job) == ["succeeded"], timeout_s=TIMEOUT_S, what=worker.said)
    gone, stays = order(steps=3, seed=1), order(steps=3, seed=2)
    # The worker may have begun the first alone; then both are made, one after the other.
    wait_until(lambda: gone.steps_done or gone.refresh_from_db(), timeout_s=TIMEOUT_S, what=worker.said)
    cancel_job(owner=gone.owner, job_id=gone.id)
    wait_for_all([gone, stays], outcomes, worker)
    assert (gone.state, gone.outputs.count()) == (GenerationJob.State.CANCELLED, 0)
    assert (stays.state, stays.outputs.count()) == (GenerationJob.State.FINISHED, 1)


def steps_begun(worker: WorkerProcess) -> int:
    return len(re.findall(r"step \d+ of", worker.said()))


def test_a_job_beyond_its_time_limit_is_given_up_for_good(start, order, outcomes):
    job = order(steps=100)
    worker = start("--step-s", "0.2", WORKER_TIME_LIMIT_S="1")
    wait_for_all([job], outcomes, worker)
    assert (job.state, job.error_code, job.attempt) == (GenerationJob.State.FAILED, "time_limit", 1)
    after = order(steps=2)
    wait_for_all([after], outcomes, worker)
    assert after.state == GenerationJob.State.FINISHED


def test_a_step_that_never_returns_ends_the_process_and_the_job(start, order, outcomes):
    job = order(prompt="stuck")
    worker = start(WORKER_TIME_LIMIT_S="1")
    wait_for_all([job], outcomes, worker)
    assert (job.state, job.error_code) == (GenerationJob.State.FAILED, "time_limit")
    assert worker.process is not None
    assert worker.process.wait(TIMEOUT_S) == 70
    assert statuses(job) == ["succeeded"]


def test_asked_to_end_in_a_batch_it_gives_all_its_jobs_back(start, order, outcomes):
    jobs = [order(seed=seed, steps=50) for seed in (1, 2, 3)]
    worker = start("--step-s", "0.1", WORKER_MOST_AT_ONCE="4")
    wait_until(lambda: "step 2 of 3" in worker.said(), timeout_s=TIMEOUT_S, what=worker.said)
    assert worker.stop() == 0, worker.said()
    assert statuses(*jobs) == ["todo"] * 3
    next_worker = start("--step-s", "0.01", WORKER_MOST_AT_ONCE="4")
    wait_for_all(jobs, outcomes, next_worker)
    assert [(job.state, job.attempt) for job in jobs] == [(GenerationJob.State.FINISHED, 1)] * 3


def test_a_lost_connection_costs_no_job(start, order, outcomes, worker_database_url):
    job = order(steps=60, count=2)
    worker = start("--step-s", "0.1")
    wait_until(lambda: "step 5 of" in worker.said(), timeout_s=TIMEOUT_S, what=worker.said)
    with psycopg.connect(worker_database_url, autocommit=True) as same_role:
        ended = same_role.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'generation-worker' AND datname = current_database()"
        ).fetchall()
    assert ended == [(True,)]
    wait_for_all([job], outcomes, worker)
    assert (job.state, job.attempt) == (GenerationJob.State.FINISHED, 1), worker.said()
    after = order()
    wait_for_all([after], outcomes, worker)
    assert after.state == GenerationJob.State.FINISHED


def test_other_weights_than_the_registrys_make_nothing(start, outcomes):
    jobs = []
    # The worker's model says that its weights are fives.
    for version, registered in (("1", "5" * 64), ("2", "6" * 64)):
        model = GenerationModelFactory(version=version, weights_sha256=registered)
        settings = {"width": 128, "height": 128, "count": 1, "seed": 11, "steps": 4, "guidance": 4.0}
        jobs.append(create_job(owner=UserFactory(), model=model, prompt="the sea", language="en", **settings))
    worker = start()
    wait_for_all(jobs, outcomes, worker)
    assert [(job.state, job.error_code) for job in jobs] == [("finished", ""), ("failed", "model_unsuitable")]
