"""Steps of credits: bought, topped up, granted, reserved, spent, released, expired; and the ledger closed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from hypothesis import strategies as st

from billing.errors import HoldEndedAlready, InsufficientCredits, NoSavedCard, SettlementExceedsHold
from billing.models import AutomaticTopUp, CreditHold, CreditLot, CreditPurchase
from billing.selectors import credits_available, credits_held
from billing.services import (
    buy_credits,
    close_ledger,
    expire_credits,
    release_credits,
    reserve_credits,
    set_top_up,
    settle_credits,
    stop_top_up,
    top_up,
)
from billing.services.top_ups import spent_this_month
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from tests.billing.machine.steps import Steps, any_number, step
from tests.demo.localstripe.server import card_form, visit
from tests.factories.billing import give_credits

CEILING_MINOR = 1_500


def pages() -> dict[str, str]:
    """Where Stripe sends people back to."""
    return {"success_url": f"{settings.BASE_URL}/credits", "cancel_url": f"{settings.BASE_URL}/credits"}


class Credits(Steps):
    """Credits of people."""

    @step(who=any_number, pack=st.sampled_from(["pack-100", "pack-500"]))
    def buy_a_pack(self, who: int, pack: str) -> None:
        with self.world.unanswered():
            started = buy_credits(user=self.person(who), pack_code=pack, **pages())
            assert visit(started.checkout_url, card_form()).status == 303

    @step(who=any_number, threshold=st.sampled_from([20, 120]))
    def agree_to_top_ups(self, who: int, threshold: int) -> None:
        """With the card that a plan or a pack has left; without one it is refused."""
        with self.world.unanswered():
            try:
                set_top_up(
                    user=self.person(who),
                    pack_code="pack-100",
                    threshold=threshold,
                    ceiling_minor=CEILING_MINOR,
                    has_agreed=True,
                )
            except NoSavedCard:
                return

    @step(who=any_number)
    def top_up_now(self, who: int) -> None:
        person = self.person(who)
        self.world.job(lambda: top_up(user_id=person.pk))
        assert spent_this_month(person, "USD") <= CEILING_MINOR

    @step(who=any_number)
    def end_top_ups(self, who: int) -> None:
        stop_top_up(user=self.person(who))
        assert not AutomaticTopUp.objects.filter(user=self.person(who), is_on=True).exists()

    @step(who=any_number, amount=st.integers(1, 50), days=st.sampled_from([None, 1, 30]))
    def give(self, who: int, amount: int, days: int | None) -> None:
        give_credits(self.person(who), amount, expires_at=now() + timedelta(days=days) if days else None)

    @step(who=any_number, amount=st.integers(1, 60))
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

    @step(which=any_number, share=st.integers(0, 110))
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

    @step(which=any_number)
    def release(self, which: int) -> None:
        holds = list(CreditHold.objects.filter(user__in=self.people).order_by("created_at"))
        if holds:
            release_credits(object_ref=holds[which % len(holds)].object_ref)

    @step(which=any_number)
    def let_expire(self, which: int) -> None:
        lots = list(CreditLot.objects.filter(account__user__in=self.people).order_by("created_at"))
        if lots:
            lot = lots[which % len(lots)]
            CreditLot.objects.filter(pk=lot.pk).update(expires_at=now() - timedelta(minutes=1))
        expire_credits()
        assert not CreditLot.objects.filter(remaining__gt=0, expires_at__lte=now()).exists()

    @step()
    def close(self) -> None:
        close_ledger()

    def check_credits(self) -> list[str]:
        """Nobody holds more than she was given, in sum; no card is charged beyond what its owner agreed to."""
        wrong = []
        for person in self.people:
            held = sum(hold.amount for hold in CreditHold.objects.filter(user=person, state="open"))
            if credits_held(person) != held or credits_available(person) < 0:
                wrong.append(f"{person} has {credits_available(person)} and holds {credits_held(person)}, not {held}")
            if spent_this_month(person, "USD") > CEILING_MINOR:
                wrong.append(f"{person} was charged {spent_this_month(person, 'USD')} without being asked")
        return wrong

    def check_top_ups(self) -> list[str]:
        """At rest: none is under way."""
        begun = CreditPurchase.objects.filter(user__in=self.people, is_automatic=True, state="open")
        return [f"top-up {one.pk} has begun and not ended" for one in begun]
