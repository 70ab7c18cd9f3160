"""What the worker reports is checked and recorded once; the sweeper takes up what was left."""

import hashlib

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.engine import contract
from generation.errors import ReportUnusable
from generation.models import GenerationJob
from generation.services import record_failed, record_finished, record_picture, sweep
from generation.services.jobs import put_in_queue
from generation.signals import job_ended, output_delivered
from marketplace.blobs import jobs_store
from tests.factories.generation import GenerationJobFactory, GenerationModelFactory
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """The signals that were sent, by name."""
    names: list[str] = []

    def on_end(**_) -> None:
        names.append("ended")

    def on_delivery(**_) -> None:
        names.append("delivered")

    job_ended.connect(on_end)
    output_delivered.connect(on_delivery)
    yield names
    job_ended.disconnect(on_end)
    output_delivered.disconnect(on_delivery)


def queued(**more) -> GenerationJob:
    job = GenerationJobFactory(**more)
    put_in_queue(job)
    return job


def test_each_outcome_counts_once_in_any_order(heard):
    job = queued()
    first, second = put_picture(job, 0), put_picture(job, 1)
    record_picture(job_id=job.id, attempt=1, key=second)
    record_picture(job_id=job.id, attempt=1, key=second)
    record_finished(job_id=job.id, attempt=1, keys=[first, second])
    record_picture(job_id=job.id, attempt=1, key=first)
    record_finished(job_id=job.id, attempt=1, keys=[first, second])
    assert heard == ["delivered", "delivered", "ended"]
    job.refresh_from_db()
    assert (job.state, job.steps_done) == ("finished", job.steps_total)


def test_an_attempt_that_was_given_up_changes_nothing(heard):
    job = queued(attempt=2)
    key = put_picture(job, 0)
    assert record_picture(job_id=job.id, attempt=1, key=key) is None
    assert record_failed(job_id=job.id, attempt=1, code="model_missing") is None
    assert record_finished(job_id=job.id, attempt=1, keys=[key, put_picture(job, 1)]) is None
    assert heard == []
    job.refresh_from_db()
    assert job.state == "queued"


def other_jobs_key(job: GenerationJob) -> str:
    return put_picture(GenerationJobFactory(), 0)


def lies_about_size(job: GenerationJob) -> str:
    return put_picture(job, 0, size_bytes=5)


def no_picture(job: GenerationJob) -> str:
    return put_picture(job, 0, data=b"<script>")


def wrong_sides(job: GenerationJob) -> str:
    return put_picture(job, 0, data=png(64, 64))


def changed_afterwards(job: GenerationJob) -> str:
    key = put_picture(job, 0)
    sha256 = hashlib.sha256(png(job.width, job.height)).hexdigest()
    jobs_store().put(contract.picture_key(job.id, 0, sha256), png(job.width, job.height, "red"), media_type="image/png")
    return key


def names_the_shops_file(job: GenerationJob) -> str:
    return put_picture(job, 0, storage_key="jobs/../atelier-private/secret")


def too_many(job: GenerationJob) -> str:
    return put_picture(job, 5)


def small_and_says_so(job: GenerationJob) -> str:
    return put_picture(job, 0, data=png(64, 64), width=64, height=64)


def cut_off(job: GenerationJob) -> str:
    whole = png(job.width, job.height)
    return put_picture(job, 0, data=whole[: len(whole) // 2])


def nothing_there(job: GenerationJob) -> str:
    return contract.result_key(job.id, 0, 1)


@pytest.mark.parametrize(
    "report",
    [
        other_jobs_key,
        lies_about_size,
        no_picture,
        wrong_sides,
        changed_afterwards,
        names_the_shops_file,
        too_many,
        small_and_says_so,
        cut_off,
        nothing_there,
    ],
)
def test_a_report_that_does_not_hold_is_refused(report, heard):
    job = queued()
    with pytest.raises(ReportUnusable):
        record_picture(job_id=job.id, attempt=1, key=report(job))
    assert heard == []
    assert not job.outputs.exists()


OTHER_RECIPES = {
    "kind": "image_to_image",
    "prompt": "a forest",
    "negative_prompt": "blur",
    "language": "zh-hans",
    "width": 64,
    "height": 64,
    "steps": 1,
    "guidance": 4.5,
    "strength": 0.5,
    "seed": 8,
    "model": "another-model",
    "model_version": "2",
    "weights_sha256": "b" * 64,
    "parent_input_sha256": "c" * 64,
}


@pytest.mark.parametrize("name", OTHER_RECIPES)
def test_a_picture_made_in_another_way_than_ordered_is_refused_and_not_billed(name: str, heard):
    job = queued(model=GenerationModelFactory(version="with-hash", weights_sha256="a" * 64))
    key = put_picture(job, 0, recipe={name: OTHER_RECIPES[name]})
    with pytest.raises(ReportUnusable, match=name):
        record_picture(job_id=job.id, attempt=1, key=key)
    with pytest.raises(ReportUnusable, match=name):
        record_finished(job_id=job.id, attempt=1, keys=[key, put_picture(job, 1)])
    assert heard == []
    assert not job.outputs.exists()
    job.refresh_from_db()
    assert job.is_active


def test_what_was_ordered_is_taken_with_the_seed_of_its_index_and_its_input():
    job = queued(
        model=GenerationModelFactory(version="with-hash", weights_sha256="a" * 64),
        kind=GenerationJob.Kind.IMAGE_TO_IMAGE,
        strength=0.35,
        guidance=3.3,
        input_sha256="d" * 64,
        seed=contract.LARGEST_SEED,
    )
    keys = [put_picture(job, 0), put_picture(job, 1)]
    record_finished(job_id=job.id, attempt=1, keys=keys)
    assert [output.seed for output in job.outputs.order_by("index")] == [contract.LARGEST_SEED, 0]


def test_where_no_hash_was_registered_the_worker_names_the_weights():
    job = queued(count=1, steps_total=4)
    record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0, recipe={"weights_sha256": "b" * 64}))
    assert job.outputs.get().recipe["weights_sha256"] == "b" * 64


def test_finished_with_too_few_pictures_is_refused_and_nothing_ends(heard):
    job = queued()
    with pytest.raises(ReportUnusable):
        record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    assert "ended" not in heard
    job.refresh_from_db()
    assert job.is_active
    assert not job.outputs.exists()


def set_row(job_id: int, **values) -> None:
    names = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {names} WHERE id = %s", [*values.values(), job_id])


def test_the_sweeper_takes_a_stalled_job_up_once_and_runs_other_tasks_again():
    job = queued()
    set_row(job.queue_job_id, status="doing")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('default', 'generation.record_failed', '{}', 'doing') RETURNING id"
        )
        other = cursor.fetchone()[0]
    swept = sweep()
    assert (swept.jobs_taken_up, swept.other_tasks_run_again) == (1, 1)
    old_row = job.queue_job_id
    job.refresh_from_db()
    assert (job.attempt, job.state) == (2, "queued")
    assert job.queue_job_id != old_row
    assert ProcrastinateJob.objects.get(id=old_row).status == "failed"
    assert ProcrastinateJob.objects.get(id=other).status == "todo"
    assert ProcrastinateJob.objects.get(id=job.queue_job_id).args["attempt"] == 2
    assert sweep().jobs_taken_up == 0


def test_a_row_left_by_a_job_that_has_ended_is_only_closed(heard):
    job = queued()
    set_row(job.queue_job_id, status="doing")
    record_failed(job_id=job.id, attempt=1, code="model_missing")
    assert sweep().jobs_taken_up == 0
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 1)
    assert heard == ["ended"]


def test_a_report_that_was_lost_is_noticed():
    job = queued()
    set_row(job.queue_job_id, status="succeeded")
    assert sweep(outcome_lost_after_s=3600).jobs_taken_up == 0
    assert sweep(outcome_lost_after_s=-1).jobs_taken_up == 1
    job.refresh_from_db()
    assert job.attempt == 2


def test_a_report_that_waits_in_the_queue_is_not_taken_for_lost():
    job = queued()
    set_row(job.queue_job_id, status="succeeded")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s::jsonb)",
            [contract.FINISHED_TASK, f'{{"job_id": "{job.id}"}}'],
        )
    assert sweep(outcome_lost_after_s=-1).jobs_taken_up == 0
