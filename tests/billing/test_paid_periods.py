"""Credits each month, on monthly and yearly plans: a year by Stripe's test clock, catching up, stopping."""

from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.models import CreditLot, PaidPeriod, PlanMonth, PlanSubscription, StripeEvent, Transaction
from billing.selectors import credits_available, running_plan
from billing.services import end_plan, grant_credits, grant_due_months
from billing.services.paid_periods import open_period, stop_periods
from billing.webhooks import process_event
from marketplace.core.clock import now
from tests.billing.processes import at_once
from tests.billing.subscribers import advance_clock, put_on_clock, stripe_api, subscribe, utc
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)
A_YEAR_LATER = utc(2028, 1, 31, 10)


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def granted(user):
    """What each grant brought, in order."""
    return list(CreditLot.objects.filter(account__user=user).order_by("created_at").values_list("amount", flat=True))


def test_a_year_of_a_yearly_plan_brings_twelve_months_of_credits(shop, wait_for_event):
    user = UserFactory()
    clock = put_on_clock(user, START)
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    assert granted(user) == [600]
    for month in range(1, 12):
        moment = utc(2027, month + 1, 28, 9)
        advance_clock(clock, moment)
        grant_due_months(at=moment)
        assert len(granted(user)) == month, "the month begins on its last day, not before"
        grant_due_months(at=utc(2027, month + 1, {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month + 1, 31), 11))
        assert len(granted(user)) == month + 1
    assert granted(user) == [600] * 12
    starts = list(PlanMonth.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert [one.day for one in starts] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    grant_due_months(at=utc(2028, 1, 31, 9))
    assert granted(user) == [600] * 12

    advance_clock(clock, utc(2028, 1, 31, 11))  # the second year is charged
    wait_for_event("invoice.paid", count=2)
    assert granted(user) == [600] * 13
    assert [period.months for period in PaidPeriod.objects.order_by("starts_at")] == [12, 12]
    paid = Transaction.objects.filter(effect="paid").count()
    assert paid == 2
    assert not faults()


def test_a_year_of_a_monthly_plan_brings_the_same(shop, wait_for_event):
    user = UserFactory()
    clock = put_on_clock(user, START)
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    advance_clock(clock, utc(2028, 1, 31, 9))
    wait_for_event("invoice.paid", count=12)
    assert granted(user) == [600] * 12
    grant_due_months(at=utc(2028, 1, 31, 9))
    assert granted(user) == [600] * 12
    # Everything that was told, again and in the other direction.
    StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
    for event in StripeEvent.objects.order_by("-created", "-received_at"):
        process_event(event.id)
    assert granted(user) == [600] * 12
    assert not faults()


def test_a_plan_that_ends_brings_what_was_paid_and_no_more(shop, wait_for_event):
    user = UserFactory()
    clock = put_on_clock(user, START)
    row = subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    end_plan(user=user)
    grant_due_months(at=utc(2027, 6, 15))
    assert granted(user) == [600] * 5
    # Stripe ends it in the middle of the year: months that began before are caught up, later ones never come.
    advance_clock(clock, utc(2027, 8, 10))
    stripe_api().v1.subscriptions.cancel(PlanSubscription.objects.get(pk=row.pk).stripe_subscription_id)
    wait_for_event("customer.subscription.deleted")
    grant_due_months(at=utc(2030, 1, 1))
    assert granted(user) == [600] * 7
    assert PaidPeriod.objects.get().next_month_at is None
    assert running_plan(user) is None


def test_a_refunded_year_ends_its_months_and_leaves_the_revenue(shop, wait_for_event):
    user = UserFactory()
    put_on_clock(user, START)
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    period = PaidPeriod.objects.get()
    stripe_api().v1.refunds.create({"payment_intent": period.payment_ref, "amount": 1000})
    wait_for_event("refund.created")
    period.refresh_from_db()
    assert period.next_month_at is not None, "a part of the price may go back without ending anything"
    stripe_api().v1.refunds.create({"payment_intent": period.payment_ref})
    wait_for_event("refund.created", count=2)
    period.refresh_from_db()
    grant_due_months(at=utc(2028, 1, 1))
    assert granted(user) == [600]
    assert period.stopped_because == "refunded"
    sales = {figure.name: figure.value for figure in ledger_figures()}["credit_sales_usd"]
    assert sales == 0
    assert not faults()


def test_packs_survive_every_renewal(shop, wait_for_event):
    user = UserFactory()
    clock = put_on_clock(user, START)
    grant_credits(user=user, amount=50, reason="pack", object_ref="purchase:old", effect="granted")
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    for renewal in range(2, 5):
        advance_clock(clock, utc(2027, renewal, 28, 11) if renewal < 4 else utc(2027, 4, 30, 11))
        wait_for_event("invoice.paid", count=renewal if renewal < 4 else 4) if renewal != 3 else None
    assert CreditLot.objects.get(granted_by__reason="pack").remaining == 50


class TestPeriods:
    """The rows alone, without Stripe."""

    @pytest.fixture
    def subscription(self):
        return PlanSubscription.objects.create(
            user=UserFactory(),
            plan=PlanFactory(credits=300, licences_each_month=2),
            state=PlanSubscription.State.ACTIVE,
            stripe_subscription_id="sub_1",
            anchor_at=START,
        )

    def period(self, subscription, invoice="in_1", *, starts=START, ends=A_YEAR_LATER, plan=None):
        return open_period(
            subscription=subscription,
            plan=plan or subscription.plan,
            invoice_id=invoice,
            payment_ref="",
            starts_at=starts,
            ends_at=ends,
        )

    def test_an_invoice_opens_one_period(self, subscription):
        assert self.period(subscription) == self.period(subscription)
        assert granted(subscription.user) == [300]

    def test_after_a_long_stop_all_missed_months_come_at_once_and_last_from_then(self, subscription):
        self.period(subscription)
        moment = utc(2027, 9, 1)
        assert grant_due_months(at=moment) == 7
        assert grant_due_months(at=moment) == 0
        lots = CreditLot.objects.filter(account__user=subscription.user).order_by("-created_at")
        assert {lot.expires_at for lot in lots[:7]} == {moment + timedelta(days=90)}

    def test_two_workers_grant_each_month_once(self, subscription):
        self.period(subscription)
        moment = utc(2028, 1, 30)
        codes = at_once("tests.billing.calls:grant_months_due", {"at": moment.isoformat()}, processes=4, threads=2)
        assert codes == ["ok"] * 8
        assert granted(subscription.user) == [300] * 12
        assert not faults()

    @pytest.mark.parametrize("state", ["unpaid", "past_due"])
    def test_nothing_comes_while_it_is_unpaid_and_all_once_it_is_paid(self, subscription, state):
        self.period(subscription)
        PlanSubscription.objects.update(state=state, benefits_ended_at=now())
        assert grant_due_months(at=utc(2027, 4, 1)) == 0
        PlanSubscription.objects.update(state="active", benefits_ended_at=None)
        assert grant_due_months(at=utc(2027, 4, 1)) == 2

    def test_nothing_comes_while_it_rests(self, subscription):
        self.period(subscription)
        PlanSubscription.objects.update(paused_from=utc(2027, 3, 1), paused_until=utc(2027, 5, 1))
        assert grant_due_months(at=utc(2027, 4, 10)) == 1
        PlanSubscription.objects.update(paused_from=None, paused_until=None)
        assert grant_due_months(at=utc(2027, 4, 10)) == 1

    @pytest.mark.parametrize("order", ["as it was", "the later first"])
    def test_a_plan_that_begins_within_a_month_counts_what_the_rest_had_brought(self, subscription, order):
        bigger = PlanFactory(credits=1000)
        half = START + (utc(2027, 2, 28, 10) - START) / 2
        calls = [
            lambda: self.period(subscription, "in_1", ends=utc(2027, 2, 28, 10)),
            lambda: self.period(subscription, "in_2", starts=half, ends=half + timedelta(days=30), plan=bigger),
        ]
        for call in calls if order == "as it was" else reversed(calls):
            call()
        assert credits_available(subscription.user) == 1150
        assert PaidPeriod.objects.get(invoice_id="in_1").stopped_because == "changed"
        assert grant_due_months(at=utc(2029, 1, 1)) == 0

    def test_a_stopped_period_still_brings_months_that_were_missed(self, subscription):
        self.period(subscription)
        stop_periods(subscription=subscription, at=utc(2027, 5, 10), because=PaidPeriod.Stopped.ENDED)
        assert grant_due_months(at=utc(2028, 1, 1)) == 3
        assert granted(subscription.user) == [300] * 4

    def test_a_plan_without_credits_brings_licences_only(self, subscription):
        self.period(subscription, plan=PlanFactory(credits=0, licences_each_month=3))
        assert granted(subscription.user) == []
        assert PlanMonth.objects.get().licences == 3
