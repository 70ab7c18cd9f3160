"""Steps of giving back: asked for and decided, by hand at Stripe, disputed, warned of, held for a person."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from billing.gateway.client import client as stripe_client
from billing.models import Dispute
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.errors import RefundAskedAlready, RefundDecidedAlready, RefundNotPossible
from marketplace.orders.models import OrderLine, RefundRequest
from marketplace.orders.services import (
    ask_refund,
    decide_refund,
    hand_over_late_requests,
    left_to_refund,
    object_to_refusal,
    return_money,
    withdraw,
)
from marketplace.orders.services.holding import settle_held
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import decide
from tests.billing.machine.steps import Steps, any_number, step

EVIDENCE = ["winning_evidence", "losing_evidence", "Delivered at once."]


class Refunds(Steps):
    """Money that goes back to buyers."""

    @step(which=any_number, share=st.integers(1, 100))
    def ask_for_money_back(self, which: int, share: int) -> None:
        lines = list(
            OrderLine.objects.filter(order__buyer__in=self.people, order__state="paid").order_by("order__created_at")
        )
        if not lines:
            return
        line = lines[which % len(lines)]
        amount = Money(max(1, line.price_minor * share // 100), line.currency)
        left = left_to_refund(line)
        try:
            ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="other", amount=amount)
        except RefundAskedAlready:
            return
        except RefundNotPossible:
            assert left.amount_minor < amount.amount_minor
        else:
            assert left.amount_minor >= amount.amount_minor

    def _requests(self, *states: str) -> list[RefundRequest]:
        return list(
            RefundRequest.objects.filter(line__order__buyer__in=self.people, state__in=states).order_by("created_at")
        )

    @step(which=any_number, share=st.integers(1, 100), by_platform=st.booleans(), at_once=st.booleans())
    def grant(self, which: int, share: int, by_platform: bool, at_once: bool) -> None:
        asked = self._requests("with_artist", "with_platform")
        if not asked:
            return
        request = asked[which % len(asked)]
        amount = Money(max(1, request.asked_minor * share // 100), request.line.currency)
        by_artist = request.state == "with_artist" and not by_platform
        decider = request.line.work.artist.user if by_artist else self.world.clerk
        try:
            decide_refund(decider=decider, request_id=request.pk, grants=True, amount=amount)
        except RefundNotPossible:
            assert left_to_refund(request.line).amount_minor < amount.amount_minor
            return
        if at_once:
            self.world.job(lambda: return_money(request_id=request.pk))

    @step(which=any_number, objects=st.booleans(), is_late=st.booleans())
    def refuse_a_request(self, which: int, objects: bool, is_late: bool) -> None:
        asked = self._requests("with_artist")
        if not asked:
            return
        request = asked[which % len(asked)]
        if is_late:
            RefundRequest.objects.filter(pk=request.pk).update(decide_by=now() - timedelta(minutes=1))
            assert hand_over_late_requests() >= 1
            return
        artist = request.line.work.artist.user
        decide_refund(decider=artist, request_id=request.pk, grants=False, answer="It is as described.")
        if objects:
            object_to_refusal(buyer=request.line.order.buyer, request_id=request.pk)

    @step(which=any_number)
    def take_a_request_back(self, which: int) -> None:
        asked = self._requests("with_artist", "with_platform", "granted")
        if not asked:
            return
        request = asked[which % len(asked)]
        try:
            withdraw(buyer=request.line.order.buyer, request_id=request.pk)
        except RefundDecidedAlready:
            assert request.state == "granted"

    @step(which=any_number, share=st.integers(1, 100))
    def give_back_by_hand(self, which: int, share: int) -> None:
        """At Stripe, past the shop."""
        payments = self.payments()
        if not payments:
            return
        payment = stripe_client().v1.payment_intents.retrieve(payments[which % len(payments)])
        charge = stripe_client().v1.charges.retrieve(str(payment.latest_charge))
        left = charge.amount - charge.amount_refunded
        if left and not charge.disputed:
            self.at_stripe("post", "/v1/refunds", payment_intent=payment.id, amount=max(1, left * share // 100))

    @step(which=any_number)
    def give_back_as_much_as_was_granted(self, which: int) -> None:
        """At Stripe, by somebody who sees that the bank has not taken a granted refund, or believes so."""
        granted = [one for one in self._requests("granted") if one.payback != "none"]
        if granted:
            request = granted[which % len(granted)]
            payment = request.line.order.payment_intent_id
            self.at_stripe("post", "/v1/refunds", payment_intent=payment, amount=request.granted_minor)

    @step(which=any_number, share=st.integers(1, 100))
    def dispute(self, which: int, share: int) -> None:
        payments = self.payments()
        if not payments:
            return
        payment = stripe_client().v1.payment_intents.retrieve(payments[which % len(payments)])
        if not stripe_client().v1.charges.retrieve(str(payment.latest_charge)).disputed:
            amount = max(1, payment.amount * share // 100)
            self.at_stripe("post", f"/v1/test_helpers/charges/{payment.latest_charge}/dispute", amount=amount)

    @step(which=any_number, evidence=st.sampled_from(EVIDENCE))
    def answer(self, which: int, evidence: str) -> None:
        payments = set(self.payments())
        found = stripe_client().v1.disputes.list({"limit": 50}).data
        still_open = [one for one in found if one.payment_intent in payments and one.status not in {"won", "lost"}]
        if still_open:
            dispute = still_open[which % len(still_open)]
            self.at_stripe("post", f"/v1/disputes/{dispute.id}", evidence={"uncategorized_text": evidence}, submit=True)

    @step(which=any_number, approves=st.booleans(), at_once=st.booleans())
    def decide_on_what_is_held(self, which: int, approves: bool, at_once: bool) -> None:
        """A payment that raises a question, or a bank's early warning about one."""
        held = Verdict.objects.filter(person__in=self.people, outcome="hold", decision=None).order_by("at")
        if not held:
            return
        verdict = held[which % len(held)]
        decide(decider=self.world.clerk, verdict_id=verdict.pk, approves=approves, reason="Looked at it.")
        if at_once and verdict.kind == Verdict.Kind.ORDER:
            order_id = verdict.subject_ref.partition(":")[2]
            self.world.job(lambda: settle_held(order_id=order_id))

    def check_refunds(self) -> list[str]:
        """At rest: nothing is half done but what waits for a person, or what Stripe refuses to return."""
        wrong = [f"{dispute.pk} is open and {dispute.status}" for dispute in _open_and_ended()]
        for order in self.orders(state="held"):
            if Decision.objects.filter(verdict__subject_ref=order.reference).exists():
                wrong.append(f"{order.reference} is decided on and still held")
        for request in self._requests("granted"):
            if request.payback == "returned" and not request.refund_id:
                wrong.append(f"request {request.pk} is returned by no refund")
        return wrong


def _open_and_ended() -> list[Dispute]:
    return list(Dispute.objects.filter(outcome="open", status__in=["won", "lost"]))
