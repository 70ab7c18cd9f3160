"""The rolling reserve of new artists: taken, released by date, given to refunds first, always adding up."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing.checks import ledger_figures
from billing.models import AccountKind, Entry, RollingReserve, Sale
from billing.selectors import artist_balance, next_payout, payout_holds, reserve_share, statement_of
from billing.services import mature_sales, note_dispute, record_refund, release_reserves
from billing.services.ledger import account_of, post
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.billing.processes import at_once
from tests.billing.test_disputes import facts, lost, won
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def amounts(artist) -> tuple[int, int, int, int]:
    found = artist_balance(artist)
    return tuple(amount.amount_minor for amount in (found.pending, found.reserve, found.available, found.debt))


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def mature(artist, gross: int = 2000, **more) -> Sale:
    sale = sell(artist, gross, days_until_available=-1, **more)
    mature_sales()
    sale.refresh_from_db()
    return sale


def pay_out_all(artist) -> None:
    """All available money leaves."""
    available, cash = account_of("artist_available", "USD", artist=artist), account_of("cash_at_stripe", "USD")
    amount = artist_balance(artist).available.amount_minor
    post(
        object_ref=f"payout:{new_id()}", effect="sent", reason="payout", entries=[(available, -amount), (cash, amount)]
    )


def release_later(days: int = 31) -> int:
    """What is released so many days from now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("billing.services.reserves.now", lambda: now() + timedelta(days=days))
        return release_reserves()


@pytest.fixture(autouse=True)
def reserve(settings, monkeypatch):
    """A tenth for 30 days, while an artist has sold for less than 90 days and not 3 times."""
    for name, value in {
        "reserve_basis_points": 1000,
        "reserve_days": 30,
        "reserve_until_days": 90,
        "reserve_until_sales": 3,
    }.items():
        monkeypatch.setattr(settings.CONFIGURATION, name, value)


@pytest.fixture
def artist():
    return ArtistFactory()


def test_a_tenth_is_kept_back_when_a_sale_matures_and_comes_out_by_its_date(artist):
    sale = sell(artist, 2000, days_until_available=-1)
    assert amounts(artist) == (1800, 0, 0, 0)
    assert mature_sales() == 1
    assert amounts(artist) == (0, 180, 1620, 0)
    row = RollingReserve.objects.get()
    assert (row.sale, row.amount, row.left) == (sale, usd(180), usd(180))
    assert timedelta(days=29) < row.release_at - now() <= timedelta(days=30)
    hold = payout_holds(artist)[0]
    assert (hold.cause, hold.amount, hold.until) == ("reserve", usd(180), row.release_at)
    assert release_reserves() == 0
    assert release_later(29) == 0
    assert release_later() == 1
    assert release_later() == 0
    assert amounts(artist) == (0, 0, 1800, 0)
    row.refresh_from_db()
    assert (row.left_minor, row.released_at is not None) == (0, True)
    assert not faults()


def test_who_has_sold_often_enough_or_for_long_is_not_new(artist):
    for _ in range(3):
        mature(artist)
    assert amounts(artist) == (0, 540, 4860, 0)
    mature(artist)
    assert amounts(artist)[1] == 540
    veteran = ArtistFactory()
    first = sell(veteran, 100)
    Sale.objects.filter(pk=first.pk).update(created_at=now() - timedelta(days=91))
    assert reserve_share(veteran) == 0
    mature(veteran)
    assert amounts(veteran)[1] == 0
    assert reserve_share(ArtistFactory()) == 1000


def test_free_and_refunded_sales_make_nobody_known(artist):
    for _ in range(4):
        sell(artist, 0, days_until_available=-1)
        record_refund(line_ref=sell(artist, 1000, days_until_available=-1).line_ref)
    mature_sales()
    assert reserve_share(artist) == 1000


def test_nothing_is_kept_back_where_it_is_switched_off(artist, settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "reserve_basis_points", 0)
    mature(artist)
    assert amounts(artist) == (0, 0, 1800, 0)
    assert not RollingReserve.objects.exists()


def test_a_refund_takes_what_is_kept_back_of_its_sale_then_what_is_available_then_owes(artist):
    first = mature(artist)
    second = mature(artist)
    assert amounts(artist) == (0, 360, 3240, 0)
    record_refund(line_ref=first.line_ref, amount=usd(100), refund_ref="re_1")
    assert amounts(artist) == (0, 270, 3240, 0)
    record_refund(line_ref=first.line_ref, amount=usd(900), refund_ref="re_2")
    assert amounts(artist) == (0, 180, 3240 - 720, 0)
    pay_out_all(artist)
    record_refund(line_ref=first.line_ref, refund_ref="re_3")
    # The other sale's reserve is not touched: its own buyer may want it.
    assert amounts(artist) == (0, 180, 0, 900)
    assert RollingReserve.objects.get(sale=second).left == usd(180)
    assert not faults()


def test_a_debt_is_repaid_out_of_the_reserve_when_its_date_comes_and_out_of_sales_before_any_is_kept_back(artist):
    first = mature(artist)
    mature(artist)
    pay_out_all(artist)
    record_refund(line_ref=first.line_ref, refund_ref="re_1")
    assert amounts(artist) == (0, 180, 0, 1620)
    release_later()
    assert amounts(artist) == (0, 0, 0, 1440)
    mature(artist, 1000)
    assert amounts(artist) == (0, 0, 0, 540)
    mature(artist, 1000)
    # Of 900, 540 repay the debt; the reserve's tenth is of all 900.
    assert amounts(artist) == (0, 90, 270, 0)
    assert not faults()


def test_a_dispute_takes_the_reserve_of_its_sale_and_a_won_one_gives_to_what_is_available(artist):
    sale = mature(artist, payment_ref="pi_1")
    note_dispute(facts(sale))
    assert amounts(artist) == (0, 0, 0, 0)
    note_dispute(won(sale))
    assert amounts(artist) == (0, 0, 1800, 0)
    assert release_later() == 0
    other = mature(artist, payment_ref="pi_2")
    note_dispute(facts(other, id="du_2", payment_intent_id="pi_2"))
    note_dispute(lost(other, id="du_2", payment_intent_id="pi_2"))
    assert amounts(artist) == (0, 0, 1800, 0)
    assert not faults()


def test_the_statement_still_adds_up_and_names_no_move_within_her_own_money(artist):
    sale = mature(artist)
    mature(artist)
    record_refund(line_ref=sale.line_ref, amount=usd(500), refund_ref="re_1")
    release_later()
    found = statement_of(artist, currency="USD", since=now() - timedelta(days=1), until=now() + timedelta(days=1))
    assert [line.reason.value for line in found.lines] == ["sale", "sale", "refund"]
    assert found.closing == usd(1800 + 1800 - 450)
    assert sum(amounts(artist)[:3]) == found.closing.amount_minor


def test_the_next_payout_leaves_the_reserve_out(artist):
    sell(artist, 2000, days_until_available=0)
    from billing.services import choose_payout_schedule

    choose_payout_schedule(artist=artist, every="week", weekday=now().weekday())
    assert next_payout(artist, "USD").expected == usd(1620)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_rollingreserve SET left_minor = left_minor + 1",
        "UPDATE billing_rollingreserve SET amount_minor = 1000000",
        "UPDATE billing_rollingreserve SET release_at = now()",
        "DELETE FROM billing_rollingreserve",
    ],
)
def test_the_database_lets_a_reserve_only_fall(artist, change):
    mature(artist)
    with (
        pytest.raises((IntegrityError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_the_check_sees_a_reserve_that_differs_from_its_rows(artist):
    mature(artist)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_rollingreserve SET left_minor = 7")
    assert "artists_whose_rolling_reserve_differs_from_rows" in faults()


@pytest.mark.django_db(transaction=True)
def test_refunds_and_releases_in_many_processes_take_each_unit_once(settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "reserve_days", -1)  # due at once
    artist = ArtistFactory()
    sales = [mature(artist) for _ in range(3)]
    pay_out_all(artist)
    lines = [sale.line_ref for sale in sales]
    codes = at_once("tests.billing.calls:refund_or_release", {"lines": lines}, processes=4, threads=2)
    assert set(codes) == {"ok"}
    # Four refunds of 500 for each sale of 2000: all of it went back.
    assert not Sale.objects.exclude(state=Sale.State.REFUNDED).exists()
    # Whether a reserve was released before or after the refunds: what is owed is the same.
    assert amounts(artist) == (0, 0, 0, 3 * 1620)
    assert not RollingReserve.objects.filter(left_minor__gt=0).exists()
    assert not faults()


@pytest.mark.django_db(transaction=True)
def test_a_refund_beside_the_maturing_of_its_sale_is_taken_from_one_place():
    artist = ArtistFactory()
    sales = [sell(artist, 2000, days_until_available=-1) for _ in range(3)]
    broken: list[Exception] = []

    def do(call) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    calls = [mature_sales, mature_sales]
    calls += [lambda sale=sale: record_refund(line_ref=sale.line_ref, refund_ref="re_1") for sale in sales]
    threads = [threading.Thread(target=do, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    mature_sales()
    assert amounts(artist) == (0, 0, 0, 0)
    assert not faults()


class _Money(RuleBasedStateMachine):
    """Sales, refunds, payouts and releases in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.artist = ArtistFactory()
        self.sales: list[Sale] = []
        self.refunds = 0

    @rule(gross=st.integers(1, 5000), is_old=st.booleans())
    def sell(self, gross: int, is_old: bool) -> None:
        self.sales.append(sell(self.artist, gross, days_until_available=-1 if is_old else 9))

    @rule()
    def mature(self) -> None:
        mature_sales()

    @rule(place=st.integers(0, 50), part=st.integers(1, 5000))
    def refund(self, place: int, part: int) -> None:
        if not self.sales:
            return
        sale = Sale.objects.get(pk=self.sales[place % len(self.sales)].pk)
        self.refunds += 1
        amount = usd(min(part, sale.left.amount_minor))
        record_refund(line_ref=sale.line_ref, amount=amount, refund_ref=f"re_{self.refunds}")

    @rule()
    def pay_out(self) -> None:
        if artist_balance(self.artist).available.amount_minor:
            pay_out_all(self.artist)

    @rule()
    def release(self) -> None:
        release_later()

    @invariant()
    def everything_adds_up(self) -> None:
        pending, reserve, available, debt = amounts(self.artist)
        assert min(pending, reserve, available, debt) >= 0
        assert not (available and debt)
        earned = sum(sale.net_left.amount_minor for sale in Sale.objects.filter(artist=self.artist))
        paid = -sum(
            entry.amount_minor
            for entry in Entry.objects.filter(
                account__artist=self.artist, account__kind=AccountKind.ARTIST_AVAILABLE, transaction__reason="payout"
            )
        )
        assert pending + reserve + available - debt == earned - paid
        assert reserve == sum(row.left_minor for row in RollingReserve.objects.filter(artist=self.artist))


class AnyOrder(TestCase):
    def test_any_order_of_sales_refunds_payouts_and_releases(self) -> None:
        run_state_machine_as_test(
            _Money,
            settings=hypothesis_settings(deadline=None, max_examples=12, stateful_step_count=25),
        )
