"""Refunds that somebody makes at Stripe of credits and plans: the revenue and the unspent credits go back, once."""

from itertools import permutations

import pytest
from django.conf import settings as django_settings

from billing import gateway
from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Refund
from billing.models import Account, CreditLot, CreditPurchase, Document, PaidPeriod, StripeEvent, Transaction
from billing.selectors import balance_of, credits_available
from billing.selectors.refunded_credits import credits_spent_though_refunded
from billing.services import (
    buy_credits,
    grant_due_months,
    release_credits,
    reserve_credits,
    settle_credits,
)
from billing.services.own_refunds import note_own_refund
from billing.services.purchases import PURCHASE_KEY, grant_purchase
from billing.webhooks import process_event
from marketplace.core.money import Money
from tests.billing.processes import at_once
from tests.billing.subscribers import stripe_api
from tests.billing.test_plans import subscribed, user
from tests.demo.localstripe.server import card_form, visit, wait_until
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, give_credits

__all__ = ["subscribed", "user"]
pytestmark = pytest.mark.django_db(transaction=True)
REFUND_FAILS = "4000 0000 0000 5126"


def usd(amount):
    return Money(amount, "USD")


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def revenue():
    return balance_of(Account.objects.get(kind="credit_sales", currency="USD")).amount_minor


def bought_at_stripe(card=None):
    """500 credits for $20, paid on Stripe's page; whether we have heard of it is another question."""
    started = buy_credits(
        user=UserFactory(),
        pack_code="pack-500",
        success_url=f"{django_settings.BASE_URL}/credits?paid=pack",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )
    assert visit(started.checkout_url, card_form(card) if card else card_form()).status == 303
    return started.purchase


@pytest.fixture
def bought():
    """100 credits for $5, paid: without Stripe, for what is the ledger's alone."""
    purchase = CreditPurchase.objects.create(
        user=UserFactory(), pack=CreditPackFactory(), credits=100, price_minor=500, currency="USD"
    )
    purchase.pack.credits_last_days = 30
    grant_purchase(purchase, payment_ref="pi_1")
    return purchase


@pytest.fixture
def hear(monkeypatch):
    """An event of a refund, and what Stripe answers when it is asked how the refund stands."""

    def note(refund_id, amount, status="succeeded"):
        refund = Refund(refund_id, status, usd(amount), "pi_1")
        monkeypatch.setattr(gateway, "retrieve_refund", lambda _id: refund)
        note_own_refund(refund_id=refund_id, payment_ref="pi_1")

    return note


def spend(user, amount, job="job:1"):
    reserve_credits(user=user, amount=amount, object_ref=job)
    settle_credits(object_ref=job, amount=amount)


def test_a_pack_refunded_at_stripe_takes_its_unspent_credits_and_the_revenue_back(shop, wait_for_event, run_jobs):
    purchase = bought_at_stripe()
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    purchase.refresh_from_db()
    give_credits(purchase.user, 40)
    spend(purchase.user, 60)
    stripe_api().v1.refunds.create({"payment_intent": purchase.payment_intent_id, "amount": 500})
    wait_for_event("refund.created")
    assert credits_available(purchase.user) == 500 + 40 - 60 - 125
    stripe_api().v1.refunds.create({"payment_intent": purchase.payment_intent_id})
    wait_for_event("refund.created", count=2)
    assert credits_available(purchase.user) == 40, "a gift is nobody's to take back"
    assert revenue() == 0
    run_jobs()
    notes = Document.objects.filter(kind="credit_note")
    assert sorted(note.total.amount_minor for note in notes) == [500, 1500]
    (lost,) = credits_spent_though_refunded()
    assert (lost.refunded.object_ref, lost.spent, str(lost.loss)) == (f"purchase:{purchase.pk}", 60, "$2.40")
    for event in StripeEvent.objects.order_by("-received_at"):
        process_event(event.id)
    assert (credits_available(purchase.user), revenue()) == (40, 0)
    assert not faults()


def test_a_refund_that_is_heard_of_before_its_purchase_is_tried_again(shop, wait_for_event, run_jobs):
    purchase = bought_at_stripe()
    paid = wait_until(
        lambda: StripeEvent.objects.filter(type="checkout.session.completed").first(), timeout_s=60, what="the payment"
    )
    payment = paid.payload["payment_intent"]
    refund = stripe_api().v1.refunds.create({"payment_intent": payment})
    with pytest.raises(ObjectNotKnownYet):
        note_own_refund(refund_id=refund.id, payment_ref=payment)
    assert not Transaction.objects.exists()
    process_event(paid.id)
    assert credits_available(purchase.user) == 500
    note_own_refund(refund_id=refund.id, payment_ref=payment)
    assert (credits_available(purchase.user), revenue()) == (0, 0)


def test_a_refund_looked_up_while_its_purchase_is_written_is_tried_again(bought, monkeypatch):
    """The payment's transaction commits between our look and Stripe's answer: the refund must not be lost."""
    Transaction.objects.filter(stripe_ref="pi_1").get()
    seen = []

    def metadata_of(payment_ref):
        seen.append(payment_ref)
        later = CreditPurchase.objects.create(
            user=bought.user, pack=bought.pack, credits=100, price_minor=500, currency="USD"
        )
        grant_purchase(later, payment_ref=payment_ref)
        return {PURCHASE_KEY: str(later.pk)}

    monkeypatch.setattr(gateway, "metadata_of_payment", metadata_of)
    with pytest.raises(ObjectNotKnownYet):
        note_own_refund(refund_id="re_2", payment_ref="pi_2")
    assert seen == ["pi_2"]


def test_another_rooms_refund_is_left_alone(shop, wait_for_event):
    payment = stripe_api().v1.payment_intents.create(
        {
            "amount": 700,
            "currency": "usd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "return_url": "https://x.test",
        }
    )
    refund = stripe_api().v1.refunds.create({"payment_intent": payment.id})
    note_own_refund(refund_id=refund.id, payment_ref=payment.id)
    assert not Transaction.objects.exists()


def test_a_refund_that_fails_restores_credits_and_revenue(shop, wait_for_event):
    purchase = bought_at_stripe(REFUND_FAILS)
    wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    purchase.refresh_from_db()
    spend(purchase.user, 100)
    stripe_api().v1.refunds.create({"payment_intent": purchase.payment_intent_id})
    wait_for_event("refund.created")
    wait_for_event("refund.failed")
    assert (credits_available(purchase.user), revenue()) == (400, 2000)
    assert not credits_spent_though_refunded()
    assert not faults()


@pytest.mark.parametrize("order", sorted(set(permutations("aabb"))))
def test_refunds_and_their_failures_end_alike_in_every_order(bought, hear, order):
    """Two refunds of half each; the first one fails. Each is heard of, in every order, and twice."""
    spend(bought.user, 30)
    for refund in order:
        hear(f"re_{refund}", 250, "failed" if refund == "a" else "succeeded")
    assert credits_available(bought.user) == 100 - 30 - 50
    assert revenue() == 250
    assert not faults()


def test_a_failure_after_both_gives_back_only_what_the_other_leaves(bought, hear):
    spend(bought.user, 20)
    for refund in (("re_a", 250), ("re_b", 250), ("re_a", 250, "failed")):
        hear(*refund)
    # 50 of 100 were refunded in the end, 20 are spent.
    assert credits_available(bought.user) == 30
    assert not credits_spent_though_refunded()
    assert not faults()


def test_what_a_job_had_reserved_is_taken_when_it_is_returned(bought, hear):
    reserve_credits(user=bought.user, amount=70, object_ref="job:1")
    reserve_credits(user=bought.user, amount=10, object_ref="job:2")
    hear("re_1", 500)
    assert credits_available(bought.user) == 0
    assert not credits_spent_though_refunded(), "a running job has not spent yet"
    settle_credits(object_ref="job:1", amount=45)
    release_credits(object_ref="job:2")
    assert credits_available(bought.user) == 0
    (lost,) = credits_spent_though_refunded()
    assert (lost.spent, str(lost.loss)) == (45, "$2.25")
    assert CreditLot.objects.get().taken_back == 55
    assert not faults()


def test_two_processes_book_one_refund_once(bought):
    codes = at_once("tests.billing.test_own_refunds:hear_of_both", {}, processes=2, threads=2)
    assert codes == ["ok"] * 4
    assert (credits_available(bought.user), revenue()) == (20, 100)
    assert not faults()


def hear_of_both(n):
    """Called in another process."""
    stand = {"re_1": Refund("re_1", "succeeded", usd(150), "pi_1"), "re_2": Refund("re_2", "pending", usd(250), "pi_1")}
    gateway.retrieve_refund = stand.__getitem__
    for refund_id in stand:
        note_own_refund(refund_id=refund_id, payment_ref="pi_1")


def test_a_plans_month_wholly_refunded_takes_its_unspent_credits(subscribed, wait_for_event, run_jobs):
    period = PaidPeriod.objects.get()
    spend(subscribed, 100)
    stripe_api().v1.refunds.create({"payment_intent": period.payment_ref, "amount": 900})
    wait_for_event("refund.created")
    assert credits_available(subscribed) == 500, "a part of a month's price takes no credits"
    stripe_api().v1.refunds.create({"payment_intent": period.payment_ref})
    wait_for_event("refund.created", count=2)
    assert (credits_available(subscribed), revenue()) == (0, 0)
    period.refresh_from_db()
    assert period.stopped_because == "refunded"
    assert period.subscription.state == "active", "the plan stays as Stripe says"
    (lost,) = credits_spent_though_refunded()
    assert (lost.spent, lost.loss.amount_minor) == (100, 317)
    assert not faults()


def test_a_years_refund_that_fails_lets_its_months_go_on(subscribed, monkeypatch, run_jobs):
    period = PaidPeriod.objects.get()
    for status in ("pending", "failed"):
        refund = Refund("re_1", status, usd(1900), period.payment_ref)
        monkeypatch.setattr(gateway, "retrieve_refund", lambda _id, refund=refund: refund)
        note_own_refund(refund_id="re_1", payment_ref=period.payment_ref)
    period.refresh_from_db()
    assert (period.stopped_at, period.stopped_because) == (None, "")
    assert (credits_available(subscribed), revenue()) == (600, 1900)
    grant_due_months()
    assert not faults()
