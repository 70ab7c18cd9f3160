"""LoRA files by program: the owner, another member, a stranger."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from billing.selectors import credits_held
from generation.models import GenerationJob
from marketplace.studio.models import Lora
from tests.factories.accounts import UserFactory
from tests.studio.delivering import png
from tests.studio.test_loras import lora_file

pytestmark = pytest.mark.usefixtures("taught_model")

URL = "/api/v1/loras"
ORDERS = "/api/v1/generations"
SUNSET = {"prompt": "a sunset over the sea", "count": 2, "seed": 3}


@pytest.fixture
def client(artist) -> APIClient:
    """The artist's program."""
    client = APIClient()
    client.force_authenticate(artist)
    return client


def upload(client: APIClient, data: bytes | None = None, **more):
    file = SimpleUploadedFile("mine.safetensors", lora_file() if data is None else data)
    return client.post(URL, {"file": file, "name": "Ink wash", **more}, format="multipart")


def test_uploaded_listed_ordered_with_and_removed(client, artist):
    answer = upload(client, trigger_words="inkzwash", origin="Me, CC0")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["name"], made["trigger_words"], made["origin"]) == ("Ink wash", "inkzwash", "Me, CC0")
    assert upload(client).json()["id"] == made["id"], "sent twice it is one"
    assert [one["id"] for one in client.get(URL).json()["results"]] == [made["id"]]
    loras = [{"id": made["id"], "weight": 0.5}]
    quoted = client.post(f"{ORDERS}/quote", {**SUNSET, "prompt": "inkzwash sea", "loras": loras}, format="json").json()
    assert (quoted["credits"], quoted["unknown_words"]) == (2, [])
    answer = client.post(ORDERS, {**SUNSET, "loras": loras}, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["loras"] == [{"name": "Ink wash", "sha256": made["sha256"], "weight": 0.5}]
    assert client.post(ORDERS, SUNSET, format="json").json()["loras"] == []
    refused = client.delete(f"{URL}/{made['id']}")
    assert (refused.status_code, refused.json()["error"]) == (409, "lora_in_use")
    assert refused.json()["way_out"]
    for job in GenerationJob.objects.all():
        client.delete(f"{ORDERS}/{job.id}")
    assert client.delete(f"{URL}/{made['id']}").json()["id"] == made["id"]
    assert client.get(URL).json()["results"] == []
    assert client.delete(f"{URL}/{made['id']}").status_code == 404


def test_a_form_names_them_too_also_for_edits(client):
    made = upload(client).json()
    chosen = {"loras[0]id": made["id"], "loras[0]weight": "0.7"}
    picture = SimpleUploadedFile("picture.png", png(128, 128), "image/png")
    answer = client.post(ORDERS, {**SUNSET, "input_file": picture, **chosen}, format="multipart")
    assert (answer.status_code, answer.json()["kind"]) == (201, "image_to_image"), answer.content
    assert [one["weight"] for one in answer.json()["loras"]] == [0.7]
    picture = SimpleUploadedFile("picture.png", png(128, 128), "image/png")
    sent = {"prompt": "the sea", "input_file": picture, "right": 64, "loras[0]id": made["id"]}
    answer = client.post(f"{ORDERS}/outpaint", sent, format="multipart")
    assert answer.status_code == 201, answer.content
    assert [one["weight"] for one in answer.json()["loras"]] == [1.0]


@pytest.mark.parametrize(
    ("loras", "status"),
    [
        ([{"id": "mine", "weight": 0.01}], 400),
        ([{"id": "mine", "weight": 2.5}], 400),
        ([{"id": "mine", "weight": "NaN"}], 400),
        ([{"id": "rubbish"}], 400),
        ([{"id": "mine"}, {"id": "mine"}], 422),
        ([{"id": "mine"}] * 4, 400),
        ([{"id": "00000000-0000-0000-0000-000000000000"}], 404),
        ("mine", 400),
        ({"id": "mine"}, 400),
    ],
)
def test_a_wrong_choice_is_told_and_charges_nothing(client, artist, loras, status):
    mine = upload(client).json()["id"]
    if isinstance(loras, list):
        loras = [{**one, "id": mine if one["id"] == "mine" else one["id"]} for one in loras]
    answer = client.post(ORDERS, {**SUNSET, "loras": loras}, format="json")
    assert answer.status_code == status, answer.content
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [(b"GIF89a" * 9, 422, "lora_file_unusable"), (lora_file()[:-1], 422, "lora_file_unusable"), (b"", 400, None)],
)
def test_what_is_no_lora_is_refused_in_words(client, data, status, error):
    answer = upload(client, data)
    assert answer.status_code == status, answer.content
    if error:
        assert answer.json()["error"] == error
        assert answer.json()["way_out"]
    assert not Lora.objects.exists()


def test_a_stranger_and_another_member_get_nothing(client, artist):
    made = upload(client).json()
    other, stranger = APIClient(), APIClient()
    other.force_authenticate(UserFactory())
    assert other.get(URL).json()["results"] == []
    assert other.delete(f"{URL}/{made['id']}").status_code == 404
    answer = other.post(ORDERS, {**SUNSET, "loras": [{"id": made["id"]}]}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (404, "lora_missing")
    assert stranger.get(URL).status_code in {401, 403}
    assert upload(stranger, name="Theirs").status_code in {401, 403}
    assert stranger.delete(f"{URL}/{made['id']}").status_code in {401, 403}
    assert [str(lora.id) for lora in Lora.objects.all()] == [made["id"]]
    assert not GenerationJob.objects.exists()
