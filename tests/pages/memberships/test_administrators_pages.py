"""Tiers and memberships in the administration: to look at, for staff alone."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.memberships import member_in, offered_tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    tier = offered_tier(name_en="Friend")
    member = member_in(tier, paid=True)
    return [
        "/admin/memberships/tier/",
        f"/admin/memberships/tier/{tier.pk}/change/",
        "/admin/memberships/membership/",
        f"/admin/memberships/membership/{member.pk}/change/",
    ]


def test_an_administrator_looks_and_changes_nothing(client, addresses):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for address in addresses:
        assert client.get(address).status_code == 200, address
        if address.endswith("/change/"):
            assert client.post(address, {"state": "canceled"}).status_code == 403, address
    assert client.get("/admin/memberships/membership/add/").status_code == 403


def test_nobody_else_looks(client, addresses):
    client.force_login(UserFactory())
    for address in addresses:
        assert client.get(address).status_code == 302
