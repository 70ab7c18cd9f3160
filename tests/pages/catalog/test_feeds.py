"""Atom feeds of artists and searches: valid, public works alone, bounded, and asked for by condition."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from marketplace.catalog.audiences import Audience
from marketplace.catalog.services import hide_work, mark_sold_exclusively, set_text
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(response) -> ElementTree.Element:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert_valid(root)
    return root


def assert_valid(feed: ElementTree.Element) -> None:
    """What RFC 4287 (4.1.1, 4.1.2) asks of a feed and its entries."""
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") for one in (feed, *entries)]
    assert len(ids) == len(set(ids))
    for one in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        assert one.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated")).tzinfo is not None
        assert one.find(f"{ATOM}author/{ATOM}name").text
        alternates = [link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert all(link.get("href").startswith("http") for link in one.findall(f"{ATOM}link"))
        assert len(one.findall(f"{ATOM}summary")) <= 1
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")].count("self") == 1


def titles(response) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in parsed(response).findall(f"{ATOM}entry")]


def test_an_artists_new_works_newest_first_and_the_page_names_the_feed(client):
    artist = ArtistFactory(handle="aoi", name="Aoi & <friends>")
    for n in range(3):
        indexed_work(title=f"Number {n} <b>", artist=artist, published_at=now() - timedelta(hours=n))
    indexed_work(title="Of somebody else")
    url = reverse("artist_feed", args=["aoi"])
    assert url == "/@aoi/feed.atom"
    page = client.get(artist.get_absolute_url()).content.decode()
    assert f'<link rel="alternate" type="application/atom+xml" href="{url}"' in page
    response = client.get(url)
    feed = parsed(response)
    assert titles(response) == ["Number 0 <b>", "Number 1 <b>", "Number 2 <b>"]
    assert feed.findtext(f"{ATOM}title") == "New works by Aoi & <friends>"
    assert "<img src=" in feed.findtext(f"{ATOM}entry/{ATOM}summary")


def test_only_what_a_stranger_sees_also_for_the_artist_herself(client):
    artist = ArtistFactory(handle="aoi")
    indexed_work(title="Sunset open", artist=artist)
    indexed_work(title="Sunset for members", artist=artist, audience=Audience.MEMBERS)
    indexed_work(
        title="Sunset for the club",
        artist=artist,
        audience=Audience.CLUB_FIRST,
        public_from=now() + timedelta(days=1),
    )
    hide_work(work=indexed_work(title="Sunset hidden", artist=artist))
    mark_sold_exclusively(work_id=indexed_work(title="Sunset sold", artist=artist).pk)
    client.force_login(artist.user)
    for url in (reverse("artist_feed", args=["aoi"]), reverse("search_feed") + "?q=sunset"):
        assert titles(client.get(url)) == ["Sunset open"]


def test_a_searchs_new_works_with_its_filters(client):
    old = indexed_work(title="Sunset of old", colour=COLOURS["sunset"], published_at=now() - timedelta(days=3))
    indexed_work(title="Sunset", colour=COLOURS["sunset"])
    indexed_work(title="Sunset song", medium="music")
    url = reverse("search_feed") + "?q=sunset&medium=image"
    response = client.get(url)
    assert titles(response) == ["Sunset", "Sunset of old"]
    own = next(link for link in parsed(response).findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href").endswith("/search/feed.atom?q=sunset&medium=image")
    assert old.pk.urn in response.content.decode()
    page = client.get("/search?q=sunset&medium=image").content.decode()
    assert 'type="application/atom+xml" href="/search/feed.atom?q=sunset&amp;medium=image"' in page


def test_asked_again_it_is_304_until_something_changes(client):
    artist = ArtistFactory(handle="aoi")
    first = indexed_work(title="One", artist=artist)
    for url in (reverse("artist_feed", args=["aoi"]), reverse("search_feed")):
        answer = client.get(url)
        etag, since = answer.headers["ETag"], answer.headers["Last-Modified"]
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": since}):
            again = client.get(url, headers=headers)
            assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
        set_text(work=first, language="en", title=f"One, named anew for {url}")
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 200
    etag = client.get(url).headers["ETag"]
    hide_work(work=first)
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_an_empty_feed_is_valid_and_stays_the_same(client):
    ArtistFactory(handle="aoi")
    for url in (reverse("artist_feed", args=["aoi"]), reverse("search_feed") + "?q=unicorn"):
        answer = client.get(url)
        assert titles(answer) == []
        assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(reverse("artist_feed", args=["nobody"])).status_code == 404
    assert client.post(reverse("search_feed")).status_code == 405


def test_it_is_bounded_and_takes_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    artist = ArtistFactory(handle="aoi")
    for n in range(34):
        indexed_work(title=f"Number {n}", artist=artist)
    client.get(reverse("search_feed"))
    with django_assert_max_num_queries(9):
        assert len(titles(client.get(reverse("artist_feed", args=["aoi"])))) == 30
    with django_assert_max_num_queries(20):
        assert len(titles(client.get(reverse("search_feed") + "?q=number"))) == 30


def test_what_xml_cannot_hold_breaks_nothing_and_chinese_reads_chinese(client):
    artist = ArtistFactory(handle="aoi")
    work = indexed_work(title="Bell \x07 rings", artist=artist)
    url = reverse("artist_feed", args=["aoi"])
    assert titles(client.get(url)) == ["Bell  rings"]
    set_text(work=work, language="zh-hans", title="钟声")
    assert titles(client.get(url, headers={"accept-language": "zh-hans"})) == ["钟声"]
