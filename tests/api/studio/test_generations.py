"""Generations by program: the owner, another member, a stranger."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from billing.selectors import credits_available, credits_held
from generation.models import GenerationJob
from generation.services import record_finished
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")

URL = "/api/v1/generations"
SUNSET = {"prompt": "a sunset over the sea", "count": 2, "seed": 3}


@pytest.fixture
def client(artist) -> APIClient:
    """The artist's program."""
    client = APIClient()
    client.force_authenticate(artist)
    return client


def test_a_quote_charges_nothing_and_names_unknown_words(client, artist):
    answer = client.post(f"{URL}/quote", {**SUNSET, "width": 256, "height": 256}, format="json").json()
    assert (answer["credits"], answer["credits_per_picture"], answer["unknown_words"]) == (2, 1, [])
    assert answer["expected_seconds"] > 0
    answer = client.post(f"{URL}/quote", {"prompt": "a cat in a spacesuit"}, format="json").json()
    assert answer["unknown_words"] == ["cat", "spacesuit"]
    assert answer["suggestion"]
    answer = client.post(f"{URL}/quote", {**SUNSET, "negative_prompt": "people, rain"}, format="json").json()
    assert (answer["unknown_words"], answer["unknown_words_to_avoid"]) == ([], ["people"])
    assert credits_held(artist) == 0


def test_ordered_watched_and_fetched(client, artist):
    submission = str(uuid4())
    answer = client.post(URL, {**SUNSET, "submission": submission}, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["credits_held"], made["pictures"]) == ("queued", 2, [])
    assert client.post(URL, {**SUNSET, "submission": submission}, format="json").json()["id"] == made["id"]
    job = GenerationJob.objects.get()
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0), put_picture(job, 1)])
    done = client.get(f"{URL}/{job.id}").json()
    assert (done["state"], done["credits_spent"], [p["seed"] for p in done["pictures"]]) == ("finished", 2, [3, 4])
    assert done["pictures"][0]["recipe"]["prompt"] == SUNSET["prompt"]
    picture = client.get(done["pictures"][0]["url"])
    assert (picture.content, picture.headers["Content-Type"]) == (png(128, 128), "image/png")
    assert client.get(URL).json()["count"] == 1
    assert client.delete(f"{URL}/{job.id}").status_code == 409


def test_cancelled_by_delete(client, artist):
    job_id = client.post(URL, SUNSET, format="json").json()["id"]
    answer = client.delete(f"{URL}/{job_id}")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert credits_available(artist) == 60


def test_an_upload_by_multipart_makes_image_to_image(client):
    upload = SimpleUploadedFile("p.png", png(200, 200), content_type="image/png")
    answer = client.post(URL, {**SUNSET, "strength": 0.4, "input_file": upload}, format="multipart")
    assert answer.json()["kind"] == "image_to_image"


@pytest.mark.parametrize(
    ("order", "status", "error"),
    [
        ({"prompt": "a cat in a spacesuit"}, 422, "words_not_taught"),
        ({"prompt": "a sunset", "negative_prompt": "people"}, 422, "words_not_taught"),
        ({"prompt": "a sunset", "width": 100}, 400, None),
        ({"prompt": "a sunset", "width": 130}, 400, None),
        ({"prompt": "a sunset", "width": 1024}, 400, None),
        ({"prompt": "a sunset", "count": 9}, 400, None),
        ({"prompt": ""}, 400, None),
        ({"prompt": "a sunset", "input_picture": str(uuid4())}, 404, "output_not_found"),
        ({"prompt": "a sunset", "count": 8, "steps": 100, "width": 256, "height": 256}, 201, None),
    ],
)
def test_what_is_wrong_is_told_and_charges_nothing(client, artist, order: dict, status: int, error: str | None):
    answer = client.post(URL, order, format="json")
    assert answer.status_code == status
    if status == 201:
        assert client.post(URL, order, format="json").json()["error"] == "insufficient_credits"
        return
    if error:
        assert answer.json()["error"] == error
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_a_stranger_and_another_member_get_nothing(client, artist):
    job_id = client.post(URL, SUNSET, format="json").json()["id"]
    stranger = APIClient()
    other = APIClient()
    other.force_authenticate(UserFactory())
    assert stranger.get(URL).status_code in {401, 403}
    assert stranger.post(URL, SUNSET, format="json").status_code in {401, 403}
    assert stranger.delete(f"{URL}/{job_id}").status_code in {401, 403}
    assert other.get(f"{URL}/{job_id}").status_code == 404
    assert other.delete(f"{URL}/{job_id}").status_code == 404
    assert other.get(URL).json()["count"] == 0
    assert GenerationJob.objects.get().is_active
    assert credits_held(artist) == 2


def test_a_wish_chooses_the_model_and_the_answer_says_why(client, taught_model):
    GenerationModelFactory(name="good-model", title="Good", quality=90, default_side=128)
    best = client.post(f"{URL}/quote", {**SUNSET, "wish": "best"}, format="json").json()
    assert (best["model"], best["waiting_seconds"]) == ("good-model", 0)
    assert best["reasons"] == ["Good makes the best pictures: quality 90 of 100, Tiny has 50."]
    made = client.post(URL, {**SUNSET, "wish": "best"}, format="json").json()
    assert made["model"] == "good-model"
    again = client.post(f"{URL}/quote", SUNSET, format="json").json()
    assert again["waiting_seconds"] > 0
    assert client.post(URL, {**SUNSET, "wish": "dearest"}, format="json").status_code == 400
