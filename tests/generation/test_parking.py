"""Jobs that kill their workers are set aside after three tries; administrators decide, and it is written down."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.errors import JobEndedAlready, NotAdministrator, NotParked
from generation.models import GenerationJob, JobAttempt, ParkedDecision
from generation.services import (
    give_up_parked,
    open_parked_prompt,
    record_failed,
    record_finished,
    record_picture,
    sweep,
    try_parked_again,
)
from generation.services.outcomes import MOST_ATTEMPTS
from marketplace.accounts.models import User
from marketplace.studio.services import cancel_generation, start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.studio.conftest import artist, taught_model  # noqa: F401 - fixtures
from tests.studio.delivering import put_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taught_model")]

PAID = PictureSettings(prompt="a sunset over the sea", width=256, height=256, count=3, seed=9, steps=20)


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("head@example.org", "x")


def crash(job: GenerationJob) -> None:
    """Its worker dies: the row stays at ``doing`` with a worker whose heart beats no more."""
    job.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job.queue_job_id]
        )
    assert sweep().jobs_taken_up == 1
    job.refresh_from_db()


def parked(artist) -> GenerationJob:  # noqa: F811
    job = start_generation(user=artist, settings=PAID)
    record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    crash(job)
    record_failed(job_id=job.id, attempt=2, code="internal")
    crash(job)
    assert job.state == "parked"
    return job


def test_the_third_crash_sets_a_job_aside_and_what_was_not_delivered_is_paid_back(artist, administrator):  # noqa: F811
    from billing.selectors import credits_available, credits_held

    job = parked(artist)
    assert (credits_available(artist), credits_held(artist)) == (59, 0)
    ends = list(JobAttempt.objects.filter(job=job).values_list("number", "error_code"))
    assert ends == [(1, "worker_stopped"), (2, "internal"), (3, "worker_stopped")]
    assert JobAttempt.objects.filter(job=job, queue_worker_id__isnull=False).count() == 2
    assert sweep(outcome_lost_after_s=-1).jobs_taken_up == 0
    with pytest.raises(JobEndedAlready):
        cancel_generation(user=artist, job_id=job.id)
    call_command("check_ledger")


def test_other_failures_set_nothing_aside(artist):  # noqa: F811
    job = start_generation(user=artist, settings=PAID)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        record_failed(job_id=job.id, attempt=attempt, code="out_of_memory")
    job.refresh_from_db()
    assert (job.state, job.crashes) == ("failed", 0)


def test_tried_again_it_is_queued_alone_at_its_place_and_costs_the_artist_nothing_more(artist, administrator):  # noqa: F811
    from billing.selectors import credits_available, credits_held

    job = parked(artist)
    try_parked_again(administrator=administrator, job_id=job.id)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.ended_at) == ("queued", 4, None)
    row = ProcrastinateJob.objects.get(id=job.queue_job_id)
    assert (row.status, row.args["shape"], row.args["attempt"]) == ("todo", "", 4)
    keys = [put_picture(job, index, attempt=4) for index in range(3)]
    record_finished(job_id=job.id, attempt=4, keys=keys)
    job.refresh_from_db()
    assert (job.state, job.outputs.count()) == ("finished", 3)
    assert (credits_available(artist), credits_held(artist)) == (59, 0)
    call_command("check_ledger")


def test_after_two_more_crashes_it_is_set_aside_again(artist, administrator):  # noqa: F811
    job = parked(artist)
    try_parked_again(administrator=administrator, job_id=job.id)
    crash(job)
    assert job.state == "queued"
    crash(job)
    assert job.state == "parked"
    give_up_parked(administrator=administrator, job_id=job.id)
    job.refresh_from_db()
    assert job.state == "failed"
    for late in (try_parked_again, give_up_parked, open_parked_prompt):
        with pytest.raises(NotParked):
            late(administrator=administrator, job_id=job.id)
    assert list(ParkedDecision.objects.order_by("decided_at").values_list("action", flat=True)) == [
        "try_again",
        "give_up",
    ]


def test_the_prompt_is_read_only_with_a_line_in_the_books(artist, administrator):  # noqa: F811
    job = parked(artist)
    assert open_parked_prompt(administrator=administrator, job_id=job.id) == PAID.prompt
    decision = ParkedDecision.objects.get()
    assert (decision.action, decision.administrator) == ("read_prompt", administrator)
    for change in ("UPDATE generation_parkeddecision SET action = 'x'", "DELETE FROM generation_parkeddecision"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.parametrize("who", ["owner", "member", "staff"])
def test_nobody_else_decides(artist, who: str):  # noqa: F811
    job = parked(artist)
    person = {"owner": artist, "member": UserFactory(), "staff": UserFactory(is_staff=True)}[who]
    for decide in (try_parked_again, give_up_parked, open_parked_prompt):
        with pytest.raises(NotAdministrator):
            decide(administrator=person, job_id=job.id)
    job.refresh_from_db()
    assert job.state == "parked"
    assert not ParkedDecision.objects.exists()
