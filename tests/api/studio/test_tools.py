"""Picture tools by program."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from billing.selectors import credits_held
from generation.models import GenerationJob
from tests.factories.accounts import UserFactory
from tests.studio.conftest import tools
from tests.studio.delivering import png
from tests.studio.test_editing import mask
from tests.studio.test_tools import restored, some_record

__all__ = ["tools"]

pytestmark = pytest.mark.usefixtures("tools")

URL = "/api/v1/generations"


@pytest.fixture
def client(artist) -> APIClient:
    """The artist's program."""
    client = APIClient()
    client.force_authenticate(artist)
    return client


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", data, "image/png")


@pytest.mark.parametrize(
    ("tool", "sent", "kind", "size"),
    [
        ("upscale", {"factor": 4}, "upscale", (512, 512)),
        ("restore", {"damage": ["noise", "folds"], "mask": True}, "restore", (128, 128)),
        ("colourize", {}, "colourize", (128, 128)),
        ("style", {"reference_file": True, "amount": 0.4}, "style_transfer", (128, 128)),
        ("palette", {"reference_file": True}, "palette_transfer", (128, 128)),
        ("cut-out", {"mask": True}, "background_removal", (128, 128)),
    ],
)
def test_each_tool_orders(client, tool, sent, kind, size):
    files = {"mask": mask(128, 128, (5, 5, 60, 60)), "reference_file": png(70, 70)}
    filled = {name: _file(files[name]) if value is True else value for name, value in sent.items()}
    answer = client.post(f"{URL}/{tool}", {"input_file": _file(png(128, 128)), **filled}, format="multipart")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["kind"], told["width"], told["height"], told["credits_held"]) == (kind, *size, 1)


@pytest.mark.parametrize(
    ("tool", "sent", "status"),
    [
        ("upscale", {"factor": 2}, 400),
        ("upscale", {"factor": 3, "input_file": True}, 400),
        ("restore", {"input_file": True}, 400),
        ("restore", {"input_file": True, "damage": ["rust"]}, 400),
        ("style", {"input_file": True}, 422),
        ("palette", {"input_file": True, "reference_picture": "0" * 8 + "-0000-4000-8000-" + "0" * 12}, 404),
        ("cut-out", {"input_picture": "0" * 8 + "-0000-4000-8000-" + "0" * 12}, 404),
    ],
)
def test_mistakes_are_told_and_nothing_is_charged(client, artist, tool, sent, status):
    filled = {name: _file(png(128, 128)) if value is True else value for name, value in sent.items()}
    assert client.post(f"{URL}/{tool}", filled, format="multipart").status_code == status
    assert (credits_held(artist), GenerationJob.objects.count()) == (0, 0)


def test_the_price_before_the_order(client):
    asked = {"kind": "upscale", "width": 1024, "height": 1024, "factor": 2}
    told = client.post(f"{URL}/tools/quote", asked, format="json").json()
    assert (told["credits"], told["width"], told["model"]) == (7, 2048, "tiny-upscale")
    del asked["factor"]
    assert client.post(f"{URL}/tools/quote", asked, format="json").json()["width"] == 2048, "2, as in an order"
    asked = {"kind": "restore", "width": 64, "height": 64, "factor": 4}
    assert client.post(f"{URL}/tools/quote", asked, format="json").status_code == 400
    asked = {"kind": "text_to_image", "width": 64, "height": 64}
    assert client.post(f"{URL}/tools/quote", asked, format="json").status_code == 400


def test_the_record_of_a_restoration(client, artist):
    output = restored(artist, record=some_record())
    told = client.get(f"{URL}/pictures/{output.id}/restoration").json()
    assert (told["invented"], told["recovered"], told["survived"]) == (0.1, 0.2, 0.7)
    assert told["record_sha256"] == output.record_sha256
    other = APIClient()
    other.force_authenticate(UserFactory())
    assert other.get(f"{URL}/pictures/{output.id}/restoration").status_code == 404
    assert APIClient().post(f"{URL}/upscale").status_code in {401, 403}
