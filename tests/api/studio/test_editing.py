"""Edits by program: ordered by the owner, refused with reasons, closed to others."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from billing.selectors import credits_held
from generation.models import GenerationJob
from generation.services import record_finished
from tests.factories.accounts import UserFactory
from tests.studio.delivering import png, put_picture
from tests.studio.test_editing import mask

pytestmark = pytest.mark.usefixtures("taught_model")

URL = "/api/v1/generations"


@pytest.fixture
def client(artist) -> APIClient:
    """The artist's program."""
    client = APIClient()
    client.force_authenticate(artist)
    return client


@pytest.fixture
def output(client):
    """A finished picture."""
    client.post(URL, {"prompt": "a sunset over the sea", "seed": 3}, format="json")
    job = GenerationJob.objects.get()
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    return job.outputs.get()


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", data, "image/png")


def test_the_three_tools(client, output):
    sent = {"prompt": "the sea", "input_picture": str(output.id), "mask": _file(mask(128, 128, (0, 0, 60, 60)))}
    answer = client.post(f"{URL}/inpaint", sent, format="multipart")
    assert answer.status_code == 201, answer.content
    assert answer.json()["kind"] == "inpaint"
    sent = {"prompt": "the sea", "input_file": _file(png(200, 100)), "right": 64}
    answer = client.post(f"{URL}/outpaint", sent, format="multipart").json()
    assert (answer["kind"], answer["width"], answer["height"]) == ("outpaint", 264, 100)
    answer = client.post(f"{URL}/variations", {"picture": str(output.id), "count": 2, "amount": 0.2}, format="json")
    assert (answer.json()["kind"], answer.json()["count"]) == ("variations", 2)


@pytest.mark.parametrize(
    ("tool", "sent", "status"),
    [
        ("inpaint", {"prompt": "the sea"}, 400),
        ("outpaint", {"prompt": "the sea", "input_file": True}, 400),
        ("outpaint", {"prompt": "the sea", "right": 64}, 400),
        ("outpaint", {"prompt": "the (sea", "right": 64, "input_file": True}, 422),
        ("outpaint", {"prompt": "a zeppelin", "right": 64, "input_file": True}, 422),
        ("variations", {"picture": "0" * 8 + "-0000-0000-0000-" + "0" * 12}, 404),
    ],
)
def test_refused_with_a_reason_and_no_charge(client, artist, tool, sent, status):
    if sent.get("input_file"):
        sent = {**sent, "input_file": _file(png(200, 100))}
    answer = client.post(f"{URL}/{tool}", sent, format="multipart")
    assert answer.status_code == status, answer.content
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_others_cannot_use_it(output):
    member, stranger = APIClient(), APIClient()
    member.force_authenticate(UserFactory())
    sent = {"picture": str(output.id)}
    assert member.post(f"{URL}/variations", sent, format="json").status_code == 404
    assert stranger.post(f"{URL}/variations", sent, format="json").status_code in {401, 403}
    sent = {"prompt": "the sea", "input_picture": str(output.id), "right": 64}
    assert member.post(f"{URL}/outpaint", sent, format="json").status_code == 404
    assert GenerationJob.objects.count() == 1
