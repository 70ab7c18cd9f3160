"""Steps of credits and plans: bought, granted, reserved, spent, expired; subscribed, ended, kept, renewed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing.errors import HoldEndedAlready, InsufficientCredits, NoRunningPlan, PlanRunsAlready, SettlementExceedsHold
from billing.gateway import StripeRefused
from billing.models import CreditHold, CreditLot
from billing.selectors import credits_available, credits_held
from billing.services import (
    buy_credits,
    close_ledger,
    end_plan,
    expire_credits,
    keep_plan,
    release_credits,
    reserve_credits,
    settle_credits,
    start_plan,
)
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from tests.billing.machine.steps import Steps, any_number
from tests.demo.localstripe.server import card_form, visit
from tests.factories.billing import give_credits

MONTH_S = 32 * 24 * 3600
MOST_MONTHS = 4


class Credits(Steps):
    """Credits of people, and their plans."""

    months = 0

    def _pages(self) -> dict[str, str]:
        return {"success_url": f"{settings.BASE_URL}/credits", "cancel_url": f"{settings.BASE_URL}/credits"}

    @rule(who=any_number, pack=st.sampled_from(["pack-100", "pack-500"]))
    def buy_a_pack(self, who: int, pack: str) -> None:
        with self.world.unanswered():
            started = buy_credits(user=self.person(who), pack_code=pack, **self._pages())
            assert visit(started.checkout_url, card_form()).status == 303

    @rule(who=any_number, amount=st.integers(1, 50), days=st.sampled_from([None, 1, 30]))
    def give(self, who: int, amount: int, days: int | None) -> None:
        give_credits(self.person(who), amount, expires_at=now() + timedelta(days=days) if days else None)

    @rule(who=any_number, amount=st.integers(1, 60))
    def reserve(self, who: int, amount: int) -> None:
        person = self.person(who)
        available = credits_available(person)
        try:
            reserve_credits(user=person, amount=amount, object_ref=f"job:{new_id()}")
        except InsufficientCredits:
            assert available < amount
        else:
            assert available >= amount
            assert credits_available(person) == available - amount

    @rule(which=any_number, share=st.integers(0, 110))
    def spend(self, which: int, share: int) -> None:
        holds = list(CreditHold.objects.filter(user__in=self.people).order_by("created_at"))
        if not holds:
            return
        hold = holds[which % len(holds)]
        try:
            settle_credits(object_ref=hold.object_ref, amount=hold.amount * share // 100)
        except SettlementExceedsHold:
            assert hold.amount * share // 100 > hold.amount
        except HoldEndedAlready:
            assert hold.state != CreditHold.State.OPEN

    @rule(which=any_number)
    def release(self, which: int) -> None:
        holds = list(CreditHold.objects.filter(user__in=self.people).order_by("created_at"))
        if holds:
            release_credits(object_ref=holds[which % len(holds)].object_ref)

    @rule(which=any_number)
    def let_expire(self, which: int) -> None:
        lots = list(CreditLot.objects.filter(account__user__in=self.people).order_by("created_at"))
        if lots:
            lot = lots[which % len(lots)]
            CreditLot.objects.filter(pk=lot.pk).update(expires_at=now() - timedelta(minutes=1))
        expire_credits()
        assert not CreditLot.objects.filter(remaining__gt=0, expires_at__lte=now()).exists()

    @rule(who=any_number)
    def subscribe(self, who: int) -> None:
        with self.world.unanswered():
            try:
                started = start_plan(user=self.person(who), plan_code="studio", **self._pages())
            except PlanRunsAlready:
                return
            assert visit(started.checkout_url, card_form()).status == 303

    @rule(who=any_number, ends=st.booleans())
    def end_or_keep(self, who: int, ends: bool) -> None:
        with self.world.unanswered():
            try:
                (end_plan if ends else keep_plan)(user=self.person(who))
            except (NoRunningPlan, StripeRefused):
                return  # Stripe refuses to keep one that has ended, of which we have not heard yet

    @precondition(lambda self: self.months < MOST_MONTHS)
    @rule()
    def a_month_passes(self) -> None:
        self.months += 1
        self.at_stripe("post", "/v1/test_helpers/billing_time/advance", seconds=MONTH_S)

    @rule()
    def close(self) -> None:
        close_ledger()

    def check_credits(self) -> list[str]:
        """Nobody holds more than she was given, in sum."""
        wrong = []
        for person in self.people:
            held = sum(hold.amount for hold in CreditHold.objects.filter(user=person, state="open"))
            if credits_held(person) != held or credits_available(person) < 0:
                wrong.append(f"{person} has {credits_available(person)} and holds {credits_held(person)}, not {held}")
        return wrong
