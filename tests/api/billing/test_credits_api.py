"""Credits, plans and earnings through the API, with a key."""

import pytest

from billing.models import CreditPurchase
from marketplace.accounts.services import renew_api_key
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import CreditPackFactory, PlanFactory, give_credits, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist():
    return ArtistFactory()


@pytest.fixture
def get(client, artist):
    headers = {"Authorization": f"Token {renew_api_key(user=artist.user)}"}
    return lambda address: client.get(address, headers=headers)


def test_a_stranger_reads_prices_and_nothing_else(client):
    CreditPackFactory(code="pack-1", stripe_price_id="price_1")
    PlanFactory(code="studio", stripe_price_id="price_2")
    assert client.get("/api/v1/credits/packs").json()[0]["code"] == "pack-1"
    assert client.get("/api/v1/plans").json()[0]["price_minor"] == 1200
    for address in ("credits", "credits/history", "plans/mine", "earnings", "earnings/sales", "earnings/payouts"):
        assert client.get(f"/api/v1/{address}").status_code == 401
    assert client.post("/api/v1/credits/packs/pack-1/checkout").status_code == 401
    assert not CreditPurchase.objects.exists()


def test_my_credits_and_their_history(get, artist):
    give_credits(artist.user, 60)
    give_credits(UserFactory(), 5)
    assert get("/api/v1/credits").json() == {"available": 60, "held": 0, "expiring_next": None}
    history = get("/api/v1/credits/history").json()
    assert [(line["amount"], line["reason"]) for line in history["results"]] == [(60, "gift")]


def test_my_earnings(get, artist):
    sell(artist, 2000)
    sell(ArtistFactory(), 9000)
    answer = get("/api/v1/earnings").json()
    assert answer["payouts_enabled"] is False
    assert answer["balances"][0]["pending"] == {"amount_minor": 1800, "currency": "USD"}
    assert answer["balances"][0]["holds"][0]["amount"] == {"amount_minor": 1800, "currency": "USD"}
    sales = get("/api/v1/earnings/sales").json()["results"]
    assert [(sale["gross"]["amount_minor"], sale["fee"]["amount_minor"]) for sale in sales] == [(2000, 200)]
    assert get("/api/v1/earnings/payouts").json()["results"] == []


def test_errors_have_one_shape(get, client):
    assert get("/api/v1/plans/mine").status_code == 404
    assert get("/api/v1/plans/mine").json()["error"] == "no_running_plan"
    key = renew_api_key(user=UserFactory())
    answer = client.get("/api/v1/earnings", headers={"Authorization": f"Token {key}"})
    assert (answer.status_code, answer.json()["error"]) == (403, "no_storefront")
    assert answer.json()["way_out"]
