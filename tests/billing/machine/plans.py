"""Steps of plans: started, changed at once and with the period, paused, resumed, ended, kept; months pass."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from billing import gateway
from billing.errors import (
    AmountDiffers,
    ChangeNotPossible,
    ChangeWaitsAlready,
    NoChangeWaits,
    NoRunningPlan,
    PauseNotPossible,
    PlanRunsAlready,
)
from billing.gateway import StripeRefused
from billing.models import PaidPeriod, PlanChange, PlanSubscription
from billing.selectors import running_plan
from billing.services import (
    change_plan,
    end_plan,
    grant_due_months,
    keep_plan,
    offer_change,
    pause_plan,
    resume_plan,
    start_plan,
    withdraw_change,
)
from marketplace.core.clock import now
from tests.billing.machine.credits import pages
from tests.billing.machine.steps import Steps, any_number, step
from tests.demo.localstripe.server import card_form, visit

MONTH_S = 32 * 24 * 3600
MOST_MONTHS = 4
# A card that pays now and is declined by the next month.
CARDS = {"good": "4242424242424242", "fails later": "4000000000000341"}
codes = st.sampled_from(["studio", "pro"])
intervals = st.sampled_from(["month", "month", "year"])
# Stripe knows more than we have heard of: an end, a month that was not paid, a change that has come.
NOT_POSSIBLE = (NoRunningPlan, ChangeNotPossible, ChangeWaitsAlready, PauseNotPossible, AmountDiffers, StripeRefused)


class Plans(Steps):
    """Plans of people."""

    months = 0

    @step(who=any_number, code=codes, interval=intervals, card=st.sampled_from(sorted(CARDS)))
    def subscribe(self, who: int, code: str, interval: str, card: str) -> None:
        with self.world.unanswered():
            try:
                started = start_plan(user=self.person(who), plan_code=code, interval=interval, **pages())
            except PlanRunsAlready:
                return
            page = visit(started.checkout_url, card_form(CARDS[card]))
            assert page.status in ({303} if card == "good" else {200, 303, 402}), page.text

    @step(who=any_number, ends=st.booleans())
    def end_or_keep(self, who: int, ends: bool) -> None:
        with self.world.unanswered():
            try:
                (end_plan if ends else keep_plan)(user=self.person(who))
            except (NoRunningPlan, StripeRefused):
                return  # Stripe refuses to keep one that has ended, of which we have not heard yet

    @step(who=any_number, code=codes, interval=intervals, as_offered=st.booleans())
    def change(self, who: int, code: str, interval: str, as_offered: bool) -> None:
        person = self.person(who)
        wish = {"user": person, "plan_code": code, "interval": interval}
        with self.world.unanswered():
            try:
                offer = offer_change(**wish)
                assert offer.due.amount_minor >= 0
                assert offer.is_at_once or not offer.due.amount_minor
                known = {"at": offer.at, "expected": offer.due} if as_offered else {}
                made = change_plan(**wish, **known)
            except NOT_POSSIBLE:
                return
            row = running_plan(person)
            is_there = row is not None and (row.plan.code, row.interval) == (code, interval)
            assert made.state in ({"done"} if offer.is_at_once else {"waiting", "done"}), made.state
            assert is_there == (made.state == "done")

    @step(who=any_number)
    def take_a_change_back(self, who: int) -> None:
        with self.world.unanswered():
            try:
                row = withdraw_change(user=self.person(who))
            except (NoRunningPlan, NoChangeWaits, StripeRefused):
                return
            assert not row.changes.filter(state="waiting").exists()

    @step(who=any_number, months=st.integers(1, 3))
    def pause(self, who: int, months: int) -> None:
        with self.world.unanswered():
            try:
                row = pause_plan(user=self.person(who), months=months)
            except NOT_POSSIBLE:
                return
            assert row.paused_until is None or row.paused_until > now()

    @step(who=any_number)
    def resume(self, who: int) -> None:
        with self.world.unanswered():
            try:
                row = resume_plan(user=self.person(who))
            except NOT_POSSIBLE:
                return
            assert row.paused_from is None

    @precondition(lambda self: self.months < MOST_MONTHS)
    @step()
    def a_month_passes(self) -> None:
        self.months += 1
        self.at_stripe("post", "/v1/test_helpers/billing_time/advance", seconds=MONTH_S)

    @step(days=st.integers(0, 400))
    def grant_months(self, days: int) -> None:
        """What has begun of the years that were paid, as the nightly job does it."""
        grant_due_months(at=now() + timedelta(days=days))

    def check_plans(self) -> list[str]:
        """At rest, with all plans ended at Stripe: our rows say the same, nothing waits, no month came too often."""
        wrong = []
        rows = PlanSubscription.objects.filter(user__in=self.people).exclude(stripe_subscription_id=None)
        for row in rows:
            found = gateway.retrieve_subscription(row.stripe_subscription_id or "")
            if row.state != found.status:
                wrong.append(f"plan {row.pk} is {row.state}, at Stripe {found.status}")
        for change in PlanChange.objects.filter(subscription__in=rows, state__in=PlanChange.OPEN):
            wrong.append(f"change {change.pk} of an ended plan is {change.state}")
        for period in PaidPeriod.objects.filter(subscription__in=rows):
            if period.months_done > period.months:
                wrong.append(f"period {period} has brought more months than were paid")
        return wrong
