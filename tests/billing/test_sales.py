"""Sales: fee, holding time, refunds before and after the money became available, and debts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import SaleDiffers, SaleNotFound
from billing.models import Sale, Transaction
from billing.selectors import artist_balance, payout_holds
from billing.services import mature_sales, platform_fee, record_refund, record_sale
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db
NOBODY = new_id()


@pytest.fixture
def artist():
    return ArtistFactory()


def amounts(artist):
    found = artist_balance(artist)
    return (found.pending.amount_minor, found.available.amount_minor, found.debt.amount_minor)


def test_a_sale_is_split_into_fee_and_share(artist, settings):
    sale = record_sale(order_ref="order:1", line_ref="line:1", artist=artist, gross=Money(1999, "USD"))
    assert settings.CONFIGURATION.platform_fee_basis_points == 1000
    assert (sale.gross, sale.fee, sale.net) == (Money(1999, "USD"), Money(200, "USD"), Money(1799, "USD"))
    held_for = sale.available_at - now()
    assert timedelta(days=6, hours=23) < held_for <= timedelta(days=7)
    assert amounts(artist) == (1799, 0, 0)
    entries = Transaction.objects.get(object_ref="line:1").entries.values_list("account__kind", "amount_minor")
    assert dict(entries) == {"cash_at_stripe": -1999, "platform_fees": 200, "artist_pending": 1799}


@given(gross=st.integers(0, 10**9))
def test_fee_and_share_add_up_to_the_price(gross):
    fee = platform_fee(Money(gross, "USD"), Artist(user_id=NOBODY)).amount_minor
    assert 0 <= fee <= gross
    assert abs(fee * 10 - gross) <= 5  # 10 %, rounded to the nearest unit


def test_a_sale_is_recorded_once(artist):
    what = {"order_ref": "order:1", "line_ref": "line:1", "artist": artist, "gross": Money(2000, "USD")}
    assert record_sale(**what) == record_sale(**what)
    assert amounts(artist) == (1800, 0, 0)
    with pytest.raises(SaleDiffers):
        record_sale(**{**what, "gross": Money(3000, "USD")})
    with pytest.raises(SaleDiffers):
        record_sale(**{**what, "artist": ArtistFactory()})
    assert amounts(artist) == (1800, 0, 0)


def test_a_free_sale_is_recorded_without_entries(artist):
    record_sale(order_ref="order:1", line_ref="line:1", artist=artist, gross=Money(0, "USD"))
    assert Sale.objects.count() == 1
    assert not Transaction.objects.exists()
    assert record_refund(line_ref="line:1").state == Sale.State.REFUNDED


def test_money_becomes_available_after_the_holding_time(artist):
    sell(artist, 2000, days_until_available=-1)
    sell(artist, 1000, days_until_available=2)
    assert mature_sales() == 1
    assert mature_sales() == 0
    assert amounts(artist) == (900, 1800, 0)
    reasons = [(hold.amount.amount_minor, hold.until is not None) for hold in payout_holds(artist)]
    assert reasons == [(900, True), (1800, False)]


def test_a_refund_in_the_holding_time_takes_the_sale_back_once(artist):
    sale = sell(artist, 2000)
    for _ in range(3):
        record_refund(line_ref=sale.line_ref)
    assert amounts(artist) == (0, 0, 0)
    assert mature_sales() == 0
    assert Transaction.objects.filter(object_ref=sale.line_ref).count() == 2


def test_a_refund_of_available_money_takes_it_back(artist):
    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    record_refund(line_ref=sale.line_ref)
    assert amounts(artist) == (0, 0, 0)


def test_a_refund_of_money_that_is_gone_becomes_a_debt_that_later_sales_repay(artist):
    from billing.models import AccountKind
    from billing.services.ledger import account_of, post

    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    available = account_of(AccountKind.ARTIST_AVAILABLE, "USD", artist=artist)
    cash = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    post(object_ref=f"payout:{uuid4()}", effect="sent", reason="payout", entries=[(available, -1500), (cash, 1500)])
    record_refund(line_ref=sale.line_ref)
    assert amounts(artist) == (0, 0, 1500)
    sell(artist, 1000, days_until_available=-1)
    mature_sales()
    assert amounts(artist) == (0, 0, 600)
    sell(artist, 1000, days_until_available=-1)
    mature_sales()
    assert amounts(artist) == (0, 300, 0)


def test_an_unknown_sale_cannot_be_refunded(artist):
    with pytest.raises(SaleNotFound):
        record_refund(line_ref="line:none")


def test_a_refund_leaves_another_artists_money_alone(artist):
    other = ArtistFactory()
    sell(other, 2000)
    record_refund(line_ref=sell(artist, 2000).line_ref)
    assert amounts(other) == (1800, 0, 0)
