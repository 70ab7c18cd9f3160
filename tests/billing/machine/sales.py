"""Steps of buying, giving back, disputing and paying out."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from billing.gateway.client import client as stripe_client
from billing.models import Dispute, Payout, Sale
from billing.services import mature_sales, pay_out_due, send_payout
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.errors import WorkHeld
from marketplace.orders.errors import LicensedAlready, OrderClosed, RefundAskedAlready, RefundNotPossible
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import ask_refund, decide_refund, return_money, start_checkout
from tests.billing.machine.steps import Steps, any_number
from tests.demo.localstripe.server import card_form, visit
from tests.factories.billing import make_payouts_due
from tests.factories.licensing import offer_of
from tests.factories.orders import CONSENT

CARDS = {
    "good": "4242424242424242",
    "at once": "4000000000000077",
    "refund waits": "4000000000007726",
    "refund fails": "4000000000005126",
    "disputed": "4000000000000259",
    "declined": "4000000000000002",
}


class Sales(Steps):
    """Licences: from Buy to a payout, a refund or a lost dispute."""

    @rule(who=any_number, what=any_number, card=st.sampled_from(sorted(CARDS)))
    def buy(self, who: int, what: int, card: str) -> None:
        work = self.world.works[what % len(self.world.works)]
        with self.world.unanswered():
            try:
                order = start_checkout(buyer=self.person(who), offer=offer_of(work, "personal"), consent=CONSENT)
            except (LicensedAlready, OrderClosed, WorkHeld):
                return
            page = visit(order.checkout_url, card_form(CARDS[card]))
            assert page.status in ({200, 402} if card == "declined" else {303}), page.text

    def _paid(self) -> list[Order]:
        return list(Order.objects.filter(buyer__in=self.people, state="paid").order_by("created_at"))

    def _payments(self) -> list[str]:
        """Of all her orders that Stripe knows as paid, heard of or not."""
        orders = Order.objects.filter(buyer__in=self.people).exclude(checkout_session_id="").order_by("created_at")
        sessions = [stripe_client().v1.checkout.sessions.retrieve(order.checkout_session_id) for order in orders]
        return [str(session.payment_intent) for session in sessions if session.payment_status == "paid"]

    @rule(which=any_number, share=st.integers(1, 100))
    def ask_for_money_back(self, which: int, share: int) -> None:
        paid = self._paid()
        if not paid:
            return
        order = paid[which % len(paid)]
        line = order.lines.get()
        amount = Money(max(1, line.price_minor * share // 100), line.currency)
        try:
            ask_refund(buyer=order.buyer, line_id=line.pk, reason="other", amount=amount)
        except (RefundAskedAlready, RefundNotPossible):
            return

    @rule(which=any_number, share=st.integers(1, 100), at_once=st.booleans())
    def decide(self, which: int, share: int, at_once: bool) -> None:
        asked = list(RefundRequest.objects.filter(line__order__buyer__in=self.people, state="with_artist"))
        if not asked:
            return
        request = asked[which % len(asked)]
        amount = Money(max(1, request.asked_minor * share // 100), request.line.currency)
        artist = request.line.work.artist.user
        try:
            decide_refund(decider=artist, request_id=request.pk, grants=True, amount=amount)
        except RefundNotPossible:
            return
        if at_once:
            self.world.job(lambda: return_money(request_id=request.pk))

    @rule(which=any_number, share=st.integers(1, 100))
    def give_back_by_hand(self, which: int, share: int) -> None:
        """At Stripe, past the shop."""
        payments = self._payments()
        if not payments:
            return
        payment = stripe_client().v1.payment_intents.retrieve(payments[which % len(payments)])
        charge = stripe_client().v1.charges.retrieve(str(payment.latest_charge))
        left = charge.amount - charge.amount_refunded
        if left and not charge.disputed:
            self.at_stripe("post", "/v1/refunds", payment_intent=payment.id, amount=max(1, left * share // 100))

    @rule(which=any_number, share=st.integers(1, 100))
    def dispute(self, which: int, share: int) -> None:
        payments = self._payments()
        if not payments:
            return
        payment = stripe_client().v1.payment_intents.retrieve(payments[which % len(payments)])
        if not stripe_client().v1.charges.retrieve(str(payment.latest_charge)).disputed:
            amount = max(1, payment.amount * share // 100)
            self.at_stripe("post", f"/v1/test_helpers/charges/{payment.latest_charge}/dispute", amount=amount)

    @rule(which=any_number, evidence=st.sampled_from(["winning_evidence", "losing_evidence", "Delivered at once."]))
    def answer(self, which: int, evidence: str) -> None:
        payments = set(self._payments())
        found = stripe_client().v1.disputes.list({"limit": 50}).data
        still_open = [one for one in found if one.payment_intent in payments and one.status not in {"won", "lost"}]
        if still_open:
            dispute = still_open[which % len(still_open)]
            self.at_stripe("post", f"/v1/disputes/{dispute.id}", evidence={"uncategorized_text": evidence}, submit=True)

    @rule(share=st.integers(0, 100))
    def end_holding_times(self, share: int) -> None:
        pending = Sale.objects.filter(state="pending", work__isnull=False).order_by("created_at")
        some = pending.values_list("pk", flat=True)[: 1 + pending.count() * share // 100]
        Sale.objects.filter(pk__in=list(some)).update(available_at=now() - timedelta(minutes=1))
        mature_sales()

    @rule(at_once=st.booleans(), share=st.integers(0, 100))
    def pay_out(self, at_once: bool, share: int) -> None:
        self.end_holding_times(share)
        Payout.objects.filter(state="failed").update(ended_at=now() - timedelta(days=2))
        for artist in self.world.artists:
            make_payouts_due(artist)
        pay_out_due()
        if at_once:
            for payout in Payout.objects.filter(state="sending"):
                self.world.job(lambda payout=payout: send_payout(payout_id=str(payout.pk)))

    def check_sales(self) -> list[str]:
        """What no rule of the database says: a sale that is refunded is so by refunds and lost disputes."""
        wrong = []
        for sale in Sale.objects.filter(work__isnull=False, state="refunded"):
            if sale.refunded_minor != sale.gross_minor or sale.deducted_refunded_minor != sale.deducted_minor:
                wrong.append(
                    f"{sale.line_ref} is refunded by {sale.refunded}, {sale.deducted_refunded_minor} of its fee"
                )
        open_with_nothing = Dispute.objects.filter(outcome="open", status__in=["won", "lost"])
        return wrong + [f"{dispute.pk} is open and {dispute.status}" for dispute in open_with_nothing]
