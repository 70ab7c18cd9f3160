"""The generation worker as a real process: pictures one by one, cancelled, ended in order, killed."""

import hashlib
import io
import signal
from pathlib import Path

import pytest
from PIL import Image

from generation.edits import Beginning
from generation.engine import contract
from generation.models import GenerationJob
from generation.services import cancel_job, create_job, sweep
from marketplace.blobs import jobs_store
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory
from tests.generation.processes import WorkerProcess, wait_until

TIMEOUT_S = 240.0


def order(**more) -> GenerationJob:
    settings = {"width": 128, "height": 128, "count": 2, "seed": 11, "steps": 4, "guidance": 4.0}
    return create_job(
        owner=more.pop("owner", None) or UserFactory(),
        model=GenerationModelFactory(),
        prompt="a beautiful sunset over the sea",
        language="en",
        **{**settings, **more},
    )


def ended(job: GenerationJob, outcomes) -> bool:
    outcomes()
    job.refresh_from_db()
    return not job.is_active


def test_pictures_arrive_one_by_one_with_their_recipes_and_the_same_request_gives_the_same_pictures(
    worker: WorkerProcess, outcomes, blob_stores
):
    first, again = order(), order()
    worker.start()
    for job in (first, again):
        wait_until(
            lambda job=job: ended(job, outcomes),
            timeout_s=TIMEOUT_S,
            what=worker.said,
        )
    assert first.state == GenerationJob.State.FINISHED, worker.said()
    outputs = list(first.outputs.order_by("index"))
    assert [(o.index, o.seed, o.width, o.height) for o in outputs] == [(0, 11, 128, 128), (1, 12, 128, 128)]
    for output in outputs:
        data = blob_stores.jobs.get(output.storage_key)
        assert hashlib.sha256(data).hexdigest() == output.sha256
        picture = Image.open(io.BytesIO(data))
        assert (picture.size, picture.mode, picture.info) == ((128, 128), "RGB", {})
        recipe = contract.Recipe.model_validate(output.recipe)
        assert (recipe.prompt, recipe.model, recipe.seed) == (first.prompt, "tiny-image", output.seed)
        assert len(recipe.weights_sha256) == 64
    assert outputs[0].sha256 != outputs[1].sha256
    assert [o.sha256 for o in again.outputs.order_by("index")] == [o.sha256 for o in outputs]
    assert (first.steps_done, first.percent_done) == (8, 100)
    assert first.started_at is not None


def test_image_to_image_takes_its_share_of_the_steps_and_names_its_input(worker: WorkerProcess, outcomes, blob_stores):
    gradient = Image.linear_gradient("L").resize((200, 160)).convert("RGB")
    buffer = io.BytesIO()
    gradient.save(buffer, "PNG")
    inputs = [Beginning(strength=strength, input_png=buffer.getvalue()) for strength in (0.3, 0.6, 1.0)]
    jobs = [order(count=1, steps=10, beginning=beginning) for beginning in inputs]
    worker.start()
    for job in jobs:
        wait_until(lambda job=job: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
        assert job.state == GenerationJob.State.FINISHED, worker.said()
        output = job.outputs.get()
        assert output.recipe["parent_input_sha256"] == hashlib.sha256(buffer.getvalue()).hexdigest()
    assert len({job.outputs.get().sha256 for job in jobs}) == 3
    assert [job.steps_total for job in jobs] == [3, 6, 10]


def test_a_cancelled_job_stops_at_its_next_step_and_the_worker_goes_on(worker: WorkerProcess, outcomes):
    job = order(count=8, steps=100, width=256, height=256)
    worker.start()

    def is_running() -> bool:
        job.refresh_from_db()
        return job.state == GenerationJob.State.RUNNING and job.steps_done > 2

    wait_until(is_running, timeout_s=TIMEOUT_S, what=worker.said)
    cancel_job(owner=job.owner, job_id=job.id)
    after = order(count=1)
    wait_until(lambda: ended(after, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    job.refresh_from_db()
    assert after.state == GenerationJob.State.FINISHED
    assert job.state == GenerationJob.State.CANCELLED
    assert job.steps_done < 800
    assert "stopped (cancelled)" in worker.said()


def test_asked_to_end_it_hands_the_job_back_and_the_next_worker_keeps_what_was_ready(
    worker: WorkerProcess, outcomes, worker_database_url: str, tiny_models_dir: Path
):
    job = order(count=3, steps=60)
    worker.start()
    wait_until(lambda: outcomes() and job.outputs.count() >= 1, timeout_s=TIMEOUT_S, what=worker.said)
    assert worker.stop() == 0, worker.said()
    job.refresh_from_db()
    ready = list(job.outputs.values_list("index", "sha256"))
    assert job.is_active
    assert job.attempt == 1, worker.said()
    worker.start()
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert job.state == GenerationJob.State.FINISHED
    assert job.outputs.count() == 3
    assert list(job.outputs.filter(index__in=[i for i, _ in ready]).values_list("index", "sha256")) == ready
    assert sweep(stalled_after_s=0.0, outcome_lost_after_s=3600).jobs_taken_up == 0


def test_killed_in_the_middle_the_job_is_taken_up_again_by_itself(worker: WorkerProcess, outcomes):
    job = order(count=2, steps=60)
    worker.start()

    def is_running() -> bool:
        job.refresh_from_db()
        return job.steps_done > 2

    wait_until(is_running, timeout_s=TIMEOUT_S, what=worker.said)
    worker.kill()
    wait_until(lambda: sweep(stalled_after_s=2.0).jobs_taken_up == 1, timeout_s=30, what="the sweeper did not see it")
    job.refresh_from_db()
    assert (job.attempt, job.state) == (2, GenerationJob.State.QUEUED)
    worker.start()
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert job.state == GenerationJob.State.FINISHED
    assert sorted(job.outputs.values_list("index", flat=True)) == [0, 1]


def test_a_worker_that_wakes_up_late_changes_nothing(worker: WorkerProcess, outcomes):
    job = order(count=2, steps=60)
    worker.start()

    def is_running() -> bool:
        job.refresh_from_db()
        return job.steps_done > 2

    wait_until(is_running, timeout_s=TIMEOUT_S, what=worker.said)
    worker.signal(signal.SIGSTOP)
    wait_until(lambda: sweep(stalled_after_s=2.0).jobs_taken_up == 1, timeout_s=30, what="the sweeper did not see it")
    job.refresh_from_db()
    steps_before = job.steps_done
    worker.signal(signal.SIGCONT)
    wait_until(lambda: "stopped (stale)" in worker.said(), timeout_s=60, what=worker.said)
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert steps_before < job.steps_total
    assert (job.attempt, job.state, job.outputs.count()) == (2, GenerationJob.State.FINISHED, 2)


def test_a_model_that_is_not_there_ends_the_job_in_words(worker: WorkerProcess, outcomes):
    job = create_job(
        owner=UserFactory(),
        model=GenerationModelFactory(name="not-installed"),
        prompt="a sunset",
        language="en",
        width=128,
        height=128,
        count=1,
        seed=1,
        steps=2,
        guidance=4.0,
    )
    worker.start()
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert (job.state, job.error_code) == (GenerationJob.State.FAILED, "model_missing")
    assert not list(jobs_store().keys(f"{contract.job_prefix(job.id)}pictures/"))


@pytest.mark.parametrize("damage", [b"not a picture", b""])
def test_an_input_that_was_changed_in_the_store_is_not_used(worker: WorkerProcess, outcomes, damage: bytes):
    buffer = io.BytesIO()
    Image.new("RGB", (128, 128), "red").save(buffer, "PNG")
    job = order(count=1, beginning=Beginning(strength=0.5, input_png=buffer.getvalue()))
    jobs_store().put(contract.input_key(job.id), damage, media_type="image/png")
    worker.start()
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert (job.state, job.error_code) == (GenerationJob.State.FAILED, "input_unreadable")
