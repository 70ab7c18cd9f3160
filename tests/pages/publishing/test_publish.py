"""The publish form and the artist's own works, as owner, other artist, person without storefront, stranger."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from marketplace.core.clock import now
from marketplace.publishing.models import Upload
from marketplace.publishing.services import receive_upload
from recommendations.models import WorkImpressions
from recommendations.services import refresh_first_views
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.publishing import PROMPT, delivered, published
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db

FILLED = {
    "title_en": "Evening at sea",
    "description_en": "Warm light.",
    "title_zh": "海上黄昏",
    "description_zh": "",
    "tags": "sunset, 大海，quiet",
    "currency": "USD",
    "offer_personal": "on",
    "price_personal": "12.50",
    "price_commercial": "49",
    "price_exclusive": "490",
}


@pytest.fixture
def artist():
    return ArtistFactory()


@pytest.fixture
def output(artist, blob_stores):
    return delivered(encoded(painting("turner")), artist=artist)


@pytest.fixture
def address(output):
    return f"/publish/output/{output.pk}"


def test_the_form_shows_the_picture_and_the_recipe(client, artist, output, address):
    client.force_login(artist.user)
    page = client.get(address).content.decode()
    assert f"/studio/pictures/{output.pk}.png" in page
    assert PROMPT in page
    assert 'name="show_prompt"' in page
    assert "checked" not in page.split('name="show_prompt"')[1].split(">")[0]
    assert client.get(f"/publish/new?output={output.pk}").url == address


def test_publishing_leads_to_the_works_page(client, artist, address):
    client.force_login(artist.user)
    answer = client.post(address, FILLED)
    work = Work.objects.get()
    assert (answer.status_code, answer.url) == (302, work.get_absolute_url())
    assert work.artist == artist
    assert work.tags.count() == 3
    (offer,) = work.licence_offers.all()
    assert (offer.terms.code, offer.price_minor, offer.currency) == ("personal", 1250, "USD")
    assert work.versions.get().provenance.prompt_shown == ""
    again = client.post(address, FILLED)
    assert (again.status_code, again.url) == (302, work.get_absolute_url())
    assert client.get(address).url == work.get_absolute_url()
    assert Work.objects.count() == 1


def test_buyers_may_pay_more_where_ticked(client, artist, address):
    client.force_login(artist.user)
    client.post(address, {**FILLED, "open_personal": "on", "suggested_personal": "20", "suggested_commercial": "99"})
    (offer,) = Work.objects.get().licence_offers.all()
    assert (offer.price_minor, offer.suggested_minor) == (1250, 2000)
    assert "$12.50 or more" in client.get(Work.objects.get().get_absolute_url()).text


def test_the_prompt_is_shown_only_where_ticked(client, artist, address):
    client.force_login(artist.user)
    client.post(address, {**FILLED, "show_prompt": "on"})
    assert Work.objects.get().versions.get().provenance.prompt_shown == PROMPT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title_en": "", "title_zh": ""}, "at least one language"),
        ({"title_zh": "", "description_zh": "只有描述"}, "no title"),
        ({"offer_personal": ""}, "at least one licence"),
        ({"price_personal": ""}, "needs a price"),
        ({"price_personal": "0.10"}, "not a possible price"),
        ({"price_personal": "-3"}, "greater than or equal"),
        ({"price_personal": "abc"}, "Enter a number"),
        ({"open_personal": "on", "suggested_personal": "12.49"}, "Suggest the price or more"),
        ({"currency": "JPY", "price_personal": "9", "open_personal": "on", "suggested_personal": "9.5"}, "whole n"),
        ({"currency": "JPY"}, "whole number"),
        ({"currency": "XXX"}, "Select a valid choice"),
        ({"tags": ",".join(f"t{n}" for n in range(13))}, "12 tags"),
    ],
)
def test_a_slip_is_told_beside_what_was_typed_and_nothing_is_lost(client, artist, address, changes, told):
    client.force_login(artist.user)
    answer = client.post(address, {**FILLED, **changes})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert "Warm light." in page
    assert not Work.objects.exists()


def test_a_near_copy_is_told_with_the_way_to_the_other_work(client, artist, address):
    other = published(encoded(painting("turner"), "JPEG", quality=80), title="The first wreck")
    client.force_login(artist.user)
    page = client.post(address, FILLED).content.decode()
    assert "The first wreck" in page
    assert other.get_absolute_url() in page
    assert "Warm light." in page
    assert Work.objects.get() == other


def test_others_and_strangers_get_nothing(client, address):
    assert "/accounts/login" in client.get(address).url
    client.force_login(UserFactory())
    assert client.get(address).url == "/storefront/open"
    client.force_login(ArtistFactory().user)
    for answer in (client.get(address), client.post(address, FILLED), client.get(f"/publish/output/{uuid4()}")):
        assert answer.status_code == 404
        assert PROMPT not in answer.content.decode()
    assert client.get("/publish/new?output=nonsense").status_code == 404
    assert not Work.objects.exists()


def test_a_file_is_brought_in_and_published(client, artist, blob_stores):
    client.force_login(artist.user)
    data = encoded(painting("monet"), "JPEG")
    answer = client.post("/publish/upload", {"file": SimpleUploadedFile("lilies.jpg", data)})
    upload = Upload.objects.get()
    assert answer.url == f"/publish/upload/{upload.pk}"
    page = client.get(answer.url).content.decode()
    assert 'name="show_prompt"' not in page
    assert client.get(f"{answer.url}/picture")["Content-Type"] == "image/jpeg"
    client.post(answer.url, FILLED)
    assert Work.objects.get().versions.get().provenance.source == "uploaded"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (SimpleUploadedFile("a.txt", b"hello"), "cannot be read as a picture"),
        (SimpleUploadedFile("a.png", b""), "empty"),
        (None, "Choose a file first"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(client, artist, file, told):
    client.force_login(artist.user)
    page = client.post("/publish/upload", {"file": file} if file else {}).content.decode()
    assert told in page
    assert not Upload.objects.exists()


def test_an_upload_is_for_its_artist_alone(client, artist, blob_stores):
    upload = receive_upload(artist=ArtistFactory(), data=encoded(painting("monet")))
    client.force_login(artist.user)
    for path in ("", "/picture"):
        assert client.get(f"/publish/upload/{upload.pk}{path}").status_code == 404


def test_my_works_show_every_state_and_nobody_elses(client, artist):
    listed = WorkFactory(artist=artist, title="In the shop")
    hidden = WorkFactory(artist=artist, title="Hidden one")
    hide_work(work=hidden)
    WorkFactory(title="Of another")
    client.force_login(artist.user)
    page = client.get("/my/works").content.decode()
    assert "In the shop" in page
    assert "Hidden by moderation" in page
    assert "Of another" not in page
    assert f"/my/works/{listed.pk}/take-down" in page
    assert f"/my/works/{hidden.pk}/" not in page


def test_my_works_tell_how_far_first_views_are(client, artist, django_assert_num_queries):
    work, hidden, shown_enough = (WorkFactory(artist=artist) for _number in range(3))
    for one, times in ((work, 37), (hidden, 5), (shown_enough, 100)):
        WorkImpressions.objects.create(work=one, day=now().date(), surface="new", shown=times)
    refresh_first_views()
    hide_work(work=hidden)
    client.force_login(artist.user)
    page = client.get("/my/works").content.decode()
    assert page.count("First views:") == 1
    assert "First views: 37 of 100" in page
    with CaptureQueriesContext(connection) as few:
        client.get("/my/works")
    for _number in range(6):
        WorkFactory(artist=artist)
    refresh_first_views()
    with django_assert_num_queries(len(few)):
        assert client.get("/my/works").content.decode().count("First views:") == 7


def test_an_empty_list_says_what_to_do(client, artist):
    client.force_login(artist.user)
    assert "Nothing is published yet" in client.get("/my/works").content.decode()


def test_works_are_taken_down_and_put_back_by_their_artist_alone(client, artist):
    work = WorkFactory(artist=artist)
    paths = {name: f"/my/works/{work.pk}/{name}" for name in ("take-down", "put-back")}
    for user in (None, UserFactory(), ArtistFactory().user):
        if user:
            client.force_login(user)
        assert client.post(paths["take-down"]).status_code in {302, 403}
        work.refresh_from_db()
        assert work.status == Work.Status.LISTED
    client.force_login(artist.user)
    assert client.get(paths["take-down"]).status_code == 405
    client.post(paths["take-down"])
    work.refresh_from_db()
    assert work.status == Work.Status.UNLISTED
    client.post(paths["put-back"])
    work.refresh_from_db()
    assert work.status == Work.Status.LISTED


def test_the_works_page_shows_its_origin(client, blob_stores):
    work = published(encoded(painting("turner")))
    page = client.get(work.get_absolute_url()).content.decode()
    assert "Origin" in page
    assert "atelier-image-1" in page
    assert work.versions.get().provenance.file_sha256 in page
