"""A club never costs the shop more than it brings: how dear its licences are; a change brings none twice."""

from datetime import timedelta

import pytest

from billing.errors import NoClubLicence
from billing.models import PlanMonth, PlanSubscription
from billing.selectors import club_takes_up_to, licences_left
from billing.services import use_club_licence
from billing.services.paid_periods import open_period
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory

pytestmark = pytest.mark.django_db


def club(**more):
    given = {"audience": "buyer", "credits": 0, "licences_each_month": 3, "price_minor": 2900}
    return PlanFactory(**{**given, **more})


def member(plan, **more):
    return PlanSubscription.objects.create(
        **{"user": UserFactory(), "plan": plan, "audience": "buyer", "state": "active", **more}
    )


def pay(row, invoice, starts_at, days):
    open_period(
        subscription=row,
        plan=row.plan,
        invoice_id=invoice,
        payment_ref="",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=days),
    )


def test_a_years_licences_cost_no_more_than_the_year():
    plan = club(annual_price_minor=29000)
    assert plan.dearest_licence == Money(805, "USD")
    assert 12 * 3 * plan.dearest_licence.amount_minor <= 29000
    assert club().dearest_licence == Money(966, "USD")
    assert club(annual_price_minor=60000).dearest_licence == Money(966, "USD")
    assert PlanFactory(audience="buyer").dearest_licence is None


@pytest.mark.parametrize(
    ("interval", "price", "dearest"), [("month", 2900, 805), ("month", 1500, 500), ("year", 18000, 500)]
)
def test_who_pays_less_than_today_has_less(interval, price, dearest):
    row = member(club(annual_price_minor=29000), interval=interval, price_minor=price)
    assert club_takes_up_to(row.user) == Money(dearest, "USD")


def test_from_a_month_to_a_year_no_licence_comes_twice():
    row, start = member(club()), now() - timedelta(hours=2)
    pay(row, "in_month", start, 30)
    for _ in range(3):
        use_club_licence(user=row.user)
    pay(row, "in_year", start + timedelta(hours=1), 365)
    with pytest.raises(NoClubLicence):
        use_club_licence(user=row.user)
    assert list(PlanMonth.objects.order_by("pk").values_list("licences", "licences_used")) == [(3, 3), (3, 3)]


def test_what_was_not_used_comes_along_and_a_larger_club_brings_the_difference():
    row, start = member(club()), now() - timedelta(hours=2)
    pay(row, "in_month", start, 30)
    use_club_licence(user=row.user)
    row.plan = club(licences_each_month=5)
    pay(row, "in_more", start + timedelta(hours=1), 30)
    assert licences_left(row.user) == 4
    row.plan = club(licences_each_month=1)
    use_club_licence(user=row.user)
    pay(row, "in_fewer", start + timedelta(hours=1, minutes=30), 30)
    assert licences_left(row.user) == 0


def test_a_new_month_brings_them_anew():
    row, start = member(club()), now() - timedelta(days=31)
    pay(row, "in_1", start, 30)
    PlanMonth.objects.update(licences_used=3)
    pay(row, "in_2", start + timedelta(days=30), 30)
    assert licences_left(row.user) == 3
