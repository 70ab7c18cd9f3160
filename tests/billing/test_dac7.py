"""The yearly report of sellers: quarters, fees, activities; who is reported; no invented rates."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from billing.models import Sale
from billing.selectors import dac7_year, years_with_sales
from billing.selectors.dac7 import Verdict
from billing.services import mature_sales, pay_out_now, record_refund
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import PayoutAccountFactory, sell

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def move_to(moment: datetime, *sales: Sale) -> None:
    """What was recorded of these sales was recorded at ``moment``."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE billing_entry DISABLE TRIGGER USER")
        for sale in sales:
            cursor.execute(
                "UPDATE billing_entry SET recorded_at = %s WHERE transaction_id IN"
                " (SELECT id FROM billing_transaction WHERE object_ref = %s AND effect = 'sold')",
                [moment, sale.line_ref],
            )
            Sale.objects.filter(pk=sale.pk).update(created_at=moment)
        cursor.execute("ALTER TABLE billing_entry ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def only(year: int):
    [seller] = dac7_year(year)
    return seller


def test_each_quarter_has_consideration_fees_and_activities():
    artist = ArtistFactory()
    spring = [sell(artist, 2000), sell(artist, 1000)]
    autumn = sell(artist, 5000)
    move_to(datetime(2024, 3, 31, 23, 59, 59, tzinfo=UTC), *spring)
    move_to(datetime(2024, 10, 1, tzinfo=UTC), autumn)
    move_to(datetime(2025, 1, 1, tzinfo=UTC), sell(artist, 700))
    seller = only(2024)
    [year] = seller.currencies
    assert [quarter.consideration for quarter in year.quarters] == [usd(2700), usd(0), usd(0), usd(4500)]
    assert [quarter.fees for quarter in year.quarters] == [usd(300), usd(0), usd(0), usd(500)]
    assert [quarter.activities for quarter in year.quarters] == [2, 0, 0, 1]
    assert (year.consideration, year.fees, seller.activities) == (usd(7200), usd(800), 3)
    assert only(2025).currencies[0].consideration == usd(630)
    assert dac7_year(2023) == []
    assert years_with_sales() == [2025, 2024]


def test_refunds_are_taken_off_with_their_fee_and_payouts_change_nothing():
    artist = PayoutAccountFactory().artist
    sale = sell(artist, 2000, days_until_available=-1)
    whole = sell(artist, 1000, days_until_available=-1)
    mature_sales()
    record_refund(line_ref=sale.line_ref, amount=usd(500), refund_ref="re_1")
    record_refund(line_ref=whole.line_ref, refund_ref="re_2")
    pay_out_now(artist=artist, currency="USD")
    seller = only(now().year)
    assert (seller.currencies[0].consideration, seller.currencies[0].fees) == (usd(1350), usd(150))
    assert seller.activities == 1
    assert seller.account == artist.payout_account


def test_thirty_sales_are_reported_whatever_they_brought():
    artist = ArtistFactory()
    for _ in range(29):
        sell(artist, gross=eur(100))
    assert only(now().year).verdict == Verdict.LEFT_OUT
    sell(artist, gross=eur(100))
    assert only(now().year).verdict == Verdict.REPORTABLE


@pytest.mark.parametrize(("net", "verdict"), [(200_000, Verdict.LEFT_OUT), (200_001, Verdict.REPORTABLE)])
def test_more_than_two_thousand_euros_are_reported(net, verdict):
    sell(ArtistFactory(), gross=eur(net), fee=eur(0))
    assert only(now().year).verdict == verdict


def test_without_a_rate_another_currency_is_not_judged(settings, monkeypatch):
    artist = ArtistFactory()
    sell(artist, gross=usd(250_000), fee=usd(0))
    sell(artist, gross=eur(10_000), fee=eur(0))
    seller = only(now().year)
    assert (seller.verdict, seller.unjudged, seller.in_euros) == (Verdict.UNKNOWN, ["USD"], Decimal(100))
    monkeypatch.setattr(settings.CONFIGURATION, "dac7_eur_rates", "USD=0.5")
    seller = only(now().year)
    assert (seller.verdict, seller.unjudged, seller.in_euros) == (Verdict.LEFT_OUT, [], Decimal(1350))
    monkeypatch.setattr(settings.CONFIGURATION, "dac7_eur_rates", "USD=0.92")
    assert only(now().year).verdict == Verdict.REPORTABLE
    assert [year.currency for year in only(now().year).currencies] == ["EUR", "USD"]


def test_yen_are_whole(settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "dac7_eur_rates", "JPY=0.0061")
    sell(ArtistFactory(), gross=Money(100_000, "JPY"), fee=Money(0, "JPY"))
    assert only(now().year).in_euros == Decimal(610)


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    for _ in range(12):
        sell(ArtistFactory(), 1000)
    with django_assert_num_queries(5):
        assert len(dac7_year(now().year)) == 12
