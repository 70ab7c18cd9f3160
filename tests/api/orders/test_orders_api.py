"""Orders for programs."""

import pytest

from marketplace.orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.orders.conftest import pay, run_jobs, shop, wait_for_event

__all__ = ["pay", "run_jobs", "shop", "wait_for_event"]
JSON = "application/json"


@pytest.mark.django_db
def test_a_stranger_and_the_artist_cannot_buy(client):
    work = work_on_sale()
    body = {"offer": str(offer_of(work, "personal").pk), "consent": True}
    assert client.post("/api/v1/orders", body, content_type=JSON).status_code == 401
    client.force_login(work.artist.user)
    answer = client.post("/api/v1/orders", body, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]) == (403, "own_work")
    assert client.post("/api/v1/orders", {"offer": "x", "consent": True}, content_type=JSON).status_code == 400
    client.force_login(UserFactory())
    for consent in ({}, {"consent": False}):
        answer = client.post("/api/v1/orders", {"offer": body["offer"], **consent}, content_type=JSON)
        assert answer.status_code == 400
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_download_is_the_holders_alone(client):
    grant = licence_in(work_on_sale())
    address = f"/api/v1/licences/{grant.number}/download"
    assert client.get(address).status_code == 401
    client.force_login(grant.work.artist.user)
    assert client.get(address).json()["error"] == "not_your_licence"
    client.force_login(grant.holder)
    assert client.get(address).json()["expires_in_s"] == 300


@pytest.mark.usefixtures("shop")
def test_buying_by_program(client, pay, wait_for_event):
    buyer, other = UserFactory(), UserFactory()
    offer = offer_of(work_on_sale(), "exclusive")
    client.force_login(buyer)
    made = client.post("/api/v1/orders", {"offer": str(offer.pk), "consent": True}, content_type=JSON)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    client.force_login(other)
    refused = client.post("/api/v1/orders", {"offer": str(offer.pk), "consent": True}, content_type=JSON)
    assert (refused.status_code, refused.json()["error"]) == (409, "work_held")
    assert refused.json()["until"].startswith(made.json()["held_until"][:16])
    address = f"/api/v1/orders/{made.json()['id']}"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/cancel").status_code == 404
    pay(Order.objects.get())
    wait_for_event("checkout.session.completed")
    client.force_login(buyer)
    order = client.get(address).json()
    assert order["state"] == "paid"
    assert order["lines"][0]["number"].startswith("AT-")
    assert client.post(f"{address}/cancel").json()["error"] == "order_closed"
    assert len(client.get("/api/v1/orders").json()["results"]) == 1


@pytest.mark.usefixtures("shop")
def test_a_country_says_how_prices_are_meant_where_tax_is_computed(client, settings):
    client.force_login(UserFactory())
    body = {"offer": str(offer_of(work_on_sale(), "personal").pk), "consent": True, "country": "US"}
    assert client.post("/api/v1/orders", body, content_type=JSON).json()["price_tax"] == ""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"stripe_tax": True, "default_country": "DE"})
    for wrong in ("USA", "us", "1"):
        assert client.post("/api/v1/orders", {**body, "country": wrong}, content_type=JSON).status_code == 400
    assert client.post("/api/v1/orders", body, content_type=JSON).json()["price_tax"] == "exclusive"
    del body["country"]
    answer = client.post("/api/v1/orders", body, content_type=JSON).json()
    assert (answer["price_tax"], answer["tax_minor"]) == ("inclusive", 0)
