"""Shares by program: the work's artist, the one who is offered a share, another, no storefront, a stranger."""

import pytest
from rest_framework.test import APIClient

from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors import remix_share_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import work_on_sale
from tests.factories.royalties import shared
from tests.orders.baskets import basket_of, claimed, paid

pytestmark = pytest.mark.django_db

MINE = "/api/v1/my/shares"


def as_(user=None) -> APIClient:
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


@pytest.fixture
def work():
    return WorkFactory()


@pytest.fixture
def friend():
    return ArtistFactory()


def shares_of(work) -> str:
    return f"/api/v1/my/works/{work.pk}/shares"


def offer(client, work, friend, basis_points=1250):
    return client.post(shares_of(work), {"artist": friend.handle, "basis_points": basis_points}, format="json")


def test_a_share_is_offered_read_by_both_and_accepted(work, friend):
    answer = offer(as_(work.artist.user), work, friend)
    assert answer.status_code == 201
    share = answer.json()
    assert {name: share[name] for name in ("work", "by", "artist", "basis_points", "state", "decided_at")} == {
        "work": str(work.pk),
        "by": work.artist.handle,
        "artist": friend.handle,
        "basis_points": 1250,
        "state": "offered",
        "decided_at": None,
    }
    assert as_(friend.user).get(MINE).json()["results"] == [share]
    assert as_(work.artist.user).get(shares_of(work)).json()["results"] == [share]
    assert as_(work.artist.user).get(MINE).json()["results"] == []
    accepted = as_(friend.user).post(f"{MINE}/{share['id']}", {"decision": "accept"}, format="json")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    ended = as_(work.artist.user).post(f"{MINE}/{share['id']}", {"decision": "end"}, format="json")
    assert ended.json()["state"] == "ended"
    again = as_(friend.user).post(f"{MINE}/{share['id']}", {"decision": "accept"}, format="json")
    assert (again.status_code, again.json()["error"]) == (409, "share_state_forbids")


@pytest.mark.parametrize("basis_points", [99, 9001, "much"])
def test_a_share_is_in_range(work, friend, basis_points):
    assert offer(as_(work.artist.user), work, friend, basis_points).status_code == 400
    assert not WorkShare.objects.exists()


def test_nobody_else_offers_reads_or_decides(work, friend):
    share = shared(work, with_=friend)
    another, person = as_(ArtistFactory().user), as_(UserFactory())
    for client, status in ((another, 403), (person, 403), (as_(), 401)):
        assert offer(client, work, friend).status_code in {status, 403}
        assert client.get(shares_of(work)).status_code in {status, 403}
        assert client.post(f"{MINE}/{share.pk}", {"decision": "end"}, format="json").status_code in {status, 403}
    assert as_().get(MINE).status_code in {401, 403}
    share.refresh_from_db()
    assert (share.state, WorkShare.objects.count()) == ("accepted", 1)


def test_what_remixes_owe(work):
    address = f"/api/v1/my/works/{work.pk}/remix-share"
    hers = as_(work.artist.user)
    assert hers.get(address).json() == {"basis_points": 0}
    assert hers.put(address, {"basis_points": 1500}, format="json").json() == {"basis_points": 1500}
    assert hers.put(address, {"basis_points": 5001}, format="json").status_code == 400
    for client in (as_(ArtistFactory().user), as_()):
        assert client.put(address, {"basis_points": 0}, format="json").status_code in {401, 403}
        assert client.get(address).status_code in {401, 403}
    assert remix_share_of(work) == 1500


def test_sales_tell_royalties_and_those_who_get_them():
    work = work_on_sale()
    share = shared(work, basis_points=5000)
    paid(claimed(basket_of(work, code="commercial")))
    amounts = []
    for artist in (work.artist, share.artist):
        (sale,) = as_(artist.user).get("/api/v1/earnings/sales").json()["results"]
        amounts.append((sale["kind"], *(sale[name]["amount_minor"] for name in ("gross", "fee", "royalties", "net"))))
    assert amounts == [("sale", 4900, 490, 2205, 2205), ("royalty", 2205, 0, 0, 2205)]
