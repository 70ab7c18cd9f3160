"""What credits of a plan are worth: the payment shared among its months, less what went back of it."""

from datetime import timedelta

import pytest

from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, PaidPeriod, PlanSubscription
from billing.services import grant_due_months, note_dispute, reserve_credits, settle_credits
from billing.services.ledger import account_of, post
from billing.services.paid_periods import open_period
from billing.services.revenue import record_revenue
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.metering.models import MonthlyFigure
from marketplace.metering.services import add_up
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory

pytestmark = pytest.mark.django_db
MICRO = 10_000


def period_of(paid_minor, *, months_ago=0, year=True):
    user = UserFactory()
    plan = PlanFactory(credits=600, credits_last_days=None)
    row = PlanSubscription.objects.create(user=user, plan=plan, interval="year", state="active")
    start = now() - timedelta(days=31 * months_ago)
    ends = start + timedelta(days=365 if year else 30)
    open_period(subscription=row, plan=plan, invoice_id="in_1", payment_ref="pi_1", starts_at=start, ends_at=ends)
    record_revenue(object_ref="invoice:in_1", paid=Money(paid_minor, "USD"), payment_ref="pi_1")
    return user


def spend(user, amount):
    ref = f"other:{amount}"
    reserve_credits(user=user, amount=amount, object_ref=ref)
    settle_credits(object_ref=ref, amount=amount)


def revenue():
    month = now().date().replace(day=1)
    add_up(month)
    figure = MonthlyFigure.objects.filter(month=month, item="credits").first()
    return None if figure is None else (figure.quantity, figure.amount_micro)


def test_three_months_of_a_year_are_worth_a_quarter_of_its_price():
    user = period_of(19000, months_ago=2)
    grant_due_months()
    spend(user, 1800)
    assert revenue() == (1800, 4750 * MICRO)


def test_all_twelve_are_worth_exactly_what_was_paid():
    user = period_of(19001)  # 15,834,166.67 millionths a month
    grant_due_months(at=now() + timedelta(days=360))
    assert PaidPeriod.objects.get().months_done == 12
    spend(user, 12 * 600)
    assert revenue() == (7200, 19001 * MICRO)


def test_a_month_is_worth_its_price():
    user = period_of(1900, year=False)
    spend(user, 300)
    assert revenue() == (300, 950 * MICRO)


def test_what_was_refunded_of_a_plan_is_not_revenue():
    user = period_of(1900, year=False)
    cash, sales = (account_of(kind, "USD") for kind in (AccountKind.CASH_AT_STRIPE, AccountKind.CREDIT_SALES))
    post(object_ref="invoice:in_1", effect="refunded:re_1", reason="refund", entries=[(cash, 400), (sales, -400)])
    spend(user, 600)
    assert revenue() == (600, 1500 * MICRO)


@pytest.mark.parametrize(("end", "left"), [("lost", 0), ("won", 1900)])
def test_nor_what_a_bank_has_kept(end, left):
    user = period_of(1900, year=False)
    spend(user, 600)
    told = {
        "id": "du_1",
        "payment_intent_id": "pi_1",
        "amount": Money(1900, "USD"),
        "reason": "fraudulent",
        "created": now(),
        "evidence_due_by": None,
        "is_withdrawn": True,
    }
    note_dispute(DisputeFacts(**told, status="needs_response", is_reinstated=False))
    note_dispute(DisputeFacts(**told, status=end, is_reinstated=end == "won"))
    assert revenue() == (600, left * MICRO)
