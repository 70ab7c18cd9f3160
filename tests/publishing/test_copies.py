"""Near copies of others' works are told and stopped; one's own variations are not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work, mark_sold_exclusively
from marketplace.publishing.errors import LooksLikeAnothersWork, SoldExclusivelyBefore
from marketplace.publishing.models import Publication
from tests.factories.accounts import ArtistFactory
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


def test_ones_own_variation_passes(blob_stores):
    artist = ArtistFactory()
    published(encoded(painting("monet")), artist=artist)
    published(_copy(), artist=artist)
    assert artist.works.count() == 2


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
