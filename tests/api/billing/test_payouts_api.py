"""The payout schedule and what is held, by program: as the artist, another, a member without storefront, a stranger."""

import pytest
from rest_framework.test import APIClient

from billing.models import PayoutSchedule
from marketplace.accounts.models import User
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db
SCHEDULE, HOLDS = "/api/v1/earnings/payouts/schedule", "/api/v1/earnings/holds"


def signed_in(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


@pytest.fixture
def artist():
    return ArtistFactory()


@pytest.fixture
def api(artist) -> APIClient:
    return signed_in(artist.user)


def test_the_default_and_each_choice(api, artist):
    default = api.get(SCHEDULE).json()
    assert (default["every"], default["weekday"], default["chosen_at"]) == ("week", 0, None)
    assert default["next_at"] is not None
    assert not PayoutSchedule.objects.exists()

    weekly = api.put(SCHEDULE, {"every": "week", "weekday": 4}, format="json").json()
    assert (weekly["every"], weekly["weekday"]) == ("week", 4)
    kept = PayoutSchedule.objects.get(artist=artist)
    assert kept.next_at is not None
    assert kept.next_at.weekday() == 4
    assert kept.next_at > now()
    assert api.get(SCHEDULE).json() == weekly

    monthly = api.put(SCHEDULE, {"every": "month", "day_of_month": 28}, format="json").json()
    assert (monthly["every"], monthly["day_of_month"], monthly["next_at"][8:10]) == ("month", 28, "28")
    asked = api.put(SCHEDULE, {"every": "asked"}, format="json").json()
    assert (asked["every"], asked["next_at"]) == ("asked", None)
    assert asked["chosen_at"] is not None


@pytest.mark.parametrize(
    ("wish", "at"),
    [
        ({}, "every"),
        ({"every": "day"}, "every"),
        ({"every": "week"}, "weekday"),
        ({"every": "week", "weekday": 7}, "weekday"),
        ({"every": "month"}, "day_of_month"),
        ({"every": "month", "day_of_month": 29}, "day_of_month"),
    ],
)
def test_a_choice_that_is_none_changes_nothing(api, wish, at):
    api.put(SCHEDULE, {"every": "asked"}, format="json")
    answer = api.put(SCHEDULE, wish, format="json")
    assert answer.status_code == 400
    assert at in answer.json()
    assert PayoutSchedule.objects.get().every == "asked"


def test_every_hold_says_how_much_why_and_until_when(api, artist):
    sold = sell(artist, 2000)
    sell(ArtistFactory(), 9000)
    (hold,) = api.get(HOLDS).json()["results"]
    assert hold["amount"] == {"amount_minor": 1800, "currency": "USD"}
    assert hold["cause"] == "holding_time"
    assert hold["reason"] == "Within the holding time after the sale."
    assert hold["until"][:19] == f"{sold.available_at:%Y-%m-%dT%H:%M:%S}"


def test_holds_come_in_pages_with_a_fixed_number_of_queries(api, artist, django_assert_max_num_queries):
    for days in range(1, 13):
        sell(artist, 1000, days_until_available=days)
    with django_assert_max_num_queries(9):
        page = api.get(f"{HOLDS}?page_size=5").json()
    assert (page["count"], len(page["results"])) == (12, 5)
    assert api.get(f"{HOLDS}?page_size=5&page=3").json()["results"][-1]["amount"]["amount_minor"] == 900


def test_another_artist_sees_and_changes_her_own_alone(api, artist):
    sell(artist)
    api.put(SCHEDULE, {"every": "month", "day_of_month": 3}, format="json")
    other = signed_in(ArtistFactory().user)
    assert other.get(HOLDS).json()["results"] == []
    assert other.get(SCHEDULE).json()["every"] == "week"
    other.put(SCHEDULE, {"every": "asked"}, format="json")
    assert api.get(SCHEDULE).json()["every"] == "month"


@pytest.mark.parametrize("address", [SCHEDULE, HOLDS])
def test_a_member_without_a_storefront_and_a_stranger_get_nothing(address):
    refused = signed_in(UserFactory()).get(address)
    assert (refused.status_code, refused.json()["error"]) == (403, "no_storefront")
    assert APIClient().get(address).status_code == 401


def test_neither_may_choose():
    wish = {"every": "asked"}
    assert signed_in(UserFactory()).put(SCHEDULE, wish, format="json").status_code == 403
    assert APIClient().put(SCHEDULE, wish, format="json").status_code == 401
    assert not PayoutSchedule.objects.exists()
