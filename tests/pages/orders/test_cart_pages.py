"""The cart's pages: with an account and without, what stands in the way, and a bounded number of queries."""

import re

import pytest

from marketplace.catalog.services import unlist_work
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.models import Cart, CartItem
from marketplace.orders.services import add_to_cart, join_carts
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import begun_order
from tests.orders.conftest import shop

__all__ = ["shop"]
pytestmark = pytest.mark.django_db


def put(client, work, code="personal", **more):
    return client.post("/orders/start", {"offer": str(offer_of(work, code).pk), "to": "cart", **more}, follow=True).text


def test_an_empty_cart_says_what_to_do(client):
    page = client.get("/cart").text
    assert "Your cart is empty" in page
    assert 'href="/search"' in page


def test_works_of_several_artists_add_up(client):
    one, other = work_on_sale(title="Evening tide"), work_on_sale(title="Morning frost")
    put(client, one)
    page = put(client, other)
    assert "Evening tide" in page
    assert "Morning frost" in page
    assert "$24.00" in page
    assert 'href="/checkout?currency=USD"' in page
    assert re.search(r'class="count">2<', client.get("/licences").text)


def test_another_licence_of_the_same_work_takes_its_place(client):
    work = work_on_sale()
    put(client, work)
    page = put(client, work, "commercial")
    assert CartItem.objects.get().offer.terms.code == "commercial"
    assert "$49.00" in page


def test_a_changed_price_is_the_present_one(client):
    work = work_on_sale()
    put(client, work)
    set_offers(work=work, offers=[OfferTerms("personal", Money(2000, "USD"))])
    assert "$20.00" in client.get("/cart").text


def test_an_open_price_keeps_what_was_given(client):
    work = work_on_sale()
    LicenceOffer.objects.filter(work=work, terms__code="personal").update(suggested_minor=1500)
    assert "$30.00" in put(client, work, amount="30")
    assert "at least $12.00" in put(client, work, amount="11.99")
    assert "is not an amount" in put(client, work, amount="much")
    assert "$30.00" in client.get("/cart").text


def test_what_cannot_be_bought_says_why_and_is_left_out(client):
    gone, there, mine = work_on_sale(), work_on_sale(), work_on_sale()
    for work in (gone, there, mine):
        put(client, work)
    unlist_work(work=gone)
    client.force_login(mine.artist.user)
    page = client.get("/cart").text
    assert "It is not on sale at the moment." in page
    assert "This is your own work" in page
    assert "$12.00" in page
    assert "$36.00" not in page
    licence_in(there, holder=mine.artist.user)
    page = client.get("/cart").text
    assert "You have this licence already." in page
    assert "/checkout" not in page
    assert client.get("/checkout?currency=USD").status_code == 409


@pytest.mark.usefixtures("shop")
def test_a_hold_is_told_to_others_and_not_to_its_holder(client):
    work = work_on_sale()
    order = begun_order(work, "exclusive")
    put(client, work)
    assert "Somebody is buying it exclusively" in client.get("/cart").text
    client.logout()
    client.force_login(order.buyer)
    put(client, work)
    assert "Somebody is buying it exclusively" not in client.get("/cart").text


def test_what_is_taken_out_is_ones_own(client):
    put(client, work_on_sale())
    item = CartItem.objects.get()
    other = UserFactory()
    client_of_another = type(client)()
    client_of_another.force_login(other)
    client_of_another.post(f"/cart/{item.pk}/remove")
    assert CartItem.objects.exists()
    page = client.post(f"/cart/{item.pk}/remove", follow=True).text
    assert "is out of your cart" in page
    assert not CartItem.objects.exists()


def test_signing_in_keeps_what_was_chosen(client):
    buyer = UserFactory()
    kept, chosen = work_on_sale(), work_on_sale()
    add_to_cart(user=buyer, offer=offer_of(kept, "personal"))
    put(client, chosen)
    client.force_login(buyer)
    client.get("/cart")
    assert {item.work for item in buyer.cart.items.all()} == {kept, chosen}
    assert Cart.objects.count() == 1


def test_a_cart_of_a_person_cannot_be_joined_by_its_id():
    owner, thief = UserFactory(), UserFactory()
    cart = add_to_cart(user=owner, offer=offer_of(work_on_sale(), "personal"))
    join_carts(user=thief, guest_cart_id=cart.pk)
    assert owner.cart.items.count() == 1
    assert not Cart.objects.filter(user=thief).exists()


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    buyer = UserFactory()
    client.force_login(buyer)
    for _n in range(12):
        add_to_cart(user=buyer, offer=offer_of(work_on_sale(), "personal"))
    with django_assert_max_num_queries(24):
        assert client.get("/cart").text.count("line-title") == 12
    with django_assert_max_num_queries(24):
        assert "$144.00" in client.get("/checkout?currency=USD").text
