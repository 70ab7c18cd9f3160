"""Several licences of several artists in one order, with tips: one payment, one sale each."""

import pytest

from billing.models import AccountKind, Sale
from billing.selectors import balance_of
from billing.services.ledger import account_of
from marketplace.catalog.services import hide_work
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceHold, LicenceOffer
from marketplace.orders.basket import Basket, Wanted, WantedTip
from marketplace.orders.errors import AmountNotPossible, BasketNotPossible
from marketplace.orders.models import LineReturn, Order
from marketplace.orders.services import close_order
from marketplace.orders.services.checkout import price_basket
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.orders.baskets import basket_of, claimed, paid, usd

pytestmark = pytest.mark.django_db


def test_one_payment_is_a_sale_for_each_artist_and_tip():
    works = [work_on_sale(), work_on_sale()]
    tip = WantedTip(works[0].artist, usd(300), "I love it")
    order = paid(claimed(basket_of(*works, tips=(tip,))))
    assert (order.state, order.total) == ("paid", usd(2700))
    assert {grant.work for grant in LicenceGrant.objects.filter(holder=order.buyer)} == set(works)
    sales = Sale.objects.filter(order_ref=order.reference)
    assert sorted((sale.artist_id, sale.gross_minor) for sale in sales) == sorted(
        [(works[0].artist.pk, 1200), (works[0].artist.pk, 300), (works[1].artist.pk, 1200)]
    )
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == usd(-2700)


def test_a_tip_alone_needs_no_work():
    artist = work_on_sale().artist
    order = paid(claimed(Basket(tips=(WantedTip(artist, usd(500)),))))
    assert (order.state, order.lines.count()) == ("paid", 0)
    assert Sale.objects.get().gross == usd(500)


def test_the_same_basket_pressed_twice_is_one_order():
    basket, buyer = basket_of(work_on_sale(), work_on_sale()), UserFactory()
    first = claimed(basket, buyer=buyer)
    assert claimed(Basket(tuple(reversed(basket.wanted))), buyer=buyer) == first
    assert claimed(basket, buyer=UserFactory()) != first


def test_what_cannot_be_given_goes_back_and_the_rest_is_given():
    gone, there = work_on_sale(), work_on_sale()
    buyer = UserFactory()
    order = claimed(basket_of(gone, there), buyer=buyer)
    licence_in(gone, "exclusive")
    order = paid(order)
    assert order.state == "paid"
    lines = {line.work: line for line in order.lines.all()}
    assert (lines[gone].grant, lines[gone].refusal) == (None, "sold_exclusively")
    assert lines[there].grant.holder == buyer
    money_back = LineReturn.objects.get()
    assert (money_back.line, money_back.amount, money_back.state) == (lines[gone], usd(1200), "due")
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == usd(1200)
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == usd(-2400)
    assert Sale.objects.get(order_ref=order.reference).work == there


def test_where_nothing_can_be_given_all_goes_back_with_the_tips():
    works = [work_on_sale(), work_on_sale()]
    order = claimed(basket_of(*works, tips=(WantedTip(works[0].artist, usd(300)),)))
    for work in works:
        hide_work(work=work)
    order = paid(order)
    assert (order.state, order.refusal) == ("refund_due", "not_on_sale")
    assert not LineReturn.objects.exists()
    assert not Sale.objects.exists()
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == usd(2700)


def test_exclusive_licences_of_a_cart_are_all_held_and_all_freed():
    works = [work_on_sale(), work_on_sale()]
    order = claimed(basket_of(*works, code="exclusive"))
    assert LicenceHold.objects.filter(holder_ref=order.reference, released_at=None).count() == 2
    assert close_order(order_id=order.pk, to=Order.State.CANCELLED)
    assert not LicenceHold.objects.filter(released_at=None).exists()


def priced(*works, amounts=(), tips=()):
    wanted = [Wanted(offer_of(work, "personal")) for work in works]
    for n, amount in enumerate(amounts):
        wanted[n] = Wanted(wanted[n].offer, amount)
    return price_basket(Basket(tuple(wanted), tips=tips))


def refused(error, *works, **more):
    with pytest.raises(error) as raised:
        priced(*works, **more)
    assert raised.value.message
    return raised.value.message


class TestPrices:
    def test_nothing_too_many_and_twice_the_same(self):
        refused(BasketNotPossible)
        work = work_on_sale()
        refused(BasketNotPossible, work, work)
        refused(BasketNotPossible, *([work] * 51))

    def test_two_currencies(self):
        other = work_on_sale()
        LicenceOffer.objects.filter(work=other).update(currency="EUR")
        refused(BasketNotPossible, work_on_sale(), other)

    def test_a_fixed_price_is_fixed(self):
        refused(AmountNotPossible, work_on_sale(), amounts=[usd(1300)])

    def test_pay_what_you_want_begins_at_the_price(self):
        work = work_on_sale()
        LicenceOffer.objects.filter(work=work, terms__code="personal").update(suggested_minor=2000)
        assert priced(work).total == usd(2000)
        assert priced(work, amounts=[usd(1200)]).total == usd(1200)
        assert priced(work, amounts=[usd(99_00)]).total == usd(9900)
        for amount in (usd(1199), Money(1300, "EUR"), usd(100_000_01)):
            refused(AmountNotPossible, work, amounts=[amount])

    def test_tips_have_a_least_and_a_largest(self):
        artist = work_on_sale().artist
        for amount in (usd(0), usd(49), usd(100_000_01), Money(10, "CREDIT")):
            refused(AmountNotPossible, tips=(WantedTip(artist, amount),))
        refused(BasketNotPossible, tips=(WantedTip(artist, usd(500)), WantedTip(artist, usd(500))))
        assert priced(tips=(WantedTip(artist, usd(50)),)).total == usd(50)
