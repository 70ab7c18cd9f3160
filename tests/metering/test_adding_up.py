"""The figures of a month: costs by the day's price, credits at what was paid for them, fees less what went back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Account, CreditHold, CreditLot, Transaction
from billing.services import grant_credits, record_refund, release_credits, reserve_credits, settle_credits
from billing.services.purchases import record_revenue
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.metering.errors import MonthClosed
from marketplace.metering.models import Month, MonthlyFigure, UnitCost, UsageRecord
from marketplace.metering.resources import GIB_MONTH_BYTE_DAYS, HOUR_MS, Resource
from marketplace.metering.services import add_up, add_up_what_is_open, keep_unit_costs, record_usage
from marketplace.metering.services.costs import EVER
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import give_credits, sell
from tests.factories.generation import GenerationJobFactory

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


def this_month() -> date:
    return now().date().replace(day=1)


def at(day: int, hour: int = 12, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def cost(resource: str, micro: int, since: date = EVER, currency: str = "USD") -> None:
    UnitCost.objects.create(resource=resource, valid_from=since, cost_micro=micro, currency=currency)


def used(resource: Resource, quantity: int, when: datetime, owner=None, model=None) -> None:
    record_usage(
        resource=resource,
        object_ref=f"thing:{new_id()}",
        quantity=quantity,
        owner_id=owner.pk if owner else None,
        model_id=model.pk if model else None,
        at=when,
    )


def figures(month: date, **which) -> dict[str, tuple[int, int, str]]:
    """Item -> quantity, millionths, currency."""
    rows = MonthlyFigure.objects.filter(month=month, **which)
    return {row.item: (row.quantity, row.amount_micro, row.currency) for row in rows}


def buy(user, amount: int, paid: Money, *, days: int | None = None) -> None:
    """Credits that were paid for, as a purchase grants them."""
    ref = f"purchase:{new_id()}"
    grant_credits(
        user=user,
        amount=amount,
        reason="pack",
        object_ref=ref,
        effect="granted",
        expires_at=now() + timedelta(days=days) if days else None,
    )
    record_revenue(object_ref=ref, paid=paid)


def test_usage_costs_what_its_day_says():
    artist, job = UserFactory(), GenerationJobFactory()
    for resource in ("gpu", "cpu", "storage", "email"):
        cost(resource, 1_000_000)
    cost("gpu", 3_000_000, date(2026, 5, 11))
    cost("gpu", 9_000_000, date(2026, 6, 1))
    used(Resource.GPU, HOUR_MS, at(10, 23), artist, job.model)
    used(Resource.GPU, HOUR_MS, at(11, 0), artist, job.model)
    used(Resource.GPU, HOUR_MS // 2, at(31, 23), artist, job.model)
    used(Resource.GPU, HOUR_MS, at(1, 0, month=6), artist, job.model)
    used(Resource.GPU, HOUR_MS, at(30, 23, month=4), artist, job.model)
    used(Resource.STORAGE, GIB_MONTH_BYTE_DAYS // 2, at(3), artist)
    used(Resource.EMAIL, 1, at(3), artist)
    used(Resource.EMAIL, 1, at(4))
    add_up(MAY)
    assert figures(MAY, owner=artist, model=job.model) == {"gpu": (HOUR_MS * 5 // 2, 5_500_000, "USD")}
    assert figures(MAY, owner=artist, model=None) == {
        "storage": (GIB_MONTH_BYTE_DAYS // 2, 500_000, "USD"),
        "email": (1, 1000, "USD"),
    }
    assert figures(MAY, owner=None) == {"email": (1, 1000, "USD")}


def test_many_small_uses_are_rounded_once():
    artist = UserFactory()
    cost("gpu", 2_000_000)
    for _ in range(1000):
        used(Resource.GPU, 1, at(3), artist)  # 0.555… millionths each
    add_up(MAY)
    assert figures(MAY) == {"gpu": (1000, 556, "USD")}


def test_amounts_beyond_what_a_float_holds_are_exact():
    artist = UserFactory()
    cost("storage", 9_007_199_254_740_993)
    used(Resource.STORAGE, GIB_MONTH_BYTE_DAYS, at(3), artist)
    add_up(MAY)
    assert figures(MAY)["storage"][1] == 9_007_199_254_740_993


def test_credits_are_worth_what_was_paid_for_those_that_were_taken():
    job = GenerationJobFactory()
    give_credits(job.owner, 10, expires_at=now() + timedelta(days=1))
    buy(job.owner, 100, Money(500, "USD"), days=10)
    buy(job.owner, 100, Money(800, "USD"))
    reserve_credits(user=job.owner, amount=150, object_ref=f"job:{job.pk}")
    # 10 that were given, 100 at five cents, and 5 of the 40 held at eight; 35 go back.
    settle_credits(object_ref=f"job:{job.pk}", amount=115)
    add_up(this_month())
    assert figures(this_month(), owner=job.owner, model=job.model) == {
        "credits": (105, 100 * 50_000 + 5 * 80_000, "USD")
    }


def test_what_was_released_or_is_still_held_brings_nothing():
    user = UserFactory()
    buy(user, 100, Money(500, "USD"))
    for name in ("released", "open"):
        reserve_credits(user=user, amount=20, object_ref=f"job:{name}")
    release_credits(object_ref="job:released")
    add_up(this_month())
    assert figures(this_month()) == {}


def test_credits_of_several_currencies_are_told_apart_and_yen_have_no_cents():
    user = UserFactory()
    buy(user, 10, Money(1000, "JPY"), days=1)
    buy(user, 10, Money(1000, "EUR"), days=2)
    reserve_credits(user=user, amount=15, object_ref="other:1")
    settle_credits(object_ref="other:1", amount=15)
    add_up(this_month())
    rows = MonthlyFigure.objects.order_by("currency").values_list("currency", "quantity", "amount_micro", "model")
    assert list(rows) == [("EUR", 5, 5_000_000, None), ("JPY", 10, 1_000_000_000, None)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lots=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=5),
    holds=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), max_size=5),
)
def test_all_that_left_the_lots_is_valued_and_nothing_else(lots, holds):
    """Whatever is held and spent: the revenue is, lot by lot, what is missing in it at its price."""
    user, prices = UserFactory(), {}
    for amount, cents, days in lots:
        before = set(CreditLot.objects.values_list("pk", flat=True))
        buy(user, amount, Money(amount * cents, "USD"), days=days + 1 if days else None)
        prices[CreditLot.objects.exclude(pk__in=before).get().pk] = cents
    for asked, spent in holds:
        left = CreditLot.objects.filter(account__user=user).aggregate(left=Sum("remaining"))["left"]
        held = min(asked, left)
        if held:
            ref = f"other:{new_id()}"
            reserve_credits(user=user, amount=held, object_ref=ref)
            settle_credits(object_ref=ref, amount=min(spent, held))
    add_up(this_month())
    missing = sum(
        (lot.amount - lot.remaining) * prices[lot.pk] * 10_000 for lot in CreditLot.objects.filter(account__user=user)
    )
    revenue = MonthlyFigure.objects.filter(owner=user).aggregate(all=Sum("amount_micro"))["all"] or 0
    assert revenue == missing


def test_fees_count_less_what_went_back_with_refunds():
    artist, other = ArtistFactory(), ArtistFactory()
    sale = sell(artist, 2000)
    sell(artist, 1000)
    sell(other, 5000, gross=Money(5000, "JPY"))
    record_refund(line_ref=sale.line_ref, amount=Money(500, "USD"), refund_ref="re_1")
    add_up(this_month())
    assert figures(this_month(), owner=artist.user) == {"fees": (3, 2_500_000, "USD")}
    assert figures(this_month(), owner=other.user) == {"fees": (1, 500_000_000, "JPY")}


def test_a_month_can_be_added_up_again_until_it_is_closed():
    artist = ArtistFactory()
    sell(artist, 2000)
    for _ in range(2):
        assert not add_up(this_month()).is_closed
    assert figures(this_month()) == {"fees": (1, 2_000_000, "USD")}
    sell(artist, 1000)
    add_up(this_month())
    assert figures(this_month()) == {"fees": (2, 3_000_000, "USD")}


def test_a_month_is_closed_three_days_after_its_end_and_stays(monkeypatch):
    cost("email", 1_000_000)
    used(Resource.EMAIL, 1, at(3))
    for moment, closed in ((at(3, 23, month=6), False), (at(4, 0, month=6), True)):
        monkeypatch.setattr("marketplace.metering.services.adding_up.now", lambda moment=moment: moment)
        assert add_up(MAY).is_closed == closed
    used(Resource.EMAIL, 1, at(3))
    with pytest.raises(MonthClosed):
        add_up(MAY)
    assert figures(MAY) == {"email": (1, 1000, "USD")}


def test_every_open_month_is_added_up_from_the_first_usage_to_now(monkeypatch):
    monkeypatch.setattr("marketplace.metering.services.adding_up.now", lambda: at(2, month=7))
    used(Resource.EMAIL, 1, at(3))
    assert add_up_what_is_open() == [date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)]
    closed = Month.objects.filter(is_closed=True)
    assert [month.begins for month in closed] == [date(2026, 5, 1)]
    assert add_up_what_is_open() == [date(2026, 6, 1), date(2026, 7, 1)]
    assert UnitCost.objects.count() == 4


def test_a_shop_without_usage_adds_up_the_present_month():
    assert add_up_what_is_open() == [this_month()]
    assert not MonthlyFigure.objects.exists()


def add_up_this_month(n: int) -> None:
    add_up(this_month())


@pytest.mark.django_db(transaction=True)
def test_processes_that_add_up_at_once_write_it_once():
    keep_unit_costs()
    used(Resource.EMAIL, 1, now())
    sell(ArtistFactory(), 2000)
    codes = at_once("tests.metering.test_adding_up:add_up_this_month", {}, processes=3, threads=2)
    assert codes == ["ok"] * 6
    assert figures(this_month()) == {"email": (1, 100, "USD"), "fees": (1, 2_000_000, "USD")}


def test_nothing_of_the_books_is_touched():
    user = UserFactory()
    buy(user, 10, Money(100, "USD"))
    reserve_credits(user=user, amount=5, object_ref="other:1")
    settle_credits(object_ref="other:1", amount=5)
    tables = (Account, CreditHold, CreditLot, Transaction, UsageRecord)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    add_up(this_month())
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
