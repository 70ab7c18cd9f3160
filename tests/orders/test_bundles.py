"""Bundles: made, bought as one, shared to the last cent; what is held is left out; what changed cannot be bought."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.models import Sale
from marketplace.catalog.services import hide_work, unlist_work
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.basket import Basket, GiftWish
from marketplace.orders.errors import BasketNotPossible, BundleInvalid, BundleNotFound, BundleNotOnSale, OwnWork
from marketplace.orders.models import Bundle, CartBundle, DiscountCode, LineReturn, Order
from marketplace.orders.selectors import bundle_by_id, bundles_in, lines_in, present_bundles
from marketplace.orders.services import (
    add_bundle_to_cart,
    add_to_cart,
    close_order,
    create_bundle,
    join_carts,
    open_order,
    withdraw_bundle,
)
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, claimed, paid, usd


def bundle_of(*prices: int, price: int = 2000, artist=None, licence="personal") -> Bundle:
    artist = artist or ArtistFactory()
    works = [work_on_sale(artist=artist) for _price in prices]
    for work, single in zip(works, prices, strict=True):
        set_offers(work=work, offers=[OfferTerms(licence, usd(single))])
    return create_bundle(
        artist=artist, title="Sea and sky", licence=licence, works=[work.pk for work in works], price=usd(price)
    )


def wanted(*bundles, **more) -> Basket:
    return Basket(bundles=tuple(bundles), **more)


def works_of(bundle):
    return [item.work for item in bundle.items.select_related("work")]


def prices(order):
    by_work = {line.work_id: line.price_minor for line in order.lines.all()}
    return [by_work.get(work.pk) for work in works_of(order.lines.first().bundle)]


def standing(bundle, buyer=None):
    (present,) = present_bundles([bundle_by_id(bundle.pk)], buyer=buyer)
    return present


@pytest.mark.django_db
class TestMaking:
    @pytest.mark.parametrize(
        "changes",
        [
            {"title": "  "},
            {"title": "x" * 141},
            {"licence": "exclusive"},
            {"licence": "commercial"},
            {"price": usd(3000)},
            {"price": usd(99)},
            {"price": Money(2000, "EUR")},
            {"language": "tlh"},
        ],
    )
    def test_what_is_not_possible_is_refused_with_a_way_out(self, changes):
        artist = ArtistFactory()
        works = [work_on_sale(artist=artist, terms=("personal",)).pk for _n in range(2)]
        facts = {"title": "Sea", "licence": "personal", "works": works, "price": usd(2000)}
        with pytest.raises(BundleInvalid) as refused:
            create_bundle(artist=artist, **{**facts, **changes})
        assert refused.value.way_out
        assert not Bundle.objects.exists()

    def test_one_work_too_many_anothers_and_unlisted_ones_are_refused(self):
        artist = ArtistFactory()
        mine, down = work_on_sale(artist=artist), work_on_sale(artist=artist)
        unlist_work(work=down)
        for works in ([mine], [mine] * 3, [mine, work_on_sale()], [mine, down]):
            with pytest.raises(BundleInvalid):
                create_bundle(
                    artist=artist,
                    title="Sea",
                    licence="personal",
                    works=[work.pk for work in works],
                    price=usd(1100),
                )
        assert not Bundle.objects.exists()

    def test_only_its_artist_withdraws_it(self):
        bundle = bundle_of(1200, 1200)
        with pytest.raises(BundleNotFound):
            withdraw_bundle(artist=ArtistFactory(), bundle_id=bundle.pk)
        assert not standing(bundle).problem
        withdraw_bundle(artist=bundle.artist, bundle_id=bundle.pk)
        assert "any more" in standing(bundle).problem


@pytest.mark.django_db
class TestBuying:
    def test_one_line_and_sale_for_each_work_in_proportion(self):
        bundle = bundle_of(1000, 2000, 700, price=2500)
        order = paid(claimed(wanted(bundle)))
        assert (order.state, order.total) == ("paid", usd(2500))
        assert prices(order) == [676, 1351, 473]
        assert sorted(sale.gross_minor for sale in Sale.objects.all()) == [473, 676, 1351]
        assert LicenceGrant.objects.filter(holder=order.buyer).count() == 3

    def test_what_the_buyer_holds_is_left_out_and_the_price_with_it(self):
        bundle, buyer = bundle_of(1000, 2000, 700, price=2500), UserFactory()
        licence_in(works_of(bundle)[1], holder=buyer)
        assert (standing(bundle, buyer).price, standing(bundle, buyer).singly) == (usd(1149), usd(1700))
        order = claimed(wanted(bundle), buyer=buyer)
        assert (order.total, prices(order)) == (usd(1149), [676, None, 473])
        for work in works_of(bundle)[::2]:
            licence_in(work, holder=buyer)
        with pytest.raises(BundleNotOnSale, match="all its works"):
            claimed(wanted(bundle), buyer=buyer)

    def test_a_gift_and_a_guest_get_it_whole(self):
        bundle, buyer = bundle_of(1000, 2000), UserFactory()
        licence_in(works_of(bundle)[0], holder=buyer)
        gift = GiftWish("friend@example.org")
        assert claimed(wanted(bundle, gift=gift), buyer=buyer).total == usd(2000)
        order = paid(claimed(wanted(bundle), buyer=buyer, is_known=False))
        assert order.state == "paid"
        assert LineReturn.objects.get().amount == usd(667)

    def test_prices_that_fell_are_the_price(self):
        bundle = bundle_of(1000, 2000)
        for work in works_of(bundle):
            set_offers(work=work, offers=[OfferTerms("personal", usd(800))])
        assert claimed(wanted(bundle)).total == usd(1600)

    def test_a_discount_code_takes_its_part(self):
        bundle = bundle_of(1000, 2000, price=1500)
        DiscountCode.objects.create(code="HALF", share_basis_points=5000, artist=bundle.artist)
        order = claimed(wanted(bundle, code="HALF"))
        assert (order.total, prices(order)) == (usd(750), [250, 500])

    def test_with_single_works_beside_it_but_none_twice(self):
        bundle, other = bundle_of(1000, 2000), work_on_sale()
        assert claimed(replace(basket_of(other), bundles=(bundle,))).total == usd(3200)
        with pytest.raises(BasketNotPossible, match="twice"):
            claimed(replace(basket_of(works_of(bundle)[0]), bundles=(bundle,)))
        with pytest.raises(BasketNotPossible, match="twice"):
            claimed(wanted(bundle, _overlapping(bundle)))

    def test_pressed_twice_it_is_one_order(self):
        bundle, buyer = bundle_of(1000, 2000), UserFactory()
        assert claimed(wanted(bundle), buyer=buyer) == claimed(wanted(bundle), buyer=buyer)
        assert Order.objects.count() == 1

    def test_the_artist_needs_none(self):
        bundle = bundle_of(1000, 2000)
        with pytest.raises(OwnWork):
            claimed(wanted(bundle), buyer=bundle.artist.user)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda work: licence_in(work, "exclusive"), "sold exclusively"),
            (lambda work: unlist_work(work=work), "not on sale"),
            (lambda work: hide_work(work=work), "not on sale"),
            (lambda work: set_offers(work=work, offers=[OfferTerms("commercial", usd(900))]), "not on sale"),
            (lambda work: set_offers(work=work, offers=[OfferTerms("personal", Money(900, "EUR"))]), "not on sale"),
        ],
    )
    def test_a_bundle_whose_works_change_says_so_and_is_not_sold(self, change, told):
        bundle = bundle_of(1000, 2000)
        work = works_of(bundle)[0]
        set_offers(work=work, offers=[OfferTerms("personal", usd(1000)), OfferTerms("exclusive", usd(90000))])
        change(work)
        assert told in standing(bundle).problem
        with pytest.raises(BundleNotOnSale, match=told):
            claimed(wanted(bundle))
        assert not Order.objects.exists()

    def test_what_is_sold_exclusively_while_it_is_paid_goes_back_alone(self):
        bundle = bundle_of(1000, 2000, price=1500)
        first, _second = works_of(bundle)
        set_offers(work=first, offers=[OfferTerms("personal", usd(1000)), OfferTerms("exclusive", usd(90000))])
        order = claimed(wanted(bundle))
        licence_in(first, "exclusive")
        order = paid(order)
        assert order.state == "paid"
        assert LineReturn.objects.get().amount == usd(500)


@pytest.mark.django_db
class TestInTheCart:
    def test_once_and_its_works_not_beside_it(self):
        bundle, buyer = bundle_of(1000, 2000), UserFactory()
        add_to_cart(user=buyer, offer=offer_of(works_of(bundle)[0], "personal"))
        for _ in range(2):
            cart = add_bundle_to_cart(user=buyer, bundle=bundle)
        (line,) = bundles_in(cart, buyer=buyer)
        assert (line.price, line.problem) == (usd(2000), "")
        (single,) = lines_in(cart, buyer=buyer, bundles=[line])
        assert "in a bundle" in single.problem
        add_bundle_to_cart(user=buyer, bundle=_overlapping(bundle))
        assert [bool(one.problem) for one in bundles_in(cart, buyer=buyer)] == [False, True]

    def test_a_guests_bundle_comes_along(self):
        bundle, buyer = bundle_of(1000, 2000), UserFactory()
        guests = add_bundle_to_cart(user=None, bundle=bundle)
        join_carts(user=buyer, guest_cart_id=guests.pk)
        assert CartBundle.objects.get().cart.user == buyer


def _overlapping(bundle):
    works = [works_of(bundle)[0], work_on_sale(artist=bundle.artist)]
    return create_bundle(
        artist=bundle.artist, title="More", licence="personal", works=[one.pk for one in works], price=usd(1500)
    )


class TestEveryPrice(TestCase):
    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.integers(100, 9999), min_size=2, max_size=6), st.data())
    def test_shares_add_up_and_none_is_dearer_than_alone(self, singles, data):
        price = data.draw(st.integers(100, sum(singles) - 1))
        bundle = bundle_of(*singles, price=price)
        parts = standing(bundle).parts
        assert sum(part.price.amount_minor for part in parts) == price
        assert all(part.price.amount_minor <= part.offer.price_minor for part in parts)


@pytest.mark.django_db(transaction=True)
def test_buyers_at_once_of_bundles_with_the_same_works_never_wait_in_a_circle():
    bundle = bundle_of(1000, 2000, 700)
    works = works_of(bundle)
    reverse = create_bundle(
        artist=bundle.artist,
        title="Backwards",
        licence="personal",
        works=[work.pk for work in reversed(works)],
        price=usd(2000),
    )
    buyers = [UserFactory() for _n in range(8)]

    def buy(one):
        n, buyer = one
        try:
            return claimed(wanted(reverse if n % 2 else bundle), buyer=buyer).total.amount_minor
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(buy, enumerate(buyers))) == [2000] * 8


@pytest.mark.usefixtures("shop")
def test_stripe_asks_for_the_bundles_price(pay, wait_for_event):
    bundle = bundle_of(1000, 2000, price=1750)
    order = open_order(buyer=UserFactory(), basket=wanted(bundle), consent=CONSENT)
    assert "17.50" in pay(order, "").text
    pay(order)
    wait_for_event("checkout.session.completed")
    order.refresh_from_db()
    assert order.state == "paid"
    assert not close_order(order_id=order.pk, to=Order.State.CANCELLED)
