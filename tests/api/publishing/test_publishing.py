"""Publishing by program: the artist, another, a person without a storefront, a stranger."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from marketplace.catalog.models import Work
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import work_on_sale
from tests.factories.publishing import delivered
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def _client(user=None) -> APIClient:
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def _publication(**source):
    return {
        **{name: str(value) for name, value in source.items()},
        "texts": [{"language": "en", "title": "Evening"}, {"language": "zh-hans", "title": "黄昏"}],
        "tags": ["sunset"],
        "offers": [{"code": "personal", "price_minor": 1200}],
    }


def test_an_upload_is_published_once(blob_stores):
    client = _client(ArtistFactory().user)
    file = SimpleUploadedFile("a.png", encoded(painting("monet")))
    upload = client.post("/api/v1/uploads", {"file": file}, format="multipart")
    assert upload.status_code == 201
    made = [client.post("/api/v1/my/works", _publication(upload=upload.json()["id"]), format="json") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"] == str(Work.objects.get().pk)
    listed = client.get("/api/v1/my/works").json()
    assert listed["count"] == 1
    assert listed["results"][0]["texts"][0]["title"]


def test_anothers_output_is_not_there(blob_stores):
    output = delivered(encoded(painting("turner")))
    answer = _client(ArtistFactory().user).post("/api/v1/my/works", _publication(output=output.pk), format="json")
    assert (answer.status_code, answer.json()["error"]) == (404, "picture_not_found")
    assert not Work.objects.exists()


@pytest.mark.parametrize("source", [{}, {"output": uuid4(), "upload": uuid4()}])
def test_one_source_is_named(source):
    answer = _client(ArtistFactory().user).post("/api/v1/my/works", _publication(**source), format="json")
    assert answer.status_code == 400


def test_who_has_no_storefront_or_no_account_is_refused():
    work = WorkFactory()
    for client, status in ((_client(UserFactory()), 403), (_client(), 401)):
        assert client.get("/api/v1/my/works").status_code == status
        assert client.post("/api/v1/my/works", _publication(upload=uuid4()), format="json").status_code == status
        assert client.post(f"/api/v1/my/works/{work.pk}/take-down").status_code == status
    assert _client(ArtistFactory().user).post(f"/api/v1/my/works/{work.pk}/take-down").status_code == 403
    work.refresh_from_db()
    assert work.status == Work.Status.LISTED


def test_the_artist_takes_down_and_puts_back():
    work = WorkFactory()
    client = _client(work.artist.user)
    assert client.post(f"/api/v1/my/works/{work.pk}/take-down").json()["status"] == "unlisted"
    assert client.post(f"/api/v1/my/works/{work.pk}/put-back").json()["status"] == "listed"


def test_the_artist_alone_changes_prices():
    work = work_on_sale()
    address = f"/api/v1/my/works/{work.pk}/offers"
    wanted = {"offers": [{"code": "personal", "price_minor": 900, "suggested_minor": 1500}]}
    for client, status in ((_client(ArtistFactory().user), 403), (_client(UserFactory()), 403), (_client(), 401)):
        assert client.put(address, wanted, format="json").status_code == status
        assert len(client.get(f"/api/v1/works/{work.pk}/offers").json()["offers"]) == 3
    mine = _client(work.artist.user)
    assert mine.put(address, wanted, format="json").status_code == 200
    (offer,) = mine.get(f"/api/v1/works/{work.pk}/offers").json()["offers"]
    assert (offer["price_minor"], offer["suggested_minor"]) == (900, 1500)
    assert mine.put(address, {"offers": []}, format="json").status_code == 400
    wrong = {"offers": [{"code": "personal", "price_minor": 900, "suggested_minor": 800}]}
    assert mine.put(address, wrong, format="json").json()["error"] == "offer_invalid"
