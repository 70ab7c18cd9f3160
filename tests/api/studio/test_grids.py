"""Grids by program: the owner, another member, a stranger."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from billing.selectors import credits_available, credits_held
from generation.models import GenerationJob
from generation.services import record_failed
from marketplace.studio.grids.models import GridCell, PictureGrid
from tests.factories.accounts import UserFactory
from tests.studio.test_grids import deliver

pytestmark = pytest.mark.usefixtures("taught_model")

URL = "/api/v1/generations/grids"
GRID = {
    "prompt": "a {x} over the sea",
    "seed": 3,
    "x": {"what": "words", "values": ["sunset", "forest"]},
    "y": {"what": "steps", "values": ["10-20:10"]},
}


@pytest.fixture
def client(artist) -> APIClient:
    """The artist's program."""
    client = APIClient()
    client.force_authenticate(artist)
    return client


def test_quoted_ordered_watched_and_cancelled(client, artist, django_assert_max_num_queries):
    offer = client.post(f"{URL}/quote", GRID, format="json").json()
    assert (offer["pictures"], offer["credits"], offer["refusal"]) == (4, 4, None)
    assert offer["expected_seconds"] > 0
    submission = str(uuid4())
    made = [client.post(URL, {**GRID, "submission": submission}, format="json") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert (PictureGrid.objects.count(), credits_held(artist)) == (1, 4)
    first = GridCell.objects.select_related("job__model").first()
    deliver(first)
    address = f"{URL}/{made[0].json()['id']}"
    with django_assert_max_num_queries(8):
        told = client.get(address).json()
    assert (told["y"], told["is_active"]) == ({"what": "steps", "values": ["10", "20"]}, True)
    assert [(cell["name"], cell["state"]) for cell in told["cells"]][:2] == [
        ("sunset × 10", "finished"),
        ("forest × 10", "queued"),
    ]
    assert client.get(told["cells"][0]["picture"]["url"]).status_code == 200
    assert (told["credits_spent"], told["credits_to_return"]) == (1, 3)
    ended = client.delete(address)
    assert (ended.status_code, ended.json()["is_active"]) == (200, False)
    assert credits_available(artist) == 59
    assert client.delete(address).status_code == 409
    assert client.get(URL).json()["count"] == 1
    again = client.post(f"{URL}/cells/{told['cells'][1]['id']}/retry")
    assert (again.status_code, again.json()["cells"][1]["state"]) == (200, "queued")


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"x": {"what": "words", "values": ["sunset", "zeppelin"]}}, 422, "words_not_taught"),
        ({"x": {"what": "words", "values": ["sunset"]}}, 422, "grid_unusable"),
        ({"x": {"what": "seed", "values": ["1-5"]}}, 422, "grid_unusable"),
        ({"x": {"what": "strength", "values": ["0.1", "0.2"]}}, 400, None),
        ({"x": {"what": "words", "values": []}}, 400, None),
        ({"width": 130}, 400, None),
        ({"width": 1024}, 422, "no_model_for_this"),
        ({"model": str(uuid4())}, 422, "no_model_for_this"),
        ({"prompt": ""}, 400, None),
    ],
)
def test_what_is_wrong_is_told_and_charges_nothing(client, artist, wrong, status, error):
    answer = client.post(URL, {**GRID, **wrong}, format="json")
    assert answer.status_code == status
    if error:
        assert answer.json()["error"] == error
    assert credits_held(artist) == 0
    assert not PictureGrid.objects.exists()


def test_a_stranger_and_another_member_get_nothing(client, artist):
    grid = client.post(URL, GRID, format="json").json()
    cell = GridCell.objects.select_related("job").first()
    record_failed(job_id=cell.job_id, attempt=1, code="model_missing")
    other, stranger = APIClient(), APIClient()
    other.force_authenticate(UserFactory())
    address, retry = f"{URL}/{grid['id']}", f"{URL}/cells/{cell.id}/retry"
    for answer in (other.get(address), other.delete(address), other.post(retry)):
        assert answer.status_code == 404
    assert other.get(URL).json()["count"] == 0
    for answer in (
        stranger.get(URL),
        stranger.post(URL, GRID, format="json"),
        stranger.delete(address),
        stranger.post(retry),
    ):
        assert answer.status_code in {401, 403}
    assert (GenerationJob.objects.count(), credits_held(artist)) == (4, 3)
