"""Following artists by program, as owner, member and stranger."""

import pytest

from marketplace.accounts.models import Follow
from marketplace.catalog.audiences import Audience
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
URL = "/api/v1/artists/aoi/follow"


@pytest.fixture
def artist():
    return ArtistFactory(handle="aoi")


def test_following_twice_is_once_and_ends(client, artist):
    client.force_login(UserFactory())
    for _ in range(2):
        assert client.put(URL).json() == {"is_followed": True, "followers": 1}
    for _ in range(2):
        assert client.delete(URL).json() == {"is_followed": False, "followers": 0}


def test_a_stranger_the_artist_herself_and_a_wrong_address_are_refused(client, artist):
    assert client.put(URL).status_code in (401, 403)
    assert client.get("/api/v1/following").status_code in (401, 403)
    client.force_login(artist.user)
    answer = client.put(URL)
    assert (answer.status_code, answer.json()["error"]) == (409, "own_storefront")
    assert client.put("/api/v1/artists/nobody/follow").json()["error"] == "artist_not_found"
    assert not Follow.objects.exists()


def test_the_feed_in_pages_and_without_what_is_for_members(client, artist, memberships):
    user = UserFactory()
    client.force_login(user)
    works = [indexed_work(title=f"Number {n}", artist=artist) for n in range(3)]
    closed = indexed_work(title="Closed", artist=artist, audience=Audience.MEMBERS)
    client.put(URL)
    first = client.get("/api/v1/following?limit=2").json()
    assert [work["id"] for work in first["works"]] == [str(works[2].pk), str(works[1].pk)]
    last = client.get("/api/v1/following", {"limit": 2, "after": first["next"]}).json()
    assert [work["id"] for work in last["works"]] == [str(works[0].pk)]
    assert last["next"] == ""
    assert client.get("/api/v1/following?limit=1000").status_code == 400
    memberships.member_of(artist, user=user)
    assert client.get("/api/v1/following").json()["works"][0]["id"] == str(closed.pk)


def test_queries_do_not_grow(client, artist, django_assert_max_num_queries):
    client.force_login(UserFactory())
    client.put(URL)
    for n in range(15):
        indexed_work(title=f"Number {n}", artist=artist)
    client.get("/api/v1/following")
    with django_assert_max_num_queries(16):
        assert len(client.get("/api/v1/following").json()["works"]) == 15
