"""The page of a picture's tools: it orders, says what is wrong, and shows nobody another's picture."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generation.models import GenerationJob
from generation.services import record_finished
from marketplace.core.blobs import BlobStoreUnreachable
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.studio.conftest import artist, queue, taught_model
from tests.studio.delivering import put_picture
from tests.studio.test_editing import mask

__all__ = ["artist", "queue", "taught_model"]

pytestmark = pytest.mark.usefixtures("taught_model")


@pytest.fixture
def client(artist) -> Client:
    """The artist's browser."""
    client = Client()
    client.force_login(artist)
    return client


@pytest.fixture
def output(artist):
    """A finished picture of the artist's."""
    job = start_generation(user=artist, settings=PictureSettings("a sunset over the sea", 128, 128, 1, 5, 20))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    return job.outputs.get()


@pytest.mark.parametrize("tool", ["over", "beyond", "vary"])
def test_every_tool_has_a_page_with_its_price(client, output, tool):
    page = client.get(f"/studio/pictures/{output.id}/{tool}").content.decode()
    assert f"/studio/pictures/{output.id}.png" in page
    assert "1 credit a picture" in page


def test_painting_over_needs_a_mask_and_then_orders(client, output):
    url = f"/studio/pictures/{output.id}/over"
    sent = {
        "prompt": "a forest",
        "strength": "0.8",
        "count": "2",
        "submission": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
    }
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Paint over the part" in answer.content.decode()
    empty = SimpleUploadedFile("mask.png", mask(128, 128, None), "image/png")
    assert client.post(url, {**sent, "mask": empty}).status_code == 422
    for _ in range(2):
        painted = SimpleUploadedFile("mask.png", mask(128, 128, (0, 0, 50, 50)), "image/png")
        answer = client.post(url, {**sent, "mask": painted})
        assert answer.status_code == 302
    job = GenerationJob.objects.exclude(id=output.job_id).get()
    assert answer.headers["Location"] == f"/studio#job-{job.id}"
    assert (job.kind, job.prompt, job.count, job.strength) == ("inpaint", "a forest", 2, 0.8)


def test_growing_and_varying(client, output):
    sides = {"left": "0", "right": "64", "top": "0", "bottom": "0"}
    url = f"/studio/pictures/{output.id}/beyond"
    submission = "1" * 8 + "-0000-4000-8000-" + "0" * 12
    nothing = {"prompt": "the sea", "count": "1", "submission": submission, **sides, "right": "0"}
    assert client.post(url, nothing).status_code == 422
    assert client.post(url, {**nothing, "right": "64"}).status_code == 302
    assert GenerationJob.objects.filter(kind="outpaint", width=192).exists()
    submission = "2" * 8 + "-0000-4000-8000-" + "0" * 12
    sent = {"amount": "0.2", "count": "3", "submission": submission}
    assert client.post(f"/studio/pictures/{output.id}/vary", sent).status_code == 302
    assert GenerationJob.objects.filter(kind="variations", count=3, base_seed=output.seed).exists()


def test_another_member_and_a_stranger_see_nothing(output):
    member = Client()
    member.force_login(UserFactory())
    assert member.get(f"/studio/pictures/{output.id}/over").status_code == 404
    assert member.post(f"/studio/pictures/{output.id}/vary", {"amount": "0.2", "count": "1"}).status_code in {404, 422}
    assert Client().get(f"/studio/pictures/{output.id}/over").status_code == 302
    assert GenerationJob.objects.count() == 1


def test_a_preview_that_cannot_be_read_now_is_missing_and_no_failure(client, artist, monkeypatch):
    job = start_generation(user=artist, settings=PictureSettings("a sunset over the sea", 128, 128, 1, 5, 20))

    class Torn:
        def get(self, key: str) -> bytes:
            raise BlobStoreUnreachable

    monkeypatch.setattr("marketplace.pages.studio.pictures.jobs_store", Torn)
    assert client.get(f"/studio/jobs/{job.id}/preview.webp").status_code == 404
