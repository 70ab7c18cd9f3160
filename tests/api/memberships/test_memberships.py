"""Tiers and memberships for programs."""

import pytest

from marketplace.memberships.services import close_tier
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.memberships import member_in, offered_tier, price_of

pytestmark = pytest.mark.django_db


def test_anybody_reads_the_tiers_that_take_members(client, django_assert_max_num_queries):
    artist = ArtistFactory(handle="aoi")
    tier = offered_tier(artist, 1, 500, 5000, name_en="Friend", name_zh_hans="朋友")
    close_tier(artist=artist, tier_id=offered_tier(artist, 2).pk)
    offered_tier()
    with django_assert_max_num_queries(4):
        answer = client.get("/api/v1/artists/aoi/tiers")
    assert answer.json() == [
        {
            "id": str(tier.pk),
            "level": 1,
            "name_en": "Friend",
            "name_zh_hans": "朋友",
            "description_en": "",
            "description_zh_hans": "",
            "prices": [
                {
                    "id": str(price_of(tier, interval).pk),
                    "interval": interval,
                    "amount_minor": amount,
                    "currency": "USD",
                }
                for interval, amount in (("month", 500), ("year", 5000))
            ],
        }
    ]
    answer = client.get("/api/v1/artists/nobody/tiers")
    assert (answer.status_code, answer.json()["error"]) == (404, "artist_not_found")


def test_memberships_are_ones_own(client, django_assert_max_num_queries):
    assert client.get("/api/v1/memberships").status_code == 401
    user = UserFactory()
    tiers = [offered_tier(level=level) for level in (1, 2, 3)]
    for tier in tiers:
        member_in(tier, user)
        member_in(tier)
    member_in(offered_tier(), user, state="starting", joined_at=None)
    client.force_login(user)
    with django_assert_max_num_queries(6):
        told = client.get("/api/v1/memberships").json()["results"]
    assert {one["artist"]: (one["level"], one["gives_access"]) for one in told} == {
        tier.artist.handle: (tier.level, True) for tier in tiers
    }
    user.memberships.filter(price__tier=tiers[0]).update(ended_because="refunded")
    told = client.get("/api/v1/memberships").json()["results"]
    assert sorted(one["gives_access"] for one in told) == [False, True, True]


def test_nothing_is_written_here(client):
    user = UserFactory()
    client.force_login(user)
    assert client.post("/api/v1/memberships", {}).status_code == 405
    assert client.post("/api/v1/artists/x/tiers", {}).status_code == 405
