"""Buying what is not for everybody: cart, checkout, bundle, club, gift; and what was begun before it was narrowed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.errors import WorkClosed
from marketplace.catalog.services import set_audience
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.orders.basket import Basket, GiftWish
from marketplace.orders.errors import BundleNotOnSale, OwnWork
from marketplace.orders.models import Cart, Order
from marketplace.orders.selectors import bundle_by_id, bundles_in, lines_in, present_bundles
from marketplace.orders.services import (
    add_bundle_to_cart,
    add_to_cart,
    create_bundle,
    download_url,
    open_order,
    refuse_early,
    take_by_club,
)
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.audiences import club_member
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, claimed, paid, usd
from tests.orders.test_club import member as club_member_with_licences

pytestmark = pytest.mark.django_db
MEMBERS = AudienceChoice(Audience.MEMBERS)


def for_members(work=None):
    return set_audience(work=work or work_on_sale(), choice=MEMBERS)


def for_club(work=None):
    choice = AudienceChoice(Audience.CLUB_FIRST, now() + timedelta(days=1))
    return set_audience(work=work or work_on_sale(), choice=choice)


def bundle_with_closed(artist=None):
    works = [work_on_sale(artist=artist or ArtistFactory())]
    works.append(work_on_sale(artist=works[0].artist))
    bundle = create_bundle(
        artist=works[0].artist,
        title="Two",
        licence="personal",
        works=[work.pk for work in works],
        price=usd(2000),
    )
    for_members(works[1])
    return bundle


class TestRefusals:
    def refused(self, work, buyer, *, told):
        offer = offer_of(work, "personal")
        calls = [
            lambda: add_to_cart(user=buyer, offer=offer),
            lambda: refuse_early(buyer=buyer, offer=offer),
            lambda: claimed(basket_of(work), buyer=buyer or UserFactory(), is_known=buyer is not None),
            lambda: claimed(
                basket_of(work, gift=GiftWish("a@example.org")),
                buyer=buyer or UserFactory(),
                is_known=buyer is not None,
            ),
        ]
        if buyer is not None:
            calls.append(lambda: open_order(buyer=buyer, basket=basket_of(work), consent=CONSENT))
        for call in calls:
            with pytest.raises(WorkClosed, match=told) as raised:
                call()
            assert raised.value.way_out
            assert raised.value.facts["url"]
        assert not Order.objects.exists()
        assert not Cart.objects.exists()
        assert not LicenceHold.objects.exists()

    def test_of_a_members_work(self, memberships):
        work = for_members()
        for buyer in (None, UserFactory(), club_member(), memberships.member_of(ArtistFactory())):
            self.refused(work, buyer, told="for members of")

    def test_of_the_clubs_work(self, memberships):
        work = for_club()
        for buyer in (None, UserFactory(), memberships.member_of(work.artist)):
            self.refused(work, buyer, told="for the club until")

    def test_of_a_tier_that_is_too_low(self, memberships):
        work = set_audience(work=work_on_sale(), choice=AudienceChoice(Audience.MEMBERS, members_level=2))
        self.refused(work, memberships.member_of(work.artist), told="from tier 2 up")

    def test_the_artist_needs_no_licence_as_before(self):
        work = for_members()
        with pytest.raises(OwnWork):
            claimed(basket_of(work), buyer=work.artist.user)

    def test_a_guest_with_a_members_address_is_a_stranger(self, memberships):
        work = for_members()
        member = memberships.member_of(work.artist)
        with pytest.raises(WorkClosed):
            claimed(basket_of(work), buyer=member, is_known=False)
        assert not Order.objects.exists()


class TestBuying:
    def test_a_member_and_the_club(self, memberships):
        for work, buyer in ((for_members(), None), (for_club(), club_member())):
            buyer = buyer or memberships.member_of(work.artist)
            add_to_cart(user=buyer, offer=offer_of(work, "personal"))
            refuse_early(buyer=buyer, offer=offer_of(work, "personal"))
            assert paid(claimed(basket_of(work), buyer=buyer)).state == Order.State.PAID
            assert LicenceGrant.objects.get(work=work).holder == buyer

    def test_the_club_takes_a_licence_of_its_month_early(self):
        work, buyer = for_club(), club_member_with_licences()
        offer = offer_of(work, "personal")
        assert take_by_club(buyer=buyer, offer=offer, consent=CONSENT).state == Order.State.PAID
        closed = for_members()
        with pytest.raises(WorkClosed):
            take_by_club(buyer=buyer, offer=offer_of(closed, "personal"), consent=CONSENT)

    def test_what_was_begun_before_it_was_narrowed_is_delivered(self):
        work, buyer = work_on_sale(), UserFactory()
        order = claimed(basket_of(work), buyer=buyer)
        for_members(work)
        assert paid(order).state == Order.State.PAID
        grant = LicenceGrant.objects.get()
        assert grant.holder == buyer
        with pytest.raises(WorkClosed):
            claimed(basket_of(work), buyer=UserFactory())

    def test_who_bought_before_keeps_file_and_may_widen_her_licence(self, blob_stores):
        work = work_on_sale()
        grant = licence_in(work)
        for_members(work)
        assert download_url(user=grant.holder, grant=grant)
        assert paid(claimed(basket_of(work, code="commercial"), buyer=grant.holder)).state == Order.State.PAID

    def test_a_member_may_give_it_to_somebody_who_is_none(self, memberships):
        work = for_members()
        gift = GiftWish("friend@example.org", "Friend", "For you")
        order = paid(claimed(basket_of(work, gift=gift), buyer=memberships.member_of(work.artist)))
        assert order.state == Order.State.PAID
        assert LicenceGrant.objects.get().holder.email == "friend@example.org"


class TestCartsAndBundles:
    def test_what_was_narrowed_since_stands_in_the_cart_with_its_reason(self, memberships):
        work, buyer = work_on_sale(), UserFactory()
        add_to_cart(user=buyer, offer=offer_of(work, "personal"))
        add_to_cart(user=buyer, offer=offer_of(work_on_sale(), "personal"))
        for_members(work)
        cart = Cart.objects.get()
        closed, other = lines_in(cart, buyer=buyer)
        assert ("for members of" in closed.problem, closed.is_closed) == (True, True)
        assert (other.problem, other.is_closed) == ("", False)
        memberships.member_of(work.artist, user=buyer)
        assert [line.problem for line in lines_in(cart, buyer=buyer)] == ["", ""]

    def test_a_bundle_is_for_those_to_whom_all_of_it_is_open(self, memberships):
        bundle = bundle_by_id(bundle_with_closed().pk)
        work = bundle.items.last().work
        member = memberships.member_of(bundle.artist)
        for buyer in (None, UserFactory()):
            (present,) = present_bundles([bundle], buyer=buyer)
            assert "for members of" in present.problem
            assert present.closed == {work.pk}
            with pytest.raises(BundleNotOnSale, match="for members of"):
                claimed(Basket(bundles=(bundle,)), buyer=buyer or UserFactory(), is_known=buyer is not None)
        assert not Order.objects.exists()
        (present,) = present_bundles([bundle], buyer=member)
        assert (present.problem, present.closed) == ("", frozenset())
        gift = GiftWish("friend@example.org")
        assert claimed(Basket(bundles=(bundle,), gift=gift), buyer=member).total == usd(2000)
        assert paid(claimed(Basket(bundles=(bundle,)), buyer=member)).state == Order.State.PAID

    def test_carts_ask_as_often_for_many_closed_works(self, memberships):
        artist = ArtistFactory()
        buyer = memberships.member_of(artist)
        works = [work_on_sale(artist=artist) for _n in range(6)]
        for work in works:
            add_to_cart(user=buyer, offer=offer_of(work, "personal"))
        add_bundle_to_cart(user=buyer, bundle=bundle_with_closed(artist))
        cart = Cart.objects.get()
        for_members(works[0])
        few = lines_and_bundles(cart, buyer)
        for work in works:
            for_members(work)
        assert lines_and_bundles(cart, buyer) == few


def lines_and_bundles(cart, buyer) -> int:
    """How many queries a cart takes."""
    with CaptureQueriesContext(connection) as queries:
        lines_in(cart, buyer=buyer, bundles=bundles_in(cart, buyer=buyer))
    return len(queries)
