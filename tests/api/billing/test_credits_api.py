"""Credits, plans and earnings through the API, with a key."""

import pytest

from billing.errors import InsufficientCredits
from billing.gateway import StripeRefused
from billing.models import CreditPurchase
from billing.services import record_royalties
from marketplace.accounts.services import renew_api_key
from marketplace.api.billing.serializers import ReturnAddressesSerializer
from marketplace.api.errors import answer_error
from marketplace.core.money import Money
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


def test_what_of_a_sale_is_whose(get, artist):
    sold = sell(artist, 2400, tax=Money(400, "USD"), royalties=Money(100, "USD"))
    record_royalties(sale=sold, shares={ArtistFactory(): Money(100, "USD")})
    (sale,) = get("/api/v1/earnings/sales").json()["results"]
    parts = {name: sale[name]["amount_minor"] for name in ("gross", "tax", "fee", "royalties", "net")}
    assert parts == {"gross": 2400, "tax": 400, "fee": 200, "royalties": 100, "net": 1700}


def test_errors_have_one_shape(get, client):
    assert get("/api/v1/plans/mine").status_code == 404
    assert get("/api/v1/plans/mine").json()["error"] == "no_running_plan"
    key = renew_api_key(user=UserFactory())
    answer = client.get("/api/v1/earnings", headers={"Authorization": f"Token {key}"})
    assert (answer.status_code, answer.json()["error"]) == (403, "no_storefront")
    assert answer.json()["way_out"]


@pytest.fixture
def buy(client, artist):
    CreditPackFactory(code="pack-1", stripe_price_id="price_1")
    PlanFactory(code="studio", stripe_price_id="price_2")
    headers = {"Authorization": f"Token {renew_api_key(user=artist.user)}"}
    return lambda what, **addresses: client.post(f"/api/v1/{what}/checkout", addresses, headers=headers)


@pytest.mark.parametrize("what", ["credits/packs/pack-1", "plans/studio"])
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/paid",
        "http://127.0.0.1:8000@evil.example/paid",
        "http://127.0.0.1:8000.evil.example/paid",
        "https://127.0.0.1:8000/paid",
        "http://127.0.0.1:1/paid",
        "ftp://127.0.0.1:8000/paid",
    ],
)
@pytest.mark.parametrize("field", ["success_url", "cancel_url"])
def test_the_payment_page_sends_nobody_to_a_stranger(buy, what: str, address: str, field: str):
    answer = buy(what, **{field: address})
    assert answer.status_code == 400
    assert field in answer.json()
    assert not CreditPurchase.objects.exists()


def test_it_returns_to_the_shop_and_to_origins_that_the_operator_trusts(buy, settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "checkout_return_origins", "https://app.example.org, http://[::1]:3000")
    own = settings.CONFIGURATION.atelier_base_url
    # No Stripe runs in this test: past the check of the addresses, it is the payment service that does not answer.
    for address in (f"{own}/thanks", "https://APP.example.org/paid?x=1", "http://[::1]:3000/"):
        told = ReturnAddressesSerializer(data={"success_url": address, "cancel_url": address})
        assert told.is_valid(), told.errors
    assert buy("credits/packs/pack-1", success_url=f"{own}/thanks").status_code == 503


def test_what_stripe_said_stays_in_the_log(buy, caplog):
    answer = buy("credits/packs/pack-1")
    assert answer.status_code == 503
    assert set(answer.json()) == {"error", "message", "way_out"}
    assert answer.json()["error"] == "stripe_unreachable"
    assert any("stripe_unreachable" in line.getMessage() and "reason" in line.getMessage() for line in caplog.records)


def test_the_facts_of_our_own_errors_are_still_answered():
    answer = answer_error(InsufficientCredits(needed=5, available=2), {})
    assert answer is not None
    assert (answer.data["needed"], answer.data["available"]) == (5, 2)
    refused = answer_error(StripeRefused(reason="No such customer: cus_123", stripe_code="resource_missing"), {})
    assert refused is not None
    assert "cus_123" not in str(refused.data)
