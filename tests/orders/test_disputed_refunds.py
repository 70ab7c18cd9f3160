"""A granted refund whose payment the buyer's bank disputes: told to both, settled when lost, sent when won; once."""

from datetime import timedelta

import pytest
from django.core import mail

from billing.checks import ledger_figures
from billing.models import Dispute, Sale, StripeEvent
from billing.selectors import artist_balance
from billing.webhooks import process_event
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.models import RefundRequest
from marketplace.orders.services import ask_refund, decide_refund, left_to_refund
from marketplace.orders.services.refund_requests import follow_dispute, paybacks_left_behind, return_money
from tests.billing.subscribers import stripe_api
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order
from tests.orders.test_refund_requests import artist_of, refunds_at_stripe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def granted(shop, pay, wait_for_event):
    """Paid; the artist has granted all of it, and in this moment the buyer's bank disputes the payment."""
    begun = begun_order(work_on_sale(), "personal")
    pay(begun)
    wait_for_event("checkout.session.completed")
    line = begun.lines.select_related("order__buyer", "work__artist__user", "grant").get()
    request = ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="not_as_described")
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    payment = stripe_api().v1.payment_intents.retrieve(line.order.payment_intent_id)
    stripe_api().raw_request("post", f"/v1/test_helpers/charges/{payment.latest_charge}/dispute")
    return RefundRequest.objects.select_related("line__order").get(pk=request.pk)


def end_dispute(request, wait_for_event, evidence):
    dispute = Dispute.objects.get(payment_ref=request.line.order.payment_intent_id)
    stripe_api().v1.disputes.update(dispute.pk, {"evidence": {"uncategorized_text": evidence}, "submit": True})
    wait_for_event("charge.dispute.closed")
    dispute.refresh_from_db()
    return dispute


def told():
    return [letter for letter in mail.outbox if letter.subject.endswith("and the bank")]


def test_it_waits_and_both_are_told(granted, wait_for_event, run_jobs):
    wait_for_event("charge.dispute.created")
    run_jobs()
    granted.refresh_from_db()
    assert (granted.state, granted.payback) == ("granted", "disputed")
    assert refunds_at_stripe(granted.line) == []
    assert left_to_refund(granted.line).amount_minor == 0
    assert {letter.to[0] for letter in told()} == {granted.line.order.buyer.email, artist_of(granted.line).email}
    RefundRequest.objects.update(decided_at=now() - timedelta(days=1))
    assert paybacks_left_behind() == [], "the bank is waited for, not asked every minute"
    return_money(request_id=granted.pk)
    assert refunds_at_stripe(granted.line) == []


def test_lost_it_is_settled_and_nothing_is_sent(granted, wait_for_event, run_jobs):
    wait_for_event("charge.dispute.created")
    dispute = end_dispute(granted, wait_for_event, "losing_evidence")
    run_jobs()
    for event in StripeEvent.objects.all():
        process_event(event.id)
    follow_dispute(dispute_id=dispute.pk)
    run_jobs()
    granted.refresh_from_db()
    assert (dispute.outcome, granted.payback) == ("lost", "settled")
    assert refunds_at_stripe(granted.line) == []
    assert Sale.objects.get().state == Sale.State.REFUNDED
    assert LicenceEnding.objects.get().reason == "disputed"
    assert sum("is settled" in letter.body for letter in told()) == 2
    assert not [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def test_won_it_goes_on_and_the_money_goes_back_once(granted, wait_for_event, run_jobs):
    wait_for_event("charge.dispute.created")
    end_dispute(granted, wait_for_event, "winning_evidence")
    run_jobs()
    granted.refresh_from_db()
    assert granted.payback == "returned"
    assert refunds_at_stripe(granted.line) == [granted.line.price_minor]
    assert artist_balance(granted.line.work.artist).pending.amount_minor == 0
    assert LicenceEnding.objects.get().reason == "refunded"
    assert not [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def test_stripe_may_say_it_before_the_event_comes(granted):
    assert not Dispute.objects.exists()
    return_money(request_id=granted.pk)
    granted.refresh_from_db()
    assert (granted.payback, granted.refund_id) == ("disputed", "")
