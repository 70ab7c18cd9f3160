"""Money is given back when Stripe says that it arrived, not when it says that it has begun."""

from dataclasses import replace

import pytest
from django.core import mail

from billing.gateway import Refund, StripeUnreachable, retrieve_dispute, retrieve_refund
from billing.gateway.client import client as stripe
from billing.models import AccountKind
from billing.selectors import balance_of
from billing.services import note_dispute, record_unused_payment
from billing.services.ledger import account_of
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.models import Order
from marketplace.orders.services import note_refund, refund_order, refunds
from marketplace.orders.services.payment import settle_payment
from tests.demo.localstripe.server import misbehaving, wait_until
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def paid_too_late(pay, wait_for_event):
    """Paid with the card that is named, for a work that was sold exclusively meanwhile; the refund is due."""

    def order(number):
        work = work_on_sale()
        begun = begun_order(work, "personal", buyer=UserFactory(email="slow@example.org"))
        licence_in(work, "exclusive")
        pay(begun, number)
        wait_for_event("checkout.session.completed")
        begun.refresh_from_db()
        return begun

    return order


def subjects():
    return [letter.subject for letter in mail.outbox if letter.to == ["slow@example.org"]]


def test_a_pending_refund_is_not_called_done_before_it_is(paid_too_late, wait_for_event, run_jobs, client):
    order = paid_too_late("4000 0000 0000 7726")
    run_jobs()
    order.refresh_from_db()
    assert order.refund_id.startswith("re_")
    if retrieve_refund(order.refund_id).status == "pending":
        assert (order.state, subjects()) == ("refund_due", [])
        client.force_login(order.buyer)
        assert "Your money is being returned." in client.get(order.get_absolute_url()).text
    wait_for_event("refund.updated")
    run_jobs()
    order.refresh_from_db()
    assert order.state == "refunded"
    assert len(subjects()) == 1


def test_a_refund_that_fails_later_is_told_and_waits_for_a_person(paid_too_late, wait_for_event, run_jobs, client):
    order = paid_too_late("4000 0000 0000 5126")
    wait_for_event("refund.failed")
    run_jobs()
    order.refresh_from_db()
    assert order.state == "refund_failed"
    assert subjects()[-1].endswith("did not arrive")
    client.force_login(order.buyer)
    page = client.get(order.get_absolute_url()).text
    assert "could not be returned yet" in page
    assert "on its way back" not in page
    assert order.get_absolute_url() in client.get("/orders").text
    assert LicenceGrant.objects.get().holder != order.buyer


def said(order, status, *, refund_id="re_1"):
    note_refund(order_id=order.pk, refund=Refund(refund_id, status, Money(1200, "USD"), order.payment_intent_id))
    order.refresh_from_db()
    return order.state


def test_what_stripe_says_late_or_twice_or_out_of_order():
    order = begun_order()
    assert said(order, "succeeded") == "open"
    Order.objects.filter(pk=order.pk).update(state="refund_due", payment_intent_id="pi_1")
    assert said(order, "pending") == "refund_due"
    assert said(order, "succeeded", refund_id="re_of_something_else") == "refund_due"
    assert said(order, "succeeded") == "refunded"
    assert said(order, "pending") == "refunded"
    assert said(order, "failed", refund_id="re_of_something_else") == "refunded"
    assert said(order, "failed") == "refund_failed"
    assert said(order, "succeeded") == "refund_failed"
    # Somebody returns it by hand at Stripe.
    assert said(order, "pending", refund_id="re_2") == "refund_due"
    assert said(order, "succeeded", refund_id="re_2") == "refunded"
    assert order.refund_id == "re_2"


def test_a_part_that_somebody_gave_back_by_hand_is_booked_and_the_rest_is_returned(pay):
    work = work_on_sale()
    order = begun_order(work, "personal")
    licence_in(work, "exclusive")
    assert pay(order).status == 303
    payment = str(stripe().v1.checkout.sessions.retrieve(order.checkout_session_id).payment_intent)
    settle_payment(order_id=order.pk, session_id=order.checkout_session_id, payment_intent_id=payment, paid=order.total)
    by_hand = stripe().v1.refunds.create({"payment_intent": payment, "amount": 500})
    note_refund(order_id=order.pk, refund=retrieve_refund(by_hand.id))
    order.refresh_from_db()
    assert (order.state, order.refund_id) == ("refund_due", "")
    refund_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == "refunded"
    assert retrieve_refund(order.refund_id).amount == order.total - Money(500, "USD")
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == Money(0, "USD")
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == Money(0, "USD")


def test_of_a_payment_to_be_returned_every_refund_is_booked_and_the_last_one_ends_it():
    order = begun_order()
    Order.objects.filter(pk=order.pk).update(state="refund_due", payment_intent_id="pi_1")
    record_unused_payment(object_ref=order.reference, paid=order.total, payment_ref="pi_1")

    def told(refund_id, amount, status="succeeded"):
        for _ in range(2):
            note_refund(order_id=order.pk, refund=Refund(refund_id, status, Money(amount, "USD"), "pi_1"))
        order.refresh_from_db()
        return order.state, balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")).amount_minor

    assert order.total == Money(1200, "USD")
    assert told("re_part", 500) == ("refund_due", 700)
    assert order.refund_id == ""
    assert told("re_rest", 700, "pending") == ("refund_due", 0)
    assert told("re_rest", 700) == ("refunded", 0)
    assert told("re_rest", 700, "failed") == ("refund_failed", 700)
    assert told("re_small", 300) == ("refund_failed", 400)
    assert told("re_last", 400) == ("refunded", 0)
    assert order.refund_id == "re_last"


@pytest.fixture
def due_at_stripe(pay):
    """Paid for a work that was sold exclusively meanwhile; nobody has begun to return it."""
    work = work_on_sale()
    order = begun_order(work, "personal")
    licence_in(work, "exclusive")
    assert pay(order).status == 303
    payment = str(stripe().v1.checkout.sessions.retrieve(order.checkout_session_id).payment_intent)
    settle_payment(order_id=order.pk, session_id=order.checkout_session_id, payment_intent_id=payment, paid=order.total)
    order.refresh_from_db()
    return order


def test_several_refunds_by_hand_that_nobody_told_are_all_booked(due_at_stripe):
    order = due_at_stripe
    for amount in (500, 700):
        stripe().v1.refunds.create({"payment_intent": order.payment_intent_id, "amount": amount})
    for _ in range(2):
        refund_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == "refunded"
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == Money(0, "USD")
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == Money(0, "USD")


def test_a_part_by_hand_is_not_taken_for_the_refund_whose_first_try_failed(due_at_stripe, settings):
    order = due_at_stripe
    stripe().v1.refunds.create({"payment_intent": order.payment_intent_id, "amount": 100})
    stuck = [{"path": "/v1/refunds", "effect": "error_after_work", "next": 1}]
    with misbehaving(settings.CONFIGURATION.stripe_api_base, requests=stuck), pytest.raises(StripeUnreachable):
        refund_order(order_id=order.pk)
    for _ in range(2):
        refund_order(order_id=order.pk)  # of the part nobody has told yet: a hundred seem to be due
    order.refresh_from_db()
    made = stripe().v1.refunds.list({"payment_intent": order.payment_intent_id}).data
    assert (order.state, [refund.amount for refund in made]) == ("refund_due", [1100, 100])
    own, by_hand = (retrieve_refund(refund.id) for refund in made)
    note_refund(order_id=order.pk, refund=by_hand)
    order.refresh_from_db()
    assert (order.state, balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD"))) == ("refunded", Money(0, "USD"))
    note_refund(order_id=order.pk, refund=replace(own, status="failed"))
    order.refresh_from_db()
    assert (order.state, order.refund_id) == ("refund_failed", own.id)
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == Money(1100, "USD")


def test_somebodys_part_that_fails_does_not_end_what_is_due():
    order = begun_order()
    Order.objects.filter(pk=order.pk).update(state="refund_due", payment_intent_id="pi_1")
    record_unused_payment(object_ref=order.reference, paid=order.total, payment_ref="pi_1")
    note_refund(order_id=order.pk, refund=Refund("re_part", "failed", Money(100, "USD"), "pi_1"))
    order.refresh_from_db()
    assert (order.state, order.refund_id) == ("refund_due", "")
    own = Refund("re_own", "failed", order.total, "pi_1", order.reference)
    note_refund(order_id=order.pk, refund=own)
    order.refresh_from_db()
    assert order.state == "refund_failed"


@pytest.mark.parametrize(("outcome", "state"), [("lost", "refunded"), ("won", "refunded")])
def test_while_a_bank_has_the_payment_stripe_is_not_asked(due_at_stripe, monkeypatch, outcome, state):
    order = due_at_stripe
    charge = stripe().v1.payment_intents.retrieve(order.payment_intent_id).latest_charge
    made = stripe().raw_request("post", f"/v1/test_helpers/charges/{charge}/dispute").data
    refund_order(order_id=order.pk)  # before we have heard of it: Stripe refuses, and remembers that with the key
    note_dispute(retrieve_dispute(made["id"]))
    with monkeypatch.context() as patched:
        patched.setattr(refunds.gateway, "refund_payment", lambda **_asked: pytest.fail("Stripe was asked"))
        refund_order(order_id=order.pk)
        order.refresh_from_db()
        assert order.state == "refund_due"
    words = {"won": "winning_evidence", "lost": "losing_evidence"}[outcome]
    stripe().v1.disputes.update(made["id"], {"evidence": {"uncategorized_text": words}, "submit": True})
    wait_until(lambda: retrieve_dispute(made["id"]).status == outcome, timeout_s=30, what="the bank")
    note_dispute(retrieve_dispute(made["id"]))
    for _ in range(2):
        refund_order(order_id=order.pk)
    order.refresh_from_db()
    assert (order.state, bool(order.refund_id)) == (state, outcome == "won")
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == Money(0, "USD")
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == Money(0, "USD")
