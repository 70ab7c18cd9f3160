"""Search for programs: counts, corrections, suggestions, changes of colour, pictures."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.catalog.services import hide_work
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def answer(client, address: str, **params: object):
    response = client.get(f"/api/v1/{address}", params)
    assert response.status_code == 200, response.content
    return response.json()


def test_counts_only_where_they_are_asked_for(client):
    indexed_work(title="Sunset", colour=COLOURS["sunset"])
    assert answer(client, "search", q="sunset")["facets"] is None
    given = answer(client, "search", q="sunset", facets="true")
    assert given["facets"]["choices"]["colour"] == [{"value": "orange", "label": "orange", "count": 1}]
    assert given["corrected"] == ""
    assert given["lifted"] == {}
    assert answer(client, "search", q="sunset", colour="blue", facets="true")["lifted"] == {"colour": 1}
    assert answer(client, "search", q="sunste")["corrected"] == "sunset"


def test_a_colour_to_be_near(client):
    sea = indexed_work(title="A", colour=COLOURS["sea"])
    indexed_work(title="B", colour=COLOURS["sunset"])
    assert [work["id"] for work in answer(client, "search", near="146ee6")["results"]] == [str(sea.pk)]
    assert client.get("/api/v1/search", {"near": "blue"}).status_code == 400
    assert client.get("/api/v1/search", {"near": "146ee6", "near_weight": "2"}).status_code == 400


def test_suggestions(client):
    work = indexed_work(title="Sunset", tags=("sunset",))
    given = answer(client, "search/suggestions", q="sun")
    assert given["tags"] == [{"slug": "sunset", "label": "sunset"}]
    assert given["titles"] == [{"work_id": str(work.pk), "title": "Sunset", "language": "en"}]
    assert given["words"] == ["sunset"]
    assert client.get("/api/v1/search/suggestions").status_code == 400


def test_like_this_but_bluer(client):
    work = indexed_work(title="Work", colour=(120, 120, 130))
    bluer = indexed_work(title="Bluer", colour=(90, 110, 180))
    assert [found["id"] for found in answer(client, f"works/{work.pk}/like-this", but="bluer")] == [str(bluer.pk)]
    assert client.get(f"/api/v1/works/{work.pk}/like-this", {"but": "nicer"}).status_code == 400
    hide_work(work=work)
    assert client.get(f"/api/v1/works/{work.pk}/like-this", {"but": "bluer"}).status_code == 404


def test_by_a_picture(client):
    sea = indexed_work(title="A", colour=COLOURS["sea"])
    data = io.BytesIO()
    Image.new("RGB", (90, 60), COLOURS["sea"]).save(data, "PNG")
    sent = {"picture": SimpleUploadedFile("sea.png", data.getvalue())}
    response = client.post("/api/v1/search/picture", sent)
    assert response.status_code == 200, response.content
    assert [found["id"] for found in response.json()] == [str(sea.pk)]
    bad = client.post("/api/v1/search/picture", {"picture": SimpleUploadedFile("a.png", b"no picture")})
    assert bad.status_code == 400
    assert bad.json()["error"] == "picture_unreadable"
    assert client.post("/api/v1/search/picture").status_code == 400
