"""The page about workers, queue and failures, and the desk of jobs that were set aside: what each person sees."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation.engine import contract
from generation.models import GenerationJob, JobAttempt, ParkedDecision, WorkerReport
from generation.selectors import overview
from marketplace.core.clock import now
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationJobFactory, GenerationModelFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/generation/workerreport/"
PARKED = "/admin/generation/parkedjob/"
PROMPT = "a sunset over the sea"


def reported(name: str, seconds_ago: float, **more) -> None:
    report = contract.WorkerReport(
        **{
            "host": "machine",
            "pid": 7,
            "started_at": 1.0,
            "device": "cpu",
            "build": "torch",
            "threads": 2,
            "models": [contract.ModelInMemory(name="tiny-image", version="1", memory_mib=321)],
            "memory_mib": 900,
            "pictures_made": 12,
            "batches_made": 5,
            "jobs_failed": 1,
            "batch_pictures": 0,
            **more,
        }
    )
    WorkerReport.objects.create(
        worker=name, reported_at=now() - timedelta(seconds=seconds_ago), report=report.model_dump(mode="json")
    )


def job(**more) -> GenerationJob:
    made = GenerationJobFactory(**more)
    if "created_at" in more:
        GenerationJob.objects.filter(id=made.id).update(created_at=more["created_at"])
    return made


@pytest.fixture
def aside(artist, taught_model) -> GenerationJob:
    ordered = start_generation(
        user=artist, settings=PictureSettings(prompt=PROMPT, width=256, height=256, count=1, seed=1, steps=20)
    )
    from generation.services import record_failed

    for attempt in (1, 2, 3):
        record_failed(job_id=ordered.id, attempt=attempt, code="internal")
    ordered.refresh_from_db()
    return ordered


def test_the_page_shows_workers_models_queue_waiting_times_and_failures(client, administrator):
    reported("one:1", 3)
    reported("two:2", 40, batch_pictures=4, batch_step=3, batch_steps=20)
    reported("three:3", 4000)
    WorkerReport.objects.create(worker="strange:4", reported_at=now(), report={"of": "another release"})
    moment = now()
    model = GenerationModelFactory()
    for minutes in (0, 5, 30):
        job(model=model, expected_s=10.0, created_at=moment - timedelta(minutes=minutes))
    for waited in (2, 4, 100):
        ended = moment - timedelta(minutes=3)
        job(
            model=model,
            state="finished",
            created_at=ended - timedelta(seconds=10 + waited),
            started_at=ended - timedelta(seconds=10),
            ended_at=ended,
            expected_s=8.0,
        )
    JobAttempt.objects.create(job=job(), number=1, error_code="out_of_memory", ended_at=moment)
    shown = overview()
    assert [(line.name, line.state) for line in shown.workers] == [
        ("strange:4", "alive"),
        ("one:1", "alive"),
        ("two:2", "late"),
        ("three:3", "gone"),
    ]
    assert [(line.name, line.workers, line.memory_mib) for line in shown.loaded] == [("tiny-image", 1, 321)]
    (line,) = shown.queue
    assert (line.waiting, line.under_a_minute, line.under_ten_minutes, line.older, line.expected_s) == (4, 2, 1, 1, 30)
    assert (shown.hour.waited_p50_s, shown.hour.finished, shown.hour.failures) == (4.0, 3, [("out_of_memory", 1)])
    assert shown.hour.waited_p95_s == pytest.approx(90.4)
    assert shown.day.estimate_error == pytest.approx(0.25)
    client.force_login(administrator)
    page = client.get(PAGE).text
    for said in ("two:2", "4 pictures, step 3 of 20", "out_of_memory", "321 MiB", "another release", "90.4 s", "25 %"):
        assert said in page, said
    client.cookies["django_language"] = "zh-hans"
    page = client.get(PAGE).text
    assert "等待时间" in page
    assert "Waiting times" not in page


def test_the_page_of_an_empty_shop_says_what_to_do(client, administrator):
    client.force_login(administrator)
    page = client.get(PAGE).text
    assert "No worker has reported within a day." in page
    assert "Nothing waits" in page


def test_the_pages_reads_do_not_grow(client, administrator):
    client.force_login(administrator)
    client.get(PAGE)

    def reads() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    few = reads()
    for n in range(30):
        reported(f"worker:{n}", n)
        ended = now()
        job(model=GenerationModelFactory(version=str(n)), created_at=ended)
        done = job(state="finished", started_at=ended, ended_at=ended)
        JobAttempt.objects.create(job=done, number=1, error_code=f"code{n}", ended_at=ended)
    assert reads() == few


@pytest.mark.parametrize("who", ["stranger", "owner", "member", "staff"])
def test_nobody_but_administrators_sees_anything(client, aside, artist, who: str):
    if who != "stranger":
        client.force_login({"owner": artist, "member": UserFactory(), "staff": UserFactory(is_staff=True)}[who])
    paths = [PAGE, PARKED, f"{PARKED}{aside.id}/change/"]
    refused = 403 if who == "staff" else 302
    assert [client.get(path).status_code for path in paths] == [refused] * 3
    for action in ("try_again", "give_up", "read_prompt"):
        assert client.post(paths[2], {"action": action}).status_code == refused
    aside.refresh_from_db()
    assert aside.state == "parked"
    assert not ParkedDecision.objects.exists()


def test_who_may_only_look_decides_nothing_and_reads_no_prompt(client, aside):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_parkedjob"))
    client.force_login(looker)
    path = f"{PARKED}{aside.id}/change/"
    page = client.get(path).text
    assert "Try again" not in page
    for action in ("try_again", "give_up", "read_prompt"):
        assert PROMPT not in client.post(path, {"action": action}).text
    aside.refresh_from_db()
    assert aside.state == "parked"
    assert not ParkedDecision.objects.exists()


def test_a_job_set_aside_is_shown_without_its_prompt_until_it_is_opened(client, administrator, aside):
    client.force_login(administrator)
    path = f"{PARKED}{aside.id}/change/"
    assert str(aside.id) in client.get(PARKED).text
    assert PROMPT not in client.get(PARKED).text
    page = client.get(path).text
    assert PROMPT not in page
    assert page.count("<code>internal</code>") == 4
    assert "data-confirm=" in page
    opened = client.post(path, {"action": "read_prompt"}).text
    assert f'<blockquote id="prompt">{PROMPT}</blockquote>' in opened
    assert "opened the prompt" in opened


def test_tried_again_or_given_up_it_leaves_the_list_and_cannot_be_decided_twice(client, administrator, aside):
    client.force_login(administrator)
    path = f"{PARKED}{aside.id}/change/"
    assert client.post(path, {"action": "try_again"}).url == PARKED
    aside.refresh_from_db()
    assert (aside.state, aside.attempt) == ("queued", 4)
    assert "not set aside any more" in client.post(path, {"action": "give_up"}).text
    aside.refresh_from_db()
    assert aside.state == "queued"
    assert str(aside.id) not in client.get(PARKED).text
    assert client.get(f"{PARKED}no-id/change/").status_code == 302


def test_its_artist_is_told_and_paid_back(client, artist, aside):
    client.force_login(artist)
    page = client.get(f"/studio/jobs/{aside.id}").text
    assert "set aside" in page
    assert "we have set it aside and look at it ourselves" in page
    assert "1 credit came back." in page
