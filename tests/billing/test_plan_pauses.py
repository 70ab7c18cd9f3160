"""Pausing a monthly plan: nothing charged, nothing granted, and how it goes on."""

from datetime import timedelta

import pytest

from billing.errors import ChangeNotPossible, NoRunningPlan, PauseNotPossible
from billing.gateway import StripeRefused
from billing.models import CreditLot, PaidPeriod, PlanMonth, PlanSubscription
from billing.selectors import credits_available, plan_in_force, running_plan
from billing.services import change_plan, end_plan, grant_due_months, pause_plan, plan_pauses, resume_plan
from marketplace.accounts.models import User
from tests.billing.processes import at_once
from tests.billing.subscribers import FAILS_LATER, advance_clock, put_on_clock, stripe_api, subscribe, use_card, utc
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
START = utc(2027, 1, 31, 10)


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


def invoices(subscription):
    found = stripe_api().v1.invoices.list({"subscription": subscription.stripe_subscription_id, "limit": 100})
    return [(one.status, one.amount_paid) for one in found.data]


def test_two_months_are_skipped_and_then_it_goes_on(user, clock, studio, wait_for_event):
    paused = pause_plan(user=user, months=2)
    assert paused.paused_from == utc(2027, 2, 28, 10)
    assert paused.paused_until == utc(2027, 4, 30, 9)
    assert plan_in_force(user.pk, at=utc(2027, 2, 20)) is not None, "what is paid runs to its end"
    assert plan_in_force(user.pk, at=utc(2027, 3, 20)) is None
    advance_clock(clock, utc(2027, 4, 15))
    wait_for_event("invoice.voided", count=2)
    grant_due_months(at=utc(2027, 4, 15))
    assert credits_available(user) == 600
    assert running_plan(user).state == PlanSubscription.State.ACTIVE
    advance_clock(clock, utc(2027, 4, 30, 11))
    wait_for_event("invoice.paid", count=2)
    assert invoices(studio) == [("paid", 1900), ("void", 0), ("void", 0), ("paid", 1900)]
    assert credits_available(user) == 1200
    assert running_plan(user).paused_from is None


def test_resumed_before_the_paid_month_is_over_nothing_is_charged(user, clock, studio, wait_for_event):
    for _ in range(2):  # and so again, however often
        pause_plan(user=user, months=1)
        advance_clock(clock, clock_of(clock) + timedelta(days=2))
        assert resume_plan(user=user).paused_from is None
    assert invoices(studio) == [("paid", 1900)]
    advance_clock(clock, utc(2027, 2, 28, 11))
    wait_for_event("invoice.paid", count=2)
    assert credits_available(user) == 1200


def clock_of(clock):
    found = stripe_api().v1.test_helpers.test_clocks.retrieve(clock)
    return utc(1970, 1, 1) + timedelta(seconds=found.frozen_time)


def test_resumed_after_it_a_new_month_is_charged_and_begins(user, clock, studio, wait_for_event):
    pause_plan(user=user, months=3)
    advance_clock(clock, utc(2027, 3, 10))
    use_card(user, FAILS_LATER)
    with pytest.raises(StripeRefused):
        resume_plan(user=user)
    assert running_plan(user).paused_from is not None
    use_card(user, "4242424242424242")
    resumed = resume_plan(user=user)
    wait_for_event("invoice.paid", count=2)
    assert resumed.current_period_end == utc(2027, 4, 10)
    assert credits_available(user) == 1200
    with pytest.raises(PauseNotPossible):
        resume_plan(user=user)
    assert [one for one in invoices(studio) if one[0] == "paid"] == [("paid", 1900), ("paid", 1900)]


def test_what_cannot_be_paused(user, studio):
    for months in (0, 4):
        with pytest.raises(PauseNotPossible):
            pause_plan(user=user, months=months)
    with pytest.raises(NoRunningPlan):
        pause_plan(user=UserFactory(), months=1)
    pause_plan(user=user, months=1)
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)
    with pytest.raises(ChangeNotPossible):
        change_plan(user=user, plan_code="pro", interval="month")
    resume_plan(user=user)
    end_plan(user=user)
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)


@pytest.fixture
def year(user, clock, wait_for_event):
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    return running_plan(user)


def starts_of_months(user):
    return list(
        PlanMonth.objects.filter(period__subscription__user=user)
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
    )


def test_a_paid_year_rests_and_ends_as_much_later_with_all_its_months(user, clock, year, wait_for_event, run_jobs):
    advance_clock(clock, utc(2027, 3, 10))
    grant_due_months(at=utc(2027, 3, 10))
    assert len(starts_of_months(user)) == 2
    paused = pause_plan(user=user, months=2)
    assert (paused.paused_from, paused.paused_until) == (utc(2027, 3, 31, 10), utc(2027, 5, 31, 10))
    assert (paused.state, paused.current_period_end, paused.extended_to) == ("active", *[utc(2028, 3, 31, 10)] * 2)
    assert paused.trial_ends_at is None
    assert plan_in_force(user.pk, at=utc(2027, 3, 30)) is not None, "the month runs to its end"
    assert plan_in_force(user.pk, at=utc(2027, 5, 1)) is None
    grant_due_months(at=utc(2027, 5, 31, 9))
    assert len(starts_of_months(user)) == 2
    advance_clock(clock, utc(2028, 3, 30))
    grant_due_months(at=utc(2028, 3, 30))
    run_jobs()
    assert starts_of_months(user)[1:4] == [utc(2027, 2, 28, 10), utc(2027, 5, 31, 10), utc(2027, 6, 30, 10)]
    assert len(starts_of_months(user)) == 12, "none is lost"
    assert PaidPeriod.objects.get().next_month_at is None
    assert [one for one in invoices(year) if one[1]] == [("paid", 19000)], "nothing was charged meanwhile"
    assert not CreditLot.objects.filter(granted_by__reason="trial").exists()
    advance_clock(clock, utc(2028, 3, 31, 11))
    wait_for_event("invoice.paid", count=3)
    renewed = running_plan(user)
    assert (renewed.extended_to, renewed.paused_from, renewed.current_period_end) == (None, None, utc(2029, 3, 31, 10))
    assert [one for one in invoices(year) if one[1]] == [("paid", 19000), ("paid", 19000)]
    assert PaidPeriod.objects.count() == 2


def test_the_rest_of_a_year_is_taken_back_before_it_begins_and_not_after(user, clock, year, monkeypatch):
    pause_plan(user=user, months=3)
    with pytest.raises(ChangeNotPossible):
        change_plan(user=user, plan_code="pro", interval="year")
    with pytest.raises(PauseNotPossible):
        pause_plan(user=user, months=1)
    monkeypatch.setattr(plan_pauses, "now", lambda: utc(2027, 3, 1))
    with pytest.raises(PauseNotPossible, match="rests already"):
        resume_plan(user=user)
    monkeypatch.setattr(plan_pauses, "now", lambda: utc(2027, 2, 20))
    resumed = resume_plan(user=user)
    assert (resumed.paused_from, resumed.state, resumed.current_period_end) == (None, "active", utc(2028, 1, 31, 10))
    period = PaidPeriod.objects.get()
    assert (period.rests, period.ends_at, period.next_month_at) == ("", utc(2028, 1, 31, 10), utc(2027, 2, 28, 10))


def test_a_year_rests_three_months_at_most(user, clock, year, monkeypatch):
    pause_plan(user=user, months=2)
    monkeypatch.setattr(plan_pauses, "now", lambda: utc(2027, 6, 1))
    grant_due_months(at=utc(2027, 6, 1))
    with pytest.raises(PauseNotPossible, match="at most 3 months"):
        pause_plan(user=user, months=2)
    again = pause_plan(user=user, months=1)
    assert (again.paused_from, again.paused_until) == (utc(2027, 6, 30, 10), utc(2027, 7, 31, 10))
    assert again.extended_to == utc(2028, 4, 30, 10)
    grant_due_months(at=utc(2028, 4, 29))
    assert len(starts_of_months(user)) == 12


def test_two_windows_that_pause_a_year_at_once_pause_it_once(user, clock, year):
    codes = at_once("tests.billing.test_plan_pauses:pause", {"user": str(user.pk)}, processes=2, threads=1)
    assert codes.count("ok") >= 1
    assert set(codes) <= {"ok", "pause_not_possible"}
    assert running_plan(user).extended_to == utc(2028, 3, 31, 10)
    assert PaidPeriod.objects.get().rests == "1+2"


def pause(n, *, user):
    """Called in another process."""
    pause_plan(user=User.objects.get(pk=user), months=2)
