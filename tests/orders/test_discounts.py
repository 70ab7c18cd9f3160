"""Discount codes: what they take off, for whom, and never more often than they may."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from billing.gateway import Refund
from billing.models import Sale
from billing.selectors import artist_balance
from marketplace.core.clock import now
from marketplace.orders.errors import DiscountNotUsable
from marketplace.orders.letters import write_to_artist
from marketplace.orders.models import DiscountCode, DiscountUse, Order
from marketplace.orders.services import close_order, note_refund_by_hand, open_order
from tests.factories.accounts import confirmed_user
from tests.factories.licensing import work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, claimed, paid, usd


def code(text="SPRING", **fields) -> DiscountCode:
    if "amount_minor" not in fields:
        fields.setdefault("share_basis_points", 2500)
    return DiscountCode.objects.create(code=text, **fields)


def with_code(*works, text="SPRING"):
    return replace(basket_of(*works), code=text)


def refused(basket, **more) -> str:
    before = Order.objects.count()
    with pytest.raises(DiscountNotUsable) as raised:
        claimed(basket, **more)
    assert raised.value.way_out
    assert Order.objects.count() == before
    return raised.value.message


@pytest.mark.django_db
class TestWhatItTakesOff:
    def test_a_share_of_each_price(self):
        code()
        order = claimed(basket_of(work_on_sale(), work_on_sale()), buyer=confirmed_user())
        assert order.total == usd(2400)
        order = claimed(with_code(work_on_sale(), work_on_sale(), text=" spring "))
        assert (order.total, order.discount_code.code) == (usd(1800), "SPRING")
        assert [(line.price, line.discount) for line in order.lines.all()] == [(usd(900), usd(300))] * 2

    def test_an_amount_is_shared_to_the_last_cent(self):
        code(amount_minor=1001, currency="USD")
        order = claimed(with_code(work_on_sale(), work_on_sale(), work_on_sale()))
        assert order.total == usd(3600 - 1001)
        assert sorted(line.discount_minor for line in order.lines.all()) == [333, 334, 334]

    def test_an_amount_takes_no_more_than_the_price(self):
        code(amount_minor=5000, currency="USD")
        assert claimed(with_code(work_on_sale())).total == usd(0)

    def test_an_artists_code_is_for_her_works_alone(self):
        hers, anothers = work_on_sale(), work_on_sale()
        code(artist=hers.artist)
        order = claimed(with_code(hers, anothers))
        assert {line.work: line.discount_minor for line in order.lines.all()} == {hers: 300, anothers: 0}
        assert "other works" in refused(with_code(anothers))

    def test_a_code_may_be_for_some_works(self):
        one, other = work_on_sale(), work_on_sale()
        code().works.add(one)
        assert claimed(with_code(one, other)).total == usd(2100)
        assert "other works" in refused(with_code(other))


@pytest.mark.django_db
class TestWhenItCannotBeUsed:
    def test_unknown_taken_down_too_early_too_late(self):
        assert "no such code" in refused(with_code(text="NONE"))
        code("DOWN", is_active=False)
        code("EARLY", starts_at=now() + timedelta(hours=1))
        code("LATE", ends_at=now() - timedelta(seconds=1))
        code("EURO", amount_minor=100, currency="EUR")
        assert "no such code" in refused(with_code(text="DOWN"))
        assert "not valid yet" in refused(with_code(text="EARLY"))
        assert "not valid any more" in refused(with_code(text="LATE"))
        assert "another currency" in refused(with_code(text="EURO"))

    def test_once_per_buyer_and_given_back_when_nothing_was_paid(self):
        code()
        buyer = confirmed_user()
        first = claimed(with_code(), buyer=buyer)
        assert "already" in refused(with_code(), buyer=buyer)
        close_order(order_id=first.pk, to=Order.State.CANCELLED)
        second = claimed(with_code(), buyer=buyer)
        paid(second)
        assert "already" in refused(with_code(), buyer=buyer)
        states = DiscountUse.objects.values_list("order", "state")
        assert dict(states) == {first.pk: "given_back", second.pk: "used"}

    def test_a_late_payment_keeps_what_was_promised(self):
        code(most_uses=1)
        order = claimed(with_code())
        close_order(order_id=order.pk, to=Order.State.EXPIRED)
        order = paid(order)
        assert (order.state, order.discount_use.state) == ("paid", "used")
        assert "used up" in refused(with_code())


@pytest.mark.django_db
class TestWhoPaysForIt:
    def test_the_platforms_code_is_the_platforms_cost(self):
        code()
        one, other = work_on_sale(), work_on_sale()
        paid(claimed(with_code(one, other)))
        for work in (one, other):
            sale, part = Sale.objects.filter(artist=work.artist).order_by("pk")
            assert (sale.kind, sale.gross, part.kind, part.gross) == ("sale", usd(900), "promotion", usd(300))
            assert part.line_ref == sale.line_ref.replace("order_line:", "promotion:")
            assert artist_balance(work.artist).pending == usd(1080)

    def test_a_refund_by_hand_counts_the_price_alone_and_takes_the_discount_along(self):
        code()
        one, other = work_on_sale(), work_on_sale()
        order = paid(claimed(with_code(one, other)))
        refund = Refund("re_1", "succeeded", usd(900), order.payment_intent_id)
        for _ in range(2):
            note_refund_by_hand(order_id=order.pk, refund=refund)
        for work in (one, other):
            sale, part = Sale.objects.filter(artist=work.artist).order_by("pk")
            assert (sale.refunded, part.refunded) == (usd(450), usd(150))
            assert artist_balance(work.artist).pending == usd(540)

    def test_the_artist_is_told(self):
        code()
        write_to_artist(order_id=paid(claimed(with_code(work_on_sale()))).pk)
        (letter,) = mail.outbox
        assert "Paid: $9.00" in letter.body
        assert "Atelier pays the discount of $3.00; your share of it: $2.70" in letter.body

    def test_an_artists_own_is_hers(self):
        work = work_on_sale()
        code(artist=work.artist)
        paid(claimed(with_code(work)))
        assert Sale.objects.get().gross == usd(900)
        assert artist_balance(work.artist).pending == usd(810)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_use_it_no_more_often_than_it_may():
    code(most_uses=3)
    baskets = [(confirmed_user(), with_code(work_on_sale())) for _n in range(10)]

    def use(one):
        buyer, basket = one
        try:
            return claimed(basket, buyer=buyer).total.amount_minor
        except DiscountNotUsable:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(use, baskets))
    assert sorted(got, key=str) == [900, 900, 900] + [None] * 7
    assert DiscountUse.objects.filter(state="kept").count() == 3


@pytest.mark.usefixtures("shop")
def test_what_costs_nothing_is_given_without_stripe():
    code("GIFT", share_basis_points=10_000)
    work, buyer = work_on_sale(), confirmed_user()
    order = open_order(buyer=buyer, basket=with_code(work, text="GIFT"), consent=CONSENT)
    assert (order.state, order.checkout_url, order.payment_intent_id) == ("paid", "", "")
    assert order.lines.get().grant.holder == buyer


@pytest.mark.usefixtures("shop")
def test_the_discounted_price_is_what_stripe_asks(pay, wait_for_event):
    code()
    order = open_order(buyer=confirmed_user(), basket=with_code(work_on_sale(), work_on_sale()), consent=CONSENT)
    assert "18.00" in pay(order, "").text
    pay(order)
    wait_for_event("checkout.session.completed")
    order.refresh_from_db()
    assert order.state == "paid"
    assert {line.grant.price_minor for line in order.lines.select_related("grant")} == {900}
