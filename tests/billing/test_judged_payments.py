"""Payments for credits and plans that raise a question: nothing is granted until a person decides; refused, it goes
back.
"""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.models import (
    Account,
    AutomaticTopUp,
    CreditPurchase,
    Document,
    JudgedPayment,
    PaidPeriod,
    PlanSubscription,
    StripeEvent,
)
from billing.selectors import balance_of, checked_payments_of, credits_available, plan_in_force
from billing.services import buy_credits, note_dispute, reserve_credits
from billing.services.judged_payments import is_accepted, settlements_left_behind
from billing.services.purchases import accept_payment, settle_held_purchase
from billing.services.refused_payments import note_refund_of_refused
from billing.services.top_ups import people_low_on_credits, top_up
from billing.webhooks import process_event
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.models import DeclinedCard, Verdict
from marketplace.risk.services import decide, deciding, lapse_overdue, note_declined_card
from tests.billing.processes import at_once
from tests.billing.subscribers import stripe_api, subscribe
from tests.billing.test_top_ups import agree
from tests.billing.test_top_ups import user as user_with_card
from tests.demo.localstripe.server import card_form, visit
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, give_credits

__all__ = ["user_with_card"]
pytestmark = pytest.mark.django_db(transaction=True)
ELEVATED, DECLINED = "4000 0000 0000 9235", "4000 0000 0000 0002"
State, Of = JudgedPayment.State, CreditPurchase.State


def usd(amount):
    return Money(amount, "USD")


def on(kind):
    return balance_of(Account.objects.get(kind=kind, currency="USD")).amount_minor


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="add_decision", content_type__app_label="risk"))
    return type(made).objects.get(pk=made.pk)


def decided(object_ref, *, approves):
    verdict = Verdict.objects.get(subject_ref=object_ref)
    return decide(decider=clerk(), verdict_id=verdict.pk, approves=approves, reason="Looked at it.")


def suspicious(**more):
    """A person whose banks have refused three cards today."""
    person = UserFactory(**more)
    for number in range(3):
        note_declined_card(person=person, code="generic_decline", event_ref=f"evt_{person.pk}_{number}")
    return person


@pytest.fixture
def held():
    """100 credits for $5, paid and held: without Stripe, for what is the ledger's alone."""
    purchase = CreditPurchase.objects.create(
        user=suspicious(), pack=CreditPackFactory(), credits=100, price_minor=500, currency="USD"
    )
    purchase.pack.credits_last_days = 30
    accept_payment(purchase, payment_ref="pi_1")
    return purchase


def buy(user, card):
    started = buy_credits(
        user=user,
        pack_code="pack-500",
        success_url=f"{django_settings.BASE_URL}/credits?paid=pack",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )
    assert visit(started.checkout_url, card_form(card)).status == 303
    return started.purchase


def test_a_payment_that_radar_doubts_waits_is_told_and_approved(shop, wait_for_event, client, run_jobs):
    user = UserFactory()
    purchase = buy(user, ELEVATED)
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    purchase.refresh_from_db()
    assert (purchase.state, credits_available(user)) == (Of.HELD, 0)
    assert (on("payments_held"), on("cash_at_stripe")) == (2000, -2000)
    assert [letter.subject for letter in mail.outbox] == ["We are checking your payment of $20.00"]
    assert "all of the money goes back to you" in mail.outbox[0].body
    client.force_login(user)
    assert "We are checking your payment of $20.00." in client.get(reverse("my_credits")).text
    assert not Document.objects.exists()

    decided(purchase.reference, approves=True)
    run_jobs()
    assert credits_available(user) == 500
    assert (on("payments_held"), on("credit_sales"), on("cash_at_stripe")) == (0, 2000, -2000)
    assert mail.outbox[-1].subject == "Your payment of $20.00 is accepted"
    assert "We are checking" not in client.get(reverse("my_credits")).text
    assert Document.objects.get().total == usd(2000)
    for event in StripeEvent.objects.all():
        process_event(event.id)
    assert credits_available(user) == 500
    assert not faults()


def test_a_refused_payment_goes_back_once(shop, wait_for_event, client, run_jobs):
    user = UserFactory()
    purchase = buy(user, ELEVATED)
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    decided(purchase.reference, approves=False)
    run_jobs()
    wait_for_event("refund.created")
    purchase.refresh_from_db()
    row = JudgedPayment.objects.get()
    assert (purchase.state, row.state, credits_available(user)) == (Of.REFUSED, State.REFUNDED, 0)
    (refund,) = stripe_api().v1.refunds.list({"payment_intent": purchase.payment_intent_id}).data
    assert (refund.id, refund.amount) == (row.refund_id, 2000)
    assert (on("payments_held"), on("refunds_due"), on("cash_at_stripe")) == (0, 0, 0)
    assert mail.outbox[-1].subject == "We could not accept your payment of $20.00"
    client.force_login(user)
    assert "We could not accept your payment of $20.00." in client.get(reverse("my_credits")).text
    assert not Document.objects.exists()
    assert not faults()


def test_cards_that_are_declined_for_credits_count(shop, wait_for_event):
    user = UserFactory()
    for number in range(3):
        started = buy_credits(user=user, pack_code="pack-100", success_url="http://x.test", cancel_url="http://x.test")
        assert visit(started.checkout_url, card_form(DECLINED)).status != 303
        wait_for_event("payment_intent.payment_failed", count=number + 1)
    assert DeclinedCard.objects.filter(person=user).count() == 3
    purchase = buy(user, "4242 4242 4242 4242")
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    (fired,) = Verdict.objects.get(subject_ref=purchase.reference).fired
    assert fired["rule"] == "many_declined_cards"
    assert credits_available(user) == 0


def test_a_plan_waits_and_refused_it_ends(shop, wait_for_event, run_jobs):
    user = UserFactory()
    row = subscribe(user, card=ELEVATED.replace(" ", ""))
    wait_for_event("invoice.paid")
    row.refresh_from_db()
    held = JudgedPayment.objects.get()
    assert (held.state, held.object_ref[:11], credits_available(user)) == (State.HELD, "invoice:in_", 0)
    assert not PaidPeriod.objects.exists()
    assert (row.state, plan_in_force(user.pk)) == (PlanSubscription.State.ACTIVE, None), "its benefits wait as well"
    decided(held.object_ref, approves=False)
    assert plan_in_force(user.pk) is None
    run_jobs()
    wait_for_event("customer.subscription.deleted")
    row.refresh_from_db()
    held.refresh_from_db()
    assert (row.state, held.state) == (PlanSubscription.State.CANCELED, State.REFUNDED)
    assert (credits_available(user), on("refunds_due"), on("cash_at_stripe")) == (0, 0, 0)
    assert "Your plan has ended, and nothing more is charged." in mail.outbox[-1].body
    assert not faults()


def test_a_plan_that_is_approved_begins(shop, wait_for_event, run_jobs):
    user = UserFactory()
    subscribe(user, card=ELEVATED.replace(" ", ""))
    wait_for_event("invoice.paid")
    held = JudgedPayment.objects.get()
    assert plan_in_force(user.pk) is None
    decided(held.object_ref, approves=True)
    run_jobs()
    assert plan_in_force(user.pk).plan.code == "studio"
    assert (credits_available(user), on("credit_sales"), on("payments_held")) == (600, 1900, 0)
    assert PaidPeriod.objects.get().payment_ref == held.payment_ref
    assert not faults()


def test_nothing_happens_before_a_decision_and_late_is_refused(held, monkeypatch):
    settle_held_purchase(purchase_id=held.pk)
    assert JudgedPayment.objects.get().state == State.HELD
    assert not settlements_left_behind()
    assert not is_accepted(object_ref=held.reference, person=held.user, paid=held.price, payment_ref="pi_1")
    assert (credits_available(held.user), on("payments_held")) == (0, 500)
    monkeypatch.setattr(deciding, "now", lambda: now() + timedelta(days=30))
    assert lapse_overdue() == 1
    settle_held_purchase(purchase_id=held.pk)
    assert (JudgedPayment.objects.get().state, on("refunds_due")) == (State.REFUND_DUE, 500)
    assert not faults()


def test_a_bank_that_speaks_first_refuses_and_its_dispute_settles_it(held):
    for status in ("needs_response", "lost"):
        if status == "lost":
            settle_held_purchase(purchase_id=held.pk)
            assert JudgedPayment.objects.get().state == State.REFUND_DUE
        note_dispute(
            DisputeFacts(
                id="du_1",
                payment_intent_id="pi_1",
                amount=usd(500),
                reason="fraudulent",
                status=status,
                created=now(),
                evidence_due_by=now() + timedelta(days=9),
                is_withdrawn=True,
                is_reinstated=False,
            )
        )
    assert JudgedPayment.objects.get().state == State.REFUNDED
    assert credits_available(held.user) == 0
    assert (on("refunds_due"), on("disputes_open"), on("cash_at_stripe")) == (0, 0, 0)
    assert not faults()


def test_a_return_that_fails_stays_due_until_another_succeeds(held):
    decided(held.reference, approves=False)
    settle_held_purchase(purchase_id=held.pk)
    for refund_id, status in (("re_1", "pending"), ("re_1", "failed"), ("re_1", "succeeded"), ("re_2", "succeeded")):
        note_refund_of_refused(object_ref=held.reference, refund=Refund(refund_id, status, usd(500), "pi_1"))
        if refund_id == "re_1" and status != "pending":
            assert (JudgedPayment.objects.get().state, on("refunds_due")) == (State.REFUND_FAILED, 500)
    assert (JudgedPayment.objects.get().state, on("refunds_due"), on("cash_at_stripe")) == (State.REFUNDED, 0, 0)
    assert not faults()


def test_a_part_by_hand_does_not_end_the_return_of_the_whole(held):
    decided(held.reference, approves=False)
    settle_held_purchase(purchase_id=held.pk)
    for status, amount, state in (("failed", 100, "refund_due"), ("succeeded", 400, "refund_due")):
        told = Refund(f"re_{status}", status, usd(amount), "pi_1")
        note_refund_of_refused(object_ref=held.reference, refund=told)
        assert JudgedPayment.objects.get().state == state
    note_refund_of_refused(object_ref=held.reference, refund=Refund("re_rest", "succeeded", usd(100), "pi_1"))
    assert (JudgedPayment.objects.get().state, on("refunds_due"), on("cash_at_stripe")) == (State.REFUNDED, 0, 0)
    assert not faults()


def test_a_refund_that_was_told_while_it_was_held_is_heard_after_the_decision(held):
    payload = {"id": "re_1", "payment_intent": "pi_1"}
    given_up = {"type": "refund.created", "created": now(), "attempts": 12, "state": "failed"}
    StripeEvent.objects.create(id="evt_1", payload=payload, **given_up)
    decided(held.reference, approves=True)
    settle_held_purchase(purchase_id=held.pk)
    event = StripeEvent.objects.get(pk="evt_1")
    assert (event.state, event.attempts) == ("received", 0)


def test_an_automatic_top_up_waits_without_buying_another(user_with_card, run_jobs):
    user = user_with_card
    for number in range(3):
        note_declined_card(person=user, code="generic_decline", event_ref=f"evt_{number}")
    give_credits(user, 60)
    agree(user)
    reserve_credits(user=user, amount=20, object_ref="job:1")
    run_jobs()
    purchase = CreditPurchase.objects.get()
    assert (purchase.state, credits_available(user)) == (Of.HELD, 40)
    assert people_low_on_credits() == []
    assert top_up(user_id=user.pk) is None
    assert CreditPurchase.objects.count() == 1
    decided(purchase.reference, approves=False)
    run_jobs()
    stopped = AutomaticTopUp.objects.get()
    assert (stopped.is_on, stopped.stopped_because) == (False, "not_accepted")
    assert CreditPurchase.objects.count() == 1
    assert not faults()


def test_processes_that_settle_at_once_grant_once(held):
    decided(held.reference, approves=True)
    codes = at_once("tests.billing.test_judged_payments:settle", {"purchase": str(held.pk)}, processes=2, threads=2)
    assert codes == ["ok"] * 4
    assert (credits_available(held.user), on("credit_sales"), on("payments_held")) == (100, 500, 0)
    assert not faults()


def settle(n, *, purchase):
    """Called in another process."""
    settle_held_purchase(purchase_id=purchase)


def test_others_do_not_see_it(held):
    assert [row.object_ref for row in checked_payments_of(held.user)] == [held.reference]
    assert not checked_payments_of(UserFactory()).exists()


def test_who_raises_no_question_waits_for_nobody(shop, wait_for_event):
    user = UserFactory()
    purchase = buy(user, "4242 4242 4242 4242")
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    assert credits_available(user) == 500
    assert not JudgedPayment.objects.exists()
    assert Verdict.objects.get(subject_ref=purchase.reference).outcome == "allow"
