"""Upgrades at once with their preview, downgrades with the period, months and years."""

from datetime import timedelta

import pytest

from billing.errors import (
    AmountDiffers,
    ChangeNotPossible,
    ChangeWaitsAlready,
    NoChangeWaits,
    NoRunningPlan,
    NotForSale,
)
from billing.gateway import StripeRefused
from billing.models import CreditLot, Plan, PlanChange, PlanSubscription
from billing.selectors import credits_available, running_plan, waiting_change
from billing.services import change_plan, end_plan, grant_due_months, offer_change, withdraw_change
from billing.services.plan_changes import changes_left_behind, make_change
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.processes import at_once
from tests.billing.subscribers import FAILS_LATER, advance_clock, put_on_clock, stripe_api, subscribe, use_card, utc
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)
FEBRUARY = utc(2027, 2, 28, 10)
HALF = START + (FEBRUARY - START) / 2


@pytest.fixture
def user(shop):
    return UserFactory()


@pytest.fixture
def clock(user):
    return put_on_clock(user, START)


@pytest.fixture
def studio(user, clock, wait_for_event):
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    return running_plan(user)


@pytest.fixture
def studio_by_the_year(user, clock, wait_for_event):
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    return running_plan(user)


def paid_invoices(subscription):
    found = stripe_api().v1.invoices.list({"subscription": subscription.stripe_subscription_id, "limit": 100})
    return [one.amount_paid for one in found.data]


def test_an_upgrade_is_charged_as_previewed_and_begins_at_once(user, clock, studio, wait_for_event):
    advance_clock(clock, HALF)
    offer = offer_change(user=user, plan_code="pro", interval="month", at=HALF)
    assert offer.is_at_once
    assert offer.due == Money(4900 - 950, "USD")
    assert sum(line.amount.amount_minor for line in offer.lines) == offer.due.amount_minor
    assert paid_invoices(studio) == [1900], "an offer changes nothing"

    change = change_plan(user=user, plan_code="pro", interval="month", at=offer.at, expected=offer.due)
    assert change.state == PlanChange.State.DONE
    wait_for_event("invoice.paid", count=2)
    now_running = running_plan(user)
    assert (now_running.pk, now_running.plan.code, now_running.interval) == (studio.pk, "pro", "month")
    assert paid_invoices(studio) == [3950, 1900]
    # Half of the month's 600 credits belonged to the time that the new period pays for.
    assert credits_available(user) == 600 + 2000 - 300
    assert now_running.current_period_end == utc(2027, 3, 14, 10)


def test_months_become_a_year_at_once(user, clock, studio, wait_for_event):
    advance_clock(clock, HALF)
    offer = offer_change(user=user, plan_code="studio", interval="year", at=HALF)
    assert offer.due == Money(19000 - 950, "USD")
    change_plan(user=user, plan_code="studio", interval="year", at=HALF, expected=offer.due)
    wait_for_event("invoice.paid", count=2)
    assert running_plan(user).is_annual
    assert grant_due_months(at=utc(2028, 2, 1)) == 11
    assert sum(CreditLot.objects.filter(account__user=user).values_list("amount", flat=True)) == 600 + 12 * 600 - 300


def test_a_year_at_the_higher_plan_at_once(user, clock, studio_by_the_year, wait_for_event):
    offer = offer_change(user=user, plan_code="pro", interval="year", at=START)
    assert offer.is_at_once
    assert offer.due == Money(49000 - 19000, "USD")
    change_plan(user=user, plan_code="pro", interval="year", at=START)
    wait_for_event("invoice.paid", count=2)
    assert running_plan(user).plan.code == "pro"
    assert credits_available(user) == 2000, "nothing of the first month was used up"
    assert grant_due_months(at=utc(2028, 1, 1)) == 11


def test_a_downgrade_begins_with_the_next_period(user, clock, wait_for_event):
    clock_start = subscribe(user, "pro")
    wait_for_event("customer.subscription.created")
    advance_clock(clock, START + timedelta(days=15))  # the trial is over
    wait_for_event("invoice.paid", count=2)
    row = running_plan(user)
    assert row.pk == clock_start.pk
    offer = offer_change(user=user, plan_code="studio", interval="month")
    assert (offer.is_at_once, offer.due.amount_minor) == (False, 0)
    assert offer.effective_at == row.current_period_end
    change = change_plan(user=user, plan_code="studio", interval="month", expected=offer.due)
    assert change.state == PlanChange.State.WAITING
    assert running_plan(user).plan.code == "pro"
    assert waiting_change(row).to_plan.code == "studio"
    advance_clock(clock, row.current_period_end + timedelta(hours=1))
    wait_for_event("invoice.paid", count=3)
    change.refresh_from_db()
    assert change.state == PlanChange.State.DONE
    assert running_plan(user).plan.code == "studio"
    assert paid_invoices(row) == [1900, 4900, 0]
    assert credits_available(user) == 150 + 2000 + 600
    # The schedule that the change has left at Stripe does not stand in the way of the next wish, nor of the portal's.
    assert stripe_api().v1.subscriptions.retrieve(row.stripe_subscription_id).schedule is None
    assert end_plan(user=user).cancel_at_period_end


def test_a_year_becomes_months_when_it_is_over(user, clock, studio_by_the_year, wait_for_event):
    change_plan(user=user, plan_code="studio", interval="month")
    assert running_plan(user).is_annual
    grant_due_months(at=utc(2028, 1, 31, 9))
    assert credits_available(user) == 12 * 600
    advance_clock(clock, utc(2028, 2, 29, 11))
    wait_for_event("invoice.paid", count=3)
    assert running_plan(user).interval == "month"
    assert paid_invoices(studio_by_the_year) == [1900, 1900, 19000]
    assert sum(CreditLot.objects.filter(account__user=user).values_list("amount", flat=True)) == 14 * 600


def test_a_change_that_waits_can_be_taken_back_or_replaced(user, clock, studio_by_the_year, wait_for_event):
    with pytest.raises(NoChangeWaits):
        withdraw_change(user=user)
    change_plan(user=user, plan_code="studio", interval="month")
    change_plan(user=user, plan_code="pro", interval="month")
    states = list(PlanChange.objects.order_by("created_at").values_list("state", flat=True))
    assert states == ["withdrawn", "waiting"]
    withdraw_change(user=user)
    assert waiting_change(studio_by_the_year) is None
    advance_clock(clock, utc(2028, 1, 31, 11))
    wait_for_event("invoice.paid", count=2)
    assert paid_invoices(studio_by_the_year) == [19000, 19000]


def test_ending_a_plan_takes_a_waiting_change_back(user, studio_by_the_year):
    change_plan(user=user, plan_code="studio", interval="month")
    assert end_plan(user=user).cancel_at_period_end
    assert PlanChange.objects.get().state == PlanChange.State.WITHDRAWN
    with pytest.raises(ChangeNotPossible):
        offer_change(user=user, plan_code="pro", interval="year")


def test_during_a_trial_the_plan_changes_without_a_charge(user, clock, wait_for_event):
    row = subscribe(user, "pro")
    wait_for_event("invoice.paid")
    change_plan(user=user, plan_code="studio", interval="year")
    running = running_plan(user)
    assert (running.plan.code, running.interval, running.state) == ("studio", "year", "trialing")
    advance_clock(clock, START + timedelta(days=15))
    wait_for_event("invoice.paid", count=2)
    row.refresh_from_db()
    assert paid_invoices(row) == [19000, 0]
    assert credits_available(user) == 150 + 600


def test_a_declined_card_changes_nothing_and_the_next_try_is_a_new_one(user, clock, studio, wait_for_event):
    use_card(user, FAILS_LATER)
    with pytest.raises(StripeRefused):
        change_plan(user=user, plan_code="pro", interval="month", at=START)
    assert running_plan(user).plan.code == "studio"
    assert running_plan(user).state == PlanSubscription.State.ACTIVE
    assert PlanChange.objects.get().state == PlanChange.State.REFUSED
    use_card(user, "4242424242424242")
    assert change_plan(user=user, plan_code="pro", interval="month", at=START).state == PlanChange.State.DONE


def test_an_amount_that_is_another_one_by_now_is_shown_again(user, clock, studio):
    offer = offer_change(user=user, plan_code="pro", interval="month", at=START)
    advance_clock(clock, HALF)
    with pytest.raises(AmountDiffers):
        change_plan(user=user, plan_code="pro", interval="month", at=HALF, expected=offer.due)
    assert not PlanChange.objects.exists()


def test_what_cannot_be(user, studio):
    for code, interval, error in [
        ("studio", "month", ChangeNotPossible),
        ("club", "month", NotForSale),
        ("none", "month", NotForSale),
        ("pro", "week", NotForSale),
    ]:
        with pytest.raises(error):
            change_plan(user=user, plan_code=code, interval=interval)
    with pytest.raises(NoRunningPlan):
        change_plan(user=UserFactory(), plan_code="pro", interval="month")
    PlanSubscription.objects.update(state=PlanSubscription.State.PAST_DUE)
    with pytest.raises(ChangeNotPossible):
        change_plan(user=user, plan_code="pro", interval="month")
    assert not PlanChange.objects.exists()


def test_two_windows_that_change_at_once_make_one_change(user, clock, studio, wait_for_event):
    codes = at_once(
        "tests.billing.calls:change_to_pro", {"user": str(user.pk), "at": START.isoformat()}, processes=4, threads=1
    )
    assert codes.count("ok") >= 1
    wait_for_event("invoice.paid", count=2)
    assert paid_invoices(studio).count(3000) == 1
    assert len(paid_invoices(studio)) == 2
    assert PlanChange.objects.filter(state="done").count() == 1
    assert set(codes) <= {"ok", ChangeWaitsAlready.code, ChangeNotPossible.code}


def test_a_change_that_another_window_has_made_since_the_offer_is_not_made_once_more(
    user, clock, studio, wait_for_event, monkeypatch
):
    def meanwhile(subscription):
        """The other window makes all of its change between this one's offer and its claim."""
        monkeypatch.undo()
        change_plan(user=user, plan_code="pro", interval="month", at=START)

    monkeypatch.setattr("billing.services.plan_changes.clear_schedule", meanwhile)
    with pytest.raises(ChangeWaitsAlready):
        change_plan(user=user, plan_code="pro", interval="month", at=START)
    wait_for_event("invoice.paid", count=2)
    assert paid_invoices(studio) == [3000, 1900]
    assert PlanChange.objects.count() == 1


def test_a_change_whose_caller_died_is_finished_by_the_same_request(user, clock, studio, wait_for_event):
    change = change_plan(user=user, plan_code="pro", interval="month", at=START)
    # As if the process had died between Stripe's answer and our commit.
    PlanChange.objects.update(state=PlanChange.State.ASKED, ended_at=None)
    make_change(change_id=change.pk)
    change.refresh_from_db()
    assert change.state == PlanChange.State.DONE
    wait_for_event("invoice.paid", count=2)
    assert paid_invoices(studio) == [3000, 1900]


def asked(studio, *, plan="pro", interval="month", is_at_once=True, minutes_ago):
    """A change of which the page has said that it failed, and which nobody has told Stripe since."""
    change = PlanChange.objects.create(
        subscription=studio,
        from_plan=studio.plan,
        from_interval=studio.interval,
        to_plan=Plan.objects.get(code=plan),
        to_interval=interval,
        is_at_once=is_at_once,
        currency="USD",
        effective_at=START,
    )
    PlanChange.objects.filter(pk=change.pk).update(created_at=now() - timedelta(minutes=minutes_ago))
    return change


def test_a_change_that_failed_is_not_made_once_its_offer_is_over(user, clock, studio):
    change = asked(studio, minutes_ago=36)
    assert changes_left_behind() == [str(change.pk)]
    assert make_change(change_id=change.pk).state == PlanChange.State.WITHDRAWN
    assert changes_left_behind() == []
    assert paid_invoices(studio) == [1900]
    offered = offer_change(user=user, plan_code="pro", interval="month", at=START)
    assert change_plan(user=user, plan_code="pro", interval="month", at=START).state == PlanChange.State.DONE
    assert offered.due.amount_minor == 3000


def test_while_a_request_may_be_under_way_nothing_is_said(studio):
    change = asked(studio, minutes_ago=31)
    assert make_change(change_id=change.pk).state == PlanChange.State.ASKED
    assert paid_invoices(studio) == [1900]


def test_one_that_stripe_has_made_is_done_however_late_we_ask(user, clock, studio, wait_for_event):
    change_plan(user=user, plan_code="pro", interval="month", at=START)
    PlanChange.objects.update(state="asked", ended_at=None, created_at=now() - timedelta(hours=30))
    assert make_change(change_id=PlanChange.objects.get().pk).state == PlanChange.State.DONE
    wait_for_event("invoice.paid", count=2)
    assert paid_invoices(studio) == [3000, 1900]


def test_one_that_waits_at_stripe_unknown_to_the_person_is_taken_back(user, clock, studio_by_the_year):
    change_plan(user=user, plan_code="studio", interval="month")
    PlanChange.objects.update(state="asked", stripe_schedule_id="", created_at=now() - timedelta(hours=1))
    assert make_change(change_id=PlanChange.objects.get().pk).state == PlanChange.State.WITHDRAWN
    assert not stripe_api().v1.subscriptions.retrieve(studio_by_the_year.stripe_subscription_id).schedule
