"""Payout days: computed, chosen, kept to; the minimum; asking for a payout."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import PayoutDayInvalid, PayoutNotPossible
from billing.models import AccountKind, Payout, PayoutSchedule
from billing.selectors import artist_balance, next_payout, payout_holds, schedule_of
from billing.services import choose_payout_schedule, mature_sales, pay_out_due, pay_out_now
from billing.services.ledger import account_of
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import PayoutAccountFactory, make_payouts_due, sell

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.fixture
def artist():
    return PayoutAccountFactory().artist


@pytest.fixture
def rich_artist(artist):
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    return artist


@pytest.mark.parametrize(
    ("choice", "moment", "expected"),
    [
        ({"every": "week", "weekday": 0}, datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)),
        ({"every": "week", "weekday": 4}, datetime(2026, 11, 27, 0, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC)),
        ({"every": "week", "weekday": 5}, datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)),
        ({"every": "month", "day_of_month": 1}, datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ({"every": "month", "day_of_month": 28}, datetime(2027, 2, 3, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        ({"every": "month", "day_of_month": 28}, datetime(2027, 1, 29, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        ({"every": "asked"}, datetime(2026, 11, 27, tzinfo=UTC), None),
    ],
)
def test_the_next_day_is_computed(choice, moment, expected):
    assert PayoutSchedule(**choice).date_after(moment) == expected


@given(
    weekday=st.integers(0, 6),
    day=st.integers(1, 28),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_a_day_is_always_ahead_and_never_far(weekday, day, moment):
    weekly = PayoutSchedule(every="week", weekday=weekday).date_after(moment)
    monthly = PayoutSchedule(every="month", day_of_month=day).date_after(moment)
    assert weekly is not None
    assert monthly is not None
    assert timedelta(0) < weekly - moment <= timedelta(days=7)
    assert weekly.weekday() == weekday
    assert timedelta(0) < monthly - moment <= timedelta(days=31)
    assert monthly.day == day


def test_who_has_not_chosen_is_paid_on_mondays_and_not_before(rich_artist):
    assert schedule_of(rich_artist).weekday == 0
    assert pay_out_due() == 0
    schedule = PayoutSchedule.objects.get(artist=rich_artist)
    assert (schedule.every, schedule.chosen_at) == ("week", None)
    assert schedule.next_at is not None
    assert now() < schedule.next_at <= now() + timedelta(days=7)
    [hold] = payout_holds(rich_artist)
    assert (hold.cause, hold.amount, hold.until) == ("schedule", usd(1800), schedule.next_at)
    assert next_payout(rich_artist, "USD").at == schedule.next_at


def test_on_its_day_everything_goes_out_once_and_the_next_day_is_set(rich_artist):
    sell(rich_artist, 3000, days_until_available=-1, gross=Money(3000, "EUR"))
    mature_sales()
    make_payouts_due(rich_artist)
    assert pay_out_due() == 2
    assert pay_out_due() == 0
    assert {payout.amount for payout in Payout.objects.all()} == {usd(1800), Money(2700, "EUR")}
    assert PayoutSchedule.objects.get().next_at > now()


def test_what_comes_after_its_day_waits_for_the_next(artist):
    make_payouts_due(artist)
    assert pay_out_due() == 0
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    assert pay_out_due() == 0


def test_below_the_minimum_it_says_how_much_is_missing(artist):
    sell(artist, 300, days_until_available=-1)
    mature_sales()
    make_payouts_due(artist)
    assert pay_out_due() == 0
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.amount) == ("minimum", usd(270))
    assert "$5.00" in hold.reason
    assert "$2.30 is missing" in hold.reason
    with pytest.raises(PayoutNotPossible) as told:
        pay_out_now(artist=artist, currency="USD")
    assert told.value.facts["cause"] == "minimum"
    sell(artist, 300, days_until_available=-1)
    mature_sales()
    make_payouts_due(artist)
    assert pay_out_due() == 1


def test_yen_have_a_minimum_of_their_own_and_another_currency_may_have_none(artist, settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "payout_minimum_minor", "USD=500,JPY=700")
    for currency, gross in (("JPY", 700), ("EUR", 10)):
        sell(artist, gross=Money(gross, currency), days_until_available=-1)
    mature_sales()
    make_payouts_due(artist)
    assert pay_out_due() == 1
    assert Payout.objects.get().amount == Money(9, "EUR")
    assert "¥70 is missing" in payout_holds(artist, "JPY")[0].reason


def test_a_payout_can_be_asked_for_and_nothing_comes_twice(rich_artist):
    choose_payout_schedule(artist=rich_artist, every="asked")
    assert pay_out_due() == 0
    [hold] = payout_holds(rich_artist)
    assert (hold.cause, hold.until) == ("schedule", None)
    assert hold.way_out
    pay_out_now(artist=rich_artist, currency="USD")
    with pytest.raises(PayoutNotPossible) as told:
        pay_out_now(artist=rich_artist, currency="USD")
    assert told.value.facts["cause"] == "nothing"
    assert Payout.objects.get().amount == usd(1800)
    sell(rich_artist, 1000, days_until_available=-1)
    mature_sales()
    with pytest.raises(PayoutNotPossible) as told:
        pay_out_now(artist=rich_artist, currency="USD")
    assert told.value.facts["cause"] == "under_way"


def test_a_choice_is_kept_and_can_be_changed(artist):
    choose_payout_schedule(artist=artist, every="month", day_of_month=15)
    found = schedule_of(artist)
    assert (found.every, found.day_of_month, found.next_at.day) == ("month", 15, 15)
    choose_payout_schedule(artist=artist, every="week", weekday=3)
    assert schedule_of(artist).next_at.weekday() == 3
    for wrong in ({"every": "day"}, {"every": "week", "weekday": 7}, {"every": "month", "day_of_month": 29}):
        with pytest.raises(PayoutDayInvalid):
            choose_payout_schedule(artist=artist, **wrong)
    assert schedule_of(artist).weekday == 3


def test_the_next_payout_counts_what_will_have_matured_and_what_is_owed(artist):
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    make_payouts_due(artist)
    PayoutSchedule.objects.update(next_at=now() + timedelta(days=5))
    sell(artist, 1000, days_until_available=2)
    sell(artist, 1000, days_until_available=6)
    assert next_payout(artist, "USD").expected == usd(1800 + 900)


@pytest.mark.django_db(transaction=True)
def test_many_processes_pay_out_once():
    artist = PayoutAccountFactory().artist
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    make_payouts_due(artist)
    codes = at_once("tests.billing.calls:pay_out", {"artist": str(artist.pk)}, processes=4, threads=2)
    # Those who ask find nothing, or that a payout is under way; the sweepers say nothing.
    assert set(codes) <= {"ok", "payout_not_possible"}
    assert Payout.objects.get().amount == usd(1800)
    assert artist_balance(artist).available == usd(0)
    transit = account_of(AccountKind.PAYOUTS_IN_TRANSIT, "USD")
    assert [entry.amount_minor for entry in transit.entries.all()] == [1800]


def test_another_artists_day_pays_nobody_else(rich_artist):
    other = ArtistFactory()
    make_payouts_due(other)
    assert pay_out_due() == 0
    assert artist_balance(rich_artist).available == usd(1800)
