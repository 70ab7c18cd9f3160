"""Bundles on pages and by program: as a stranger, a buyer, the artist, another artist."""

from uuid import uuid4

import pytest

from marketplace.catalog.services import unlist_work
from marketplace.orders.models import Bundle, CartBundle, Order
from marketplace.orders.services import add_bundle_to_cart
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.orders.conftest import shop
from tests.orders.test_bundles import bundle_of, works_of

__all__ = ["shop"]
pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def bundle():
    return bundle_of(1000, 2000, price=2400)


def test_its_page_says_what_is_in_it_and_what_it_saves(client, bundle):
    page = client.get(f"/bundles/{bundle.pk}").text
    for shown in ("Sea and sky", "$24.00", "$30.00", "$6.00 less than one by one", "Bundle of 2 works"):
        assert shown in page
    for work in works_of(bundle):
        assert work.get_absolute_url() in page
    assert client.get(f"/bundles/{uuid4()}").status_code == 404


def test_the_storefront_shows_those_that_can_be_bought(client, bundle):
    address = bundle.artist.get_absolute_url()
    assert f"/bundles/{bundle.pk}" in client.get(address).text
    unlist_work(work=works_of(bundle)[0])
    assert f"/bundles/{bundle.pk}" not in client.get(address).text
    page = client.get(f"/bundles/{bundle.pk}").text
    assert "One of its works is not on sale" in page
    assert "Buy the bundle" not in page
    assert client.get(f"/checkout?bundle={bundle.pk}").status_code == 409
    assert client.get("/checkout?bundle=nonsense").status_code == 404


def test_into_the_cart_to_the_sum_and_out_again(client, bundle):
    page = client.post("/orders/start", {"bundle": str(bundle.pk), "to": "cart"}, follow=True).text
    assert "“Sea and sky” is in your cart." in page
    assert "$24.00" in page
    sum_page = client.get("/checkout?currency=USD").text
    for shown in ("$8.00", "$16.00", "$24.00", "in “Sea and sky”"):
        assert shown in sum_page
    item = CartBundle.objects.get()
    stranger = type(client)()
    stranger.post(f"/cart/bundles/{item.pk}/remove")
    assert CartBundle.objects.exists()
    assert "Back to the bundle" in client.post(f"/cart/bundles/{item.pk}/remove", follow=True).text
    assert not CartBundle.objects.exists()


@pytest.mark.usefixtures("shop")
def test_bought_at_once_without_what_is_held(client, bundle):
    buyer = UserFactory()
    licence_in(works_of(bundle)[0], holder=buyer)
    client.force_login(buyer)
    assert "You have 1 of them already" in client.get(f"/bundles/{bundle.pk}").text
    answer = client.post("/orders/start", {"bundle": str(bundle.pk)})
    assert answer.url == f"/checkout?bundle={bundle.pk}"
    assert "$16.00" in client.get(answer.url).text
    client.post(answer.url, {"pay": "1", "consent": "on"})
    order = Order.objects.get()
    assert (order.total_minor, order.lines.get().bundle) == (1600, bundle)


def test_the_artist_makes_and_withdraws_one(client):
    artist = ArtistFactory()
    works = [work_on_sale(artist=artist, title=title) for title in ("Tide", "Frost")]
    client.force_login(artist.user)
    assert "You have no bundles yet" in client.get("/my/bundles").text
    filled = {"title": "Sea", "licence": "personal", "works": [str(work.pk) for work in works], "price": "20"}
    for changes, told in (
        ({"title": ""}, "required"),
        ({"works": [filled["works"][0]]}, "2 to 20 works"),
        ({"works": [str(work_on_sale().pk)] * 2}, "Select a valid choice"),
        ({"price": "24"}, "a bundle costs less"),
    ):
        answer = client.post("/my/bundles", {**filled, **changes})
        assert answer.status_code == 422
        assert told in answer.text
    assert not Bundle.objects.exists()
    assert "“Sea” is in the shop." in client.post("/my/bundles", filled, follow=True).text
    bundle = Bundle.objects.get()
    assert "This is your own bundle" in client.get(f"/bundles/{bundle.pk}").text
    assert "“Sea” is out of the shop." in client.post(f"/my/bundles/{bundle.pk}/withdraw", follow=True).text
    assert "does not sell this bundle any more" in client.get(f"/bundles/{bundle.pk}").text


def test_others_withdraw_nothing(client, bundle):
    address = f"/my/bundles/{bundle.pk}/withdraw"
    assert "/accounts/login" in client.post(address).url
    client.force_login(UserFactory())
    assert client.post(address).url == "/storefront/open"
    client.force_login(ArtistFactory().user)
    assert client.post(address).status_code == 404
    bundle.refresh_from_db()
    assert bundle.withdrawn_at is None


@pytest.mark.usefixtures("shop")
def test_by_program(client, bundle):
    told = client.get(f"/api/v1/bundles/{bundle.pk}").json()
    assert (told["price_minor"], told["singly_minor"], told["problem"]) == (2400, 3000, "")
    assert [part["price_minor"] for part in told["parts"]] == [800, 1600]
    assert client.get(f"/api/v1/bundles/{uuid4()}").status_code == 404
    client.force_login(UserFactory())
    made = client.post("/api/v1/orders", {"bundles": [str(bundle.pk)], "consent": True}, content_type=JSON)
    assert (made.status_code, made.json()["total_minor"]) == (201, 2400)
    assert {line["bundle"] for line in made.json()["lines"]} == {str(bundle.pk)}
    client.force_login(bundle.artist.user)
    refused = client.post("/api/v1/orders", {"bundles": [str(bundle.pk)], "consent": True}, content_type=JSON)
    assert refused.json()["error"] == "own_work"


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    artist, buyer = ArtistFactory(), UserFactory()
    for _n in range(4):
        add_bundle_to_cart(user=buyer, bundle=bundle_of(1000, 2000, 700, artist=artist))
    client.force_login(buyer)
    with django_assert_max_num_queries(26):
        assert client.get("/cart").text.count("line-title") == 4
    client.force_login(artist.user)
    with django_assert_max_num_queries(26):
        assert client.get("/my/bundles").text.count("bundle-card") == 4
