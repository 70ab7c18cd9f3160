"""Credits reserved and job queued together, or neither; settled by what was delivered."""

import threading
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.errors import AmountInvalid, InsufficientCredits
from billing.models import CreditHold
from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.errors import JobEndedAlready, JobNotFound, OutputNotFound, SettingsUnusable
from generation.models import GenerationJob, GenerationModel
from generation.services import record_failed, record_finished, record_picture
from marketplace.blobs import jobs_store
from marketplace.studio.errors import (
    InputPictureUnusable,
    NoModelForThis,
    NothingIsAvoided,
    TooManyJobs,
    WordsNotTaught,
)
from marketplace.studio.models import GenerationCharge
from marketplace.studio.services import MOST_ACTIVE_JOBS, cancel_generation, start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")


def settings(prompt: str = "a beautiful sunset over the sea", **more) -> PictureSettings:
    return PictureSettings(
        **{"prompt": prompt, "width": 256, "height": 256, "count": 4, "seed": 9, "steps": 20, **more}
    )


def credits_of(user) -> tuple[int, int]:
    return credits_available(user), credits_held(user)


def nothing_happened(user) -> bool:
    return (
        credits_of(user) == (60, 0)
        and not GenerationJob.objects.exists()
        and not CreditHold.objects.exists()
        and not ProcrastinateJob.objects.filter(queue_name=contract.QUEUE).exists()
    )


def test_words_to_avoid_without_guidance_are_refused_before_charging(artist):
    with pytest.raises(NothingIsAvoided) as told:
        start_generation(user=artist, settings=settings(negative_prompt="rain", guidance=1.0))
    assert "raise the guidance" in told.value.way_out
    assert nothing_happened(artist)
    start_generation(user=artist, settings=settings(guidance=1.0))


def test_an_order_reserves_the_price_and_puts_no_prompt_in_the_queue(artist):
    job = start_generation(user=artist, settings=settings(negative_prompt="rain"))
    assert credits_of(artist) == (56, 4)
    row = ProcrastinateJob.objects.get(id=job.queue_job_id)
    assert (row.queue_name, row.task_name, row.status) == ("generation", "generation.render", "todo")
    assert row.args == {
        "job_id": str(job.id),
        "attempt": 1,
        "request_key": f"jobs/{job.id}/request.json",
        "shape": "text_to_image tiny-image 1 256x256 20 4.0",
    }
    request = contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))
    assert (request.prompt, request.count, request.seed) == ("a beautiful sunset over the sea", 4, 9)
    assert GenerationCharge.objects.get(job=job).credits_spent is None


def test_all_delivered_all_spent(artist):
    job = start_generation(user=artist, settings=settings())
    keys = [put_picture(job, i) for i in range(4)]
    record_finished(job_id=job.id, attempt=1, keys=keys)
    record_finished(job_id=job.id, attempt=1, keys=keys)
    assert credits_of(artist) == (56, 0)
    job.refresh_from_db()
    assert job.state == GenerationJob.State.FINISHED
    call_command("check_ledger")


def test_cancelled_after_one_picture_pays_for_one(artist):
    job = start_generation(user=artist, settings=settings())
    record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    late = put_picture(job, 1)
    cancel_generation(user=artist, job_id=job.id)
    assert record_picture(job_id=job.id, attempt=1, key=late) is None
    assert record_finished(job_id=job.id, attempt=1, keys=[late]) is None
    assert credits_of(artist) == (59, 0)
    assert job.outputs.count() == 1
    assert ProcrastinateJob.objects.get(id=job.queue_job_id).status == "cancelled"
    with pytest.raises(JobEndedAlready):
        cancel_generation(user=artist, job_id=job.id)
    assert credits_of(artist) == (59, 0)


def test_failed_without_a_picture_returns_everything(artist):
    job = start_generation(user=artist, settings=settings())
    record_failed(job_id=job.id, attempt=1, code="model_missing")
    assert credits_of(artist) == (60, 0)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (GenerationJob.State.FAILED, "model_missing")


def test_a_failure_that_may_pass_is_tried_again_and_ends_after_six(artist):
    job = start_generation(user=artist, settings=settings())
    for attempt in range(1, 7):
        record_failed(job_id=job.id, attempt=attempt, code="store_unreachable")
        job.refresh_from_db()
        assert job.is_active == (attempt < 6)
    assert credits_of(artist) == (60, 0)
    waits = ProcrastinateJob.objects.filter(queue_name=contract.QUEUE).exclude(scheduled_at=None).count()
    assert waits == 5


def test_unknown_words_are_told_before_anything_is_charged(artist):
    with pytest.raises(WordsNotTaught, match="cat, spacesuit") as told:
        start_generation(user=artist, settings=settings("a cat in a spacesuit"))
    assert told.value.facts["suggestion"] in told.value.way_out
    assert nothing_happened(artist)


@pytest.mark.parametrize(("to_avoid", "named"), [("people, rain", "people"), ("人群和雨", "人群"), ("blur", "blur")])
def test_unknown_words_of_what_to_avoid_are_told_before_anything_is_charged(artist, to_avoid: str, named: str):
    with pytest.raises(WordsNotTaught, match=f"was not taught: {named}") as told:
        start_generation(user=artist, settings=settings(negative_prompt=to_avoid))
    assert told.value.facts["unknown_to_avoid"] == [named]
    assert (told.value.facts["unknown"], told.value.facts["suggestion"]) == ([], "")
    assert nothing_happened(artist)


def test_unknown_words_of_both_kinds_are_told_at_once(artist):
    with pytest.raises(WordsNotTaught, match=r"not taught: cat\..* not taught: people\."):
        start_generation(user=artist, settings=settings("a cat by the sea", negative_prompt="people"))
    assert nothing_happened(artist)


@pytest.mark.parametrize("to_avoid", ["", "  ", "rain", "雨"])
def test_words_to_avoid_that_were_taught_need_not_name_a_scene(artist, to_avoid: str):
    job = start_generation(user=artist, settings=settings(negative_prompt=to_avoid))
    assert job.negative_prompt == to_avoid.strip()


def test_too_few_credits_order_nothing(artist):
    GenerationModel.objects.update(largest_side=512)
    with pytest.raises(InsufficientCredits) as told:
        start_generation(user=artist, settings=settings(steps=100, count=8, width=512, height=512))
    assert told.value.facts == {"needed": 160, "available": 60}
    assert nothing_happened(artist)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"width": 100}, SettingsUnusable),
        ({"count": 0}, (SettingsUnusable, AmountInvalid)),
        ({"count": 9}, SettingsUnusable),
        ({"seed": -1}, SettingsUnusable),
        ({"steps": 0}, SettingsUnusable),
        ({"width": 1088, "count": 1}, NoModelForThis),
    ],
)
def test_settings_that_cannot_be_used_order_nothing(artist, wrong: dict, told):
    with pytest.raises(told):
        start_generation(user=artist, settings=settings(**wrong))
    assert nothing_happened(artist)


def test_an_upload_is_cleaned_and_becomes_the_input(artist):
    job = start_generation(user=artist, settings=settings(strength=0.4, count=1), upload=png(300, 200))
    request = contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))
    assert (request.kind, request.strength, request.input_sha256) == ("image_to_image", 0.4, job.input_sha256)
    assert jobs_store().get(contract.input_key(job.id)).startswith(b"\x89PNG")
    assert job.steps_total == 8


def test_an_upload_that_is_no_picture_orders_nothing(artist):
    with pytest.raises(InputPictureUnusable):
        start_generation(user=artist, settings=settings(strength=0.4), upload=b"#!/bin/sh")
    assert nothing_happened(artist)


def test_one_may_begin_with_ones_own_picture_but_not_with_anothers(artist):
    job = start_generation(user=artist, settings=settings(count=1))
    output = record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    assert output is not None
    again = start_generation(user=artist, settings=settings(strength=0.5, count=1), input_output_id=output.id)
    assert again.input_sha256
    stranger = UserFactory()
    give_credits(stranger, 60)
    with pytest.raises(OutputNotFound):
        start_generation(user=stranger, settings=settings(strength=0.5), input_output_id=output.id)
    assert credits_of(stranger) == (60, 0)


def test_nobody_cancels_anothers_job(artist):
    job = start_generation(user=artist, settings=settings())
    with pytest.raises(JobNotFound):
        cancel_generation(user=UserFactory(), job_id=job.id)
    job.refresh_from_db()
    assert job.is_active
    assert credits_of(artist) == (56, 4)


def test_there_is_an_end_to_how_many_may_wait(artist):
    for _ in range(MOST_ACTIVE_JOBS):
        start_generation(user=artist, settings=settings(count=1))
    with pytest.raises(TooManyJobs):
        start_generation(user=artist, settings=settings(count=1))
    assert credits_of(artist) == (60 - MOST_ACTIVE_JOBS, MOST_ACTIVE_JOBS)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_makes_one_job_and_one_charge(artist, queue):
    submission = uuid4()
    jobs, errors = [], []

    def send() -> None:
        try:
            jobs.append(start_generation(user=artist, settings=settings(), submission=submission).id)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(set(jobs)) == 1
    assert credits_of(artist) == (56, 4)
    assert ProcrastinateJob.objects.filter(queue_name=contract.QUEUE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_finished_at_once_one_wins_and_the_ledger_agrees(artist, queue):
    job = start_generation(user=artist, settings=settings(count=2))
    keys = [put_picture(job, i) for i in range(2)]
    barrier = threading.Barrier(2)

    def run(what) -> None:
        barrier.wait()
        try:
            what()
        except JobEndedAlready:
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(lambda: cancel_generation(user=artist, job_id=job.id),)),
        threading.Thread(target=run, args=(lambda: record_finished(job_id=job.id, attempt=1, keys=keys),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    spent = {GenerationJob.State.FINISHED: 2, GenerationJob.State.CANCELLED: 0}[job.state]
    assert credits_of(artist) == (60 - spent, 0)
    assert job.outputs.count() == spent
    call_command("check_ledger")
