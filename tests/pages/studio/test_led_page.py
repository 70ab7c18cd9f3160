"""The page of pictures from a sketch, and the same by program."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from billing.selectors import credits_held
from generation.models import GenerationJob
from generation.services import record_finished
from tests.factories.accounts import UserFactory
from tests.pages.studio.conftest import artist, queue, signed_in, taught_model
from tests.studio.delivering import png, put_picture
from tests.studio.test_leading import following, order

__all__ = ["artist", "following", "queue", "signed_in", "taught_model"]

SUBMISSION = "1" * 8 + "-0000-4000-8000-" + "0" * 12
HTMX = {"HX-Request": "true"}


def form(**more) -> dict[str, object]:
    return {
        "prompt": "a sunset over the sea",
        "control": "sketch",
        "scale": "0.8",
        "count": "2",
        "submission": SUBMISSION,
        **more,
    }


def sketch() -> SimpleUploadedFile:
    return SimpleUploadedFile("sketch.png", png(256, 256, "white"), "image/png")


@pytest.mark.usefixtures("following")
def test_a_sketch_is_ordered_once_and_one_of_hers_too(signed_in, artist, following):
    page = signed_in.get("/studio/sketch").content.decode()
    assert "<canvas" in page
    sent = {"control": "sketch", "count": "2", "scale": "1", "width": "600", "height": "400"}
    quoted = signed_in.post("/studio/sketch/quote", sent, headers=HTMX).content.decode()
    assert "2 credits" in quoted
    assert "192 × 128" in quoted
    assert "/studio/sketch" in signed_in.get("/studio/tools").content.decode()
    for _ in range(2):
        answer = signed_in.post("/studio/sketch", form(picture=sketch()), headers=HTMX)
        job = GenerationJob.objects.get()
        assert answer.headers["HX-Redirect"] == f"/studio#job-{job.id}"
    assert (job.control, job.count) == ({"kind": "sketch", "scale": 0.8}, 2)
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, index) for index in range(2)])
    output = job.outputs.first()
    assert f"/studio/pictures/{output.id}.png" in signed_in.get(f"/studio/sketch?picture={output.id}").content.decode()
    sent = form(picture_id=str(output.id), control="edges", submission="2" + SUBMISSION[1:])
    assert signed_in.post("/studio/sketch", sent).status_code == 302
    assert "sketch, 0.8" in signed_in.get(f"/studio/jobs/{job.id}").content.decode()


@pytest.mark.usefixtures("following")
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Draw something"),
        ({"prompt": "", "picture": True}, "Describe the picture first"),
        ({"prompt": "the (sea", "picture": True}, "has no partner"),
        ({"prompt": "a zeppelin", "picture": True}, "not taught"),
        ({"control": "depth", "picture": True}, "Select a valid choice"),
        ({"scale": "9", "picture": True}, "less than or equal to 2"),
    ],
)
def test_mistakes_are_told_and_nothing_is_charged(signed_in, artist, sent, told):
    filled = {name: sketch() if value is True else value for name, value in sent.items()}
    answer = signed_in.post("/studio/sketch", form(**filled), headers=HTMX)
    assert (answer.status_code, told in answer.content.decode()) == (200, True)
    assert (credits_held(artist), GenerationJob.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_where_no_model_follows_the_page_says_what_to_do(signed_in, taught_model, language):
    page = signed_in.get("/studio/sketch", headers={"Accept-Language": language}).content.decode()
    assert ("No image model that you can use follows" in page) == (language == "en")
    assert "<canvas" not in page
    assert "/studio/sketch" not in signed_in.get("/studio/tools").content.decode()


def test_another_member_cannot_follow_her_picture(artist, following):
    job = order(artist, following)
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, index) for index in range(2)])
    member = Client()
    member.force_login(UserFactory())
    sent = form(picture_id=str(job.outputs.first().id))
    assert member.post("/studio/sketch", sent).status_code == 404
    assert Client().get("/studio/sketch").status_code == 302
    assert GenerationJob.objects.count() == 1


def test_by_program(artist, following):
    program = APIClient()
    program.force_authenticate(artist)
    sent = {"prompt": "the sea", "control": "edges", "scale": 0.5, "input_file": sketch()}
    answer = program.post("/api/v1/generations/led", sent, format="multipart")
    assert answer.status_code == 201, answer.content
    assert GenerationJob.objects.get().control == {"kind": "edges", "scale": 0.5}
    wrong = {"prompt": "the sea", "control": "smell", "input_file": sketch()}
    assert program.post("/api/v1/generations/led", wrong, format="multipart").status_code == 400
    assert program.post("/api/v1/generations/led", {"prompt": "the sea", "control": "edges"}).status_code == 400
