"""Near copies are told and stopped: of others' works, and of one's own that are listed, hidden or sold."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work, mark_sold_exclusively
from marketplace.publishing.errors import HiddenBefore, ListedAlready, LooksLikeAnothersWork, SoldExclusivelyBefore
from marketplace.publishing.models import Publication
from marketplace.publishing.services import put_back, take_down
from tests.factories.accounts import ArtistFactory
from tests.factories.licensing import licence_in
from tests.factories.publishing import published
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def _copy(name: str = "monet") -> bytes:
    """The same painting, smaller and through JPEG."""
    return encoded(painting(name).resize((400, 380)), "JPEG", quality=70)


def test_anothers_picture_is_stopped_and_named(blob_stores):
    first = published(encoded(painting("monet")), title="Lilies")
    with pytest.raises(LooksLikeAnothersWork) as raised:
        published(_copy())
    assert "Lilies" in raised.value.message
    assert first.artist.name in raised.value.message
    assert raised.value.facts["address"] == first.get_absolute_url()
    assert raised.value.way_out
    assert Work.objects.get() == first
    assert Publication.objects.count() == 1


def test_a_hidden_work_still_stops_copies_but_is_not_named(blob_stores):
    first = published(encoded(painting("monet")), title="Lilies")
    hide_work(work=first)
    with pytest.raises(LooksLikeAnothersWork) as raised:
        published(_copy())
    assert "Lilies" not in raised.value.message
    assert raised.value.facts == {}


def test_ones_own_picture_is_listed_once_and_the_way_out_is_told(blob_stores):
    artist = ArtistFactory()
    first = published(encoded(painting("monet")), artist=artist, title="Lilies")
    with pytest.raises(ListedAlready) as raised:
        published(_copy(), artist=artist)
    assert "Lilies" in raised.value.message
    assert raised.value.facts["address"] == first.get_absolute_url()
    assert "take that work down first" in raised.value.way_out
    assert artist.works.get() == first
    # As the message says.
    take_down(artist=artist, work_id=first.pk)
    second = published(_copy(), artist=artist)
    assert second.status == Work.Status.LISTED


def test_what_moderation_hid_does_not_come_back_as_another_work(blob_stores):
    artist = ArtistFactory()
    hide_work(work=published(encoded(painting("monet")), artist=artist))
    with pytest.raises(HiddenBefore):
        published(_copy(), artist=artist)
    assert artist.works.count() == 1


def test_a_work_comes_back_only_while_its_picture_is_not_listed_as_another(blob_stores):
    artist = ArtistFactory()
    first = published(encoded(painting("monet")), artist=artist)
    take_down(artist=artist, work_id=first.pk)
    second = published(_copy(), artist=artist)
    with pytest.raises(ListedAlready):
        put_back(artist=artist, work_id=first.pk)
    take_down(artist=artist, work_id=second.pk)
    assert put_back(artist=artist, work_id=first.pk).status == Work.Status.LISTED
    with pytest.raises(ListedAlready):
        put_back(artist=artist, work_id=second.pk)
    second.refresh_from_db()
    assert second.status == Work.Status.UNLISTED


def test_a_work_does_not_come_back_after_its_picture_was_sold_exclusively(blob_stores):
    artist = ArtistFactory()
    first = published(encoded(painting("monet")), artist=artist)
    take_down(artist=artist, work_id=first.pk)
    second = published(_copy(), artist=artist)
    licence_in(second, "exclusive")
    for work_id in (first.pk, first.pk):
        with pytest.raises(SoldExclusivelyBefore):
            put_back(artist=artist, work_id=work_id)
    first.refresh_from_db()
    assert first.status == Work.Status.UNLISTED
    # The sold work's own page may be put away and come back: nothing can be bought there.
    take_down(artist=artist, work_id=second.pk)
    assert put_back(artist=artist, work_id=second.pk).sold_exclusively


@pytest.mark.django_db(transaction=True)
def test_of_two_works_of_a_picture_that_are_put_back_at_once_one_comes_back(blob_stores):
    artist = ArtistFactory()
    works = []
    for data in (encoded(painting("monet")), _copy()):
        works.append(published(data, artist=artist))
        take_down(artist=artist, work_id=works[-1].pk)

    def back(work):
        try:
            put_back(artist=artist, work_id=work.pk)
        except ListedAlready:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(back, works)) == [False, True]
    assert Work.objects.listed().count() == 1


def test_what_one_sold_exclusively_is_not_published_again(blob_stores):
    artist = ArtistFactory()
    first = published(encoded(painting("monet")), artist=artist)
    mark_sold_exclusively(work_id=first.pk)
    with pytest.raises(SoldExclusivelyBefore):
        published(_copy(), artist=artist)
    assert artist.works.count() == 1


def test_another_painting_passes(blob_stores):
    published(encoded(painting("monet")))
    published(encoded(painting("turner")))
    assert Work.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_artists_who_publish_the_same_picture_at_once_one_succeeds(blob_stores):
    artists = [ArtistFactory() for _ in range(3)]
    picture = encoded(painting("friedrich"))

    def publish(artist):
        try:
            return published(picture, artist=artist).pk
        except LooksLikeAnothersWork:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(publish, artists))
    assert sum(result is not None for result in results) == 1
    assert Work.objects.count() == 1
