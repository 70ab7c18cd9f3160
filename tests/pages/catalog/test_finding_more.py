"""Counts, slips of the finger, suggestions, changes of colour and searching by a picture, as pages."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.catalog.services import hide_work
from recommendations import uploads
from tests.factories.accounts import ArtistFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def page(client, address: str, **params: str) -> str:
    response = client.get(address, params)
    assert response.status_code == 200
    return response.content.decode()


def picture(colour: tuple[int, int, int], kind: str = "PNG") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(data, kind)
    return SimpleUploadedFile("picture.png", data.getvalue())


def test_each_choice_shows_how_many_it_keeps(client):
    ann = ArtistFactory(handle="ann", name="Ann Lee")
    indexed_work(title="Sunset", artist=ann, colour=COLOURS["sunset"], made_by_model="atelier 1")
    indexed_work(title="Sunset too", colour=COLOURS["sea"])
    html = page(client, "/search", q="sunset")
    assert ">Image (2)<" in html
    assert ">Blue (1)<" in html
    assert ">atelier 1 (1)<" in html
    assert "Music (" not in html
    assert "?q=sunset&amp;artist=ann" in html
    chosen = page(client, "/search", q="sunset", artist="ann", colour="red")
    assert '<option value="red" selected>Red (0)<' in chosen


def test_an_empty_answer_says_which_condition_to_lift(client):
    indexed_work(title="Sunset", colour=COLOURS["sunset"])
    html = page(client, "/search", q="sunset", colour="blue", medium="image")
    assert "Without “Colour”: 1 work<" in html
    assert 'href="?q=sunset&amp;medium=image"' in html


def test_a_slip_of_the_finger_is_told(client):
    work = indexed_work(title="Sunset", colour=COLOURS["sunset"])
    html = page(client, "/search", q="sunste")
    assert "Results for" in html
    assert work.get_absolute_url() in html
    assert "Results for" not in page(client, "/search", q="sunset")


def test_a_wished_colour_orders_the_works_and_a_bad_one_does_nothing(client):
    red, blue = indexed_work(title="Harbour", colour=(200, 40, 40)), indexed_work(title="Harbour", colour=(50, 90, 190))
    html = page(client, "/search", q="harbour", by_colour="on", near="#c82828", weight="1")
    assert html.index(red.get_absolute_url()) < html.index(blue.get_absolute_url())
    html = page(client, "/search", by_colour="on", near="#325abe")
    assert blue.get_absolute_url() in html
    assert red.get_absolute_url() not in html
    assert red.get_absolute_url() in page(client, "/search", by_colour="on", near="blue", weight="9")


def test_suggestions_are_options_of_a_list(client):
    indexed_work(title="Sunset <over> the sea", tags=("sunset",), artist__name="Sunny")
    html = page(client, "/search/suggest", q="sun")
    assert html.count('role="option"') == 5
    assert "/tags/sunset" in html
    assert "Sunset &lt;over&gt; the sea" in html
    assert page(client, "/search/suggest", q="").strip() == ""
    assert 'role="listbox"' in page(client, "/search")


def test_like_this_but_bluer(client):
    work = indexed_work(title="Work", colour=(120, 120, 130))
    bluer = indexed_work(title="Bluer", colour=(90, 110, 180))
    assert f"/works/{work.pk}/but/bluer" in page(client, work.get_absolute_url())
    html = page(client, f"/works/{work.pk}/but/bluer")
    assert bluer.get_absolute_url() in html
    assert client.get(f"/works/{work.pk}/but/nicer").status_code == 404
    hide_work(work=bluer)
    assert "Nothing like that here yet" in page(client, f"/works/{work.pk}/but/bluer")
    hide_work(work=work)
    assert client.get(f"/works/{work.pk}/but/bluer").status_code == 404


def test_where_nothing_is_bluer_the_page_shows_what_is_like_it(client):
    work = indexed_work(title="Work", colour=(90, 110, 180))
    redder = indexed_work(title="Redder", colour=(180, 110, 90))
    html = page(client, f"/works/{work.pk}/but/bluer")
    empty, instead = html.split('data-surface="similar"')
    assert "Nothing like that here yet" in empty
    assert redder.get_absolute_url() not in empty
    assert redder.get_absolute_url() in instead


def test_a_picture_finds_works_like_it(client):
    sea = indexed_work(title="B", colour=COLOURS["sea"])
    answer = client.post("/search/picture", {"picture": picture(COLOURS["sea"])})
    assert answer.status_code == 200
    assert sea.get_absolute_url() in answer.content.decode()
    assert "Find works like it" in page(client, "/search/picture")


def test_what_is_no_picture_is_refused_in_words(client, monkeypatch):
    no_picture = SimpleUploadedFile("picture.png", b"not a picture")
    assert "PNG, JPEG or WebP" in (answer := client.post("/search/picture", {"picture": no_picture})).content.decode()
    assert answer.status_code == 400
    assert "No picture was sent." in client.post("/search/picture").content.decode()
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    answer = client.post("/search/picture", {"picture": picture(COLOURS["sea"], "BMP")})
    assert answer.status_code == 400
    assert "This picture is larger than" in answer.content.decode()
