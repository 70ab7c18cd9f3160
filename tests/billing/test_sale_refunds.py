"""Refunds in parts: fee and share go back in proportion and to the last unit, once each, in any state of the sale."""

import threading

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.errors import RefundExceedsSale, RefundNotFound
from billing.models import AccountKind, Sale, Transaction
from billing.selectors import artist_balance, balance_of, payout_holds
from billing.services import mature_sales, record_refund, record_refund_failed, record_unused_returned
from billing.services.ledger import account_of, post
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def amounts(artist) -> tuple[int, int, int]:
    found = artist_balance(artist)
    return (found.pending.amount_minor, found.available.amount_minor, found.debt.amount_minor)


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def pay_out(artist, amount: int) -> None:
    available = account_of(AccountKind.ARTIST_AVAILABLE, "USD", artist=artist)
    cash = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    post(
        object_ref=f"payout:{new_id()}", effect="sent", reason="payout", entries=[(available, -amount), (cash, amount)]
    )


@pytest.fixture
def artist(db):
    return ArtistFactory()


def test_a_part_goes_back_from_fee_and_share_in_proportion_once(artist):
    sale = sell(artist, 2000)
    for _ in range(3):
        sale = record_refund(line_ref=sale.line_ref, amount=usd(500), refund_ref="re_1")
    assert (sale.state, sale.refunded, sale.deducted_refunded_minor, sale.net_left) == (
        "pending",
        usd(500),
        50,
        usd(1350),
    )
    assert amounts(artist) == (1350, 0, 0)
    assert [hold.amount for hold in payout_holds(artist)] == [usd(1350)]
    assert Transaction.objects.get(effect="refunded:re_1").stripe_ref == "re_1"
    sale = record_refund(line_ref=sale.line_ref, refund_ref="re_2")
    assert (sale.state, sale.refunded, sale.net_left) == (Sale.State.REFUNDED, usd(2000), usd(0))
    assert amounts(artist) == (0, 0, 0)
    assert not faults()


def test_what_is_left_becomes_available(artist):
    sale = sell(artist, 2000, days_until_available=-1)
    record_refund(line_ref=sale.line_ref, amount=usd(700), refund_ref="re_1")
    mature_sales()
    assert amounts(artist) == (0, 1170, 0)
    record_refund(line_ref=sale.line_ref, amount=usd(300), refund_ref="re_2")
    assert amounts(artist) == (0, 900, 0)
    assert not faults()


def test_more_than_is_left_is_refused_and_changes_nothing(artist):
    sale = sell(artist, 2000)
    record_refund(line_ref=sale.line_ref, amount=usd(1500), refund_ref="re_1")
    for asked in (usd(501), usd(-1), Money(100, "EUR")):
        with pytest.raises(RefundExceedsSale) as told:
            record_refund(line_ref=sale.line_ref, amount=asked, refund_ref="re_2")
        assert told.value.facts["left"] == "$5.00"
    assert amounts(artist) == (450, 0, 0)


def due() -> Money:
    return balance_of(account_of(AccountKind.REFUNDS_DUE, "USD"))


def test_a_refund_that_the_bank_did_not_take_is_still_the_buyers(artist):
    sale = sell(artist, 2000)
    record_refund(line_ref=sale.line_ref, amount=usd(700), refund_ref="re_1")
    record_refund(line_ref=sale.line_ref, refund_ref="re_2")
    for _ in range(2):
        record_refund_failed(line_ref=sale.line_ref, refund_ref="re_2")
    sale.refresh_from_db()
    assert (sale.state, sale.refunded) == (Sale.State.REFUNDED, usd(2000))
    assert (amounts(artist), due()) == ((0, 0, 0), usd(1300))
    for _ in range(2):
        record_unused_returned(object_ref=sale.line_ref, returned=usd(1300), refund_ref="re_by_hand")
    assert due() == usd(0)
    with pytest.raises(RefundNotFound):
        record_refund_failed(line_ref=sale.line_ref, refund_ref="re_none")
    assert not faults()


def test_after_it_matured_a_failed_refund_leaves_no_money_behind(artist):
    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    record_refund(line_ref=sale.line_ref, refund_ref="re_1")
    record_refund_failed(line_ref=sale.line_ref, refund_ref="re_1")
    assert mature_sales() == 0
    assert (amounts(artist), due()) == ((0, 0, 0), usd(2000))
    assert not faults()


def test_money_that_is_gone_becomes_a_debt(artist):
    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    pay_out(artist, 1600)
    record_refund(line_ref=sale.line_ref, amount=usd(1000), refund_ref="re_1")
    assert amounts(artist) == (0, 0, 700)
    assert not faults()


def test_parts_at_once_never_give_back_more_than_was_paid(transactional_db):
    artist = ArtistFactory()
    sale = sell(artist, 1000)
    refused: list[RefundExceedsSale] = []
    broken: list[Exception] = []

    def give_back(number: int) -> None:
        try:
            record_refund(line_ref=sale.line_ref, amount=usd(300), refund_ref=f"re_{number % 5}")
        except RefundExceedsSale as error:
            refused.append(error)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=give_back, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sale.refresh_from_db()
    assert not broken
    assert sale.refunded == usd(900)
    assert Transaction.objects.filter(effect__startswith="refunded:").count() == 3
    assert len(refused) >= 2
    assert amounts(artist) == (90, 0, 0)


class AnyParts(TestCase):
    """Whatever the price and the parts, both shares go back to the last unit."""

    @settings(deadline=None, max_examples=40)
    @given(gross=st.integers(1, 10**6), shares=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
    def test_parts_add_up_to_the_whole(self, gross: int, shares: list[int]) -> None:
        artist = ArtistFactory()
        sale = sell(artist, gross)
        fees = account_of(AccountKind.PLATFORM_FEES, "USD")
        before = balance_of(fees).amount_minor - sale.deducted_minor
        for number, share in enumerate(shares):
            left = sale.gross_minor - sale.refunded_minor
            sale = record_refund(line_ref=sale.line_ref, amount=usd(min(share, left)), refund_ref=f"re_{number}")
            exact = sale.deducted_minor * sale.refunded_minor / sale.gross_minor
            assert abs(sale.deducted_refunded_minor - exact) <= 0.5
            assert amounts(artist)[0] == sale.net_left.amount_minor >= 0
        sale = record_refund(line_ref=sale.line_ref, refund_ref="re_rest")
        assert amounts(artist) == (0, 0, 0)
        assert balance_of(fees).amount_minor == before
        assert sale.state == Sale.State.REFUNDED
