"""The money of a granted request: it fails, comes by hand, is tried again, is told out of turn; it is booked once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail

from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.gateway.client import client as stripe_client
from billing.models import AccountKind, Entry, Sale
from billing.selectors import balance_of
from billing.services import note_dispute
from billing.services.ledger import account_of
from billing.webhooks import EventFacts
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.errors import (
    RefundNotPossible,
)
from marketplace.orders.handlers import on_refund_changed
from marketplace.orders.models import RefundRequest
from marketplace.orders.services import (
    decide_refund,
    left_to_refund,
    note_refund_by_hand,
    note_returned,
    paybacks_left_behind,
    reference_of,
    return_money,
)
from marketplace.orders.services.refund_requests import returning
from tests.orders.refund_asking import artist_of, asked, line, pending, refunds_at_stripe, usd

__all__ = ["line"]

pytestmark = pytest.mark.usefixtures("shop")


def due() -> Money:
    return balance_of(account_of(AccountKind.REFUNDS_DUE, "USD"))


def test_a_refund_that_the_bank_does_not_take_stays_the_buyers_until_another_arrives(line, run_jobs):
    request = asked(line)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    run_jobs()
    request.refresh_from_db()
    assert request.payback == "returned"
    failed = Refund(request.refund_id, "failed", line.price, line.order.payment_intent_id)
    for _ in range(2):
        note_returned(request_id=request.pk, refund=failed)
    note_returned(request_id=request.pk, refund=Refund(failed.id, "succeeded", failed.amount, failed.payment_intent_id))
    run_jobs()
    request.refresh_from_db()
    assert (request.payback, due(), pending(line)) == ("failed", line.price, 0)
    assert mail.outbox[-1].subject.endswith("did not arrive")
    assert str(line.price) in mail.outbox[-1].body

    by_hand = Refund("re_by_hand", "succeeded", line.price, line.order.payment_intent_id)
    for _ in range(2):
        note_returned(request_id=request.pk, refund=by_hand)
    request.refresh_from_db()
    assert (request.payback, request.refund_id, due()) == ("returned", "re_by_hand", usd(0))


def part_that_failed(line) -> tuple[RefundRequest, Refund]:
    """A part was granted and sent; the bank did not take it."""
    request = asked(line, amount=usd(500))
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    return_money(request_id=request.pk)
    request.refresh_from_db()
    return request, Refund(request.refund_id, "failed", usd(500), line.order.payment_intent_id)


def moved_by(refund_id: str) -> int:
    """What the ledger says that a refund has taken from Stripe."""
    moved = Entry.objects.filter(transaction__stripe_ref=refund_id, account__kind=AccountKind.CASH_AT_STRIPE)
    return sum(moved.values_list("amount_minor", flat=True))


def test_another_refund_of_a_part_is_booked_once_however_often_it_is_told_and_its_failure_too(line):
    request, failed = part_that_failed(line)
    note_returned(request_id=request.pk, refund=failed)
    by_hand = Refund("re_by_hand", "pending", usd(500), line.order.payment_intent_id)
    for status, payback in (("pending", "due"), ("succeeded", "returned"), ("pending", "returned")):
        for _ in range(2):
            note_returned(request_id=request.pk, refund=replace(by_hand, status=status))
        request.refresh_from_db()
        assert (request.payback, moved_by("re_by_hand"), due()) == (payback, 500, usd(0))
    for status in ("failed", "failed", "succeeded"):
        note_returned(request_id=request.pk, refund=replace(by_hand, status=status))
        request.refresh_from_db()
        assert (request.payback, moved_by("re_by_hand"), due()) == ("failed", 0, usd(500))
    note_returned(request_id=request.pk, refund=replace(by_hand, id="re_third", status="succeeded"))
    request.refresh_from_db()
    assert (request.payback, moved_by("re_third"), due()) == ("returned", 500, usd(0))
    assert Sale.objects.get(line_ref=line.reference).refunded == usd(500)
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def test_a_refund_by_hand_that_was_booked_before_the_requests_own_failed_stays_what_it_was(line):
    request, failed = part_that_failed(line)
    by_hand = stripe_client().v1.refunds.create({"payment_intent": line.order.payment_intent_id, "amount": 500})
    event = EventFacts(id="evt_by_hand", type="refund.created", created=now(), object=by_hand.to_dict())
    on_refund_changed(event)
    note_returned(request_id=request.pk, refund=failed)
    for _ in range(2):
        on_refund_changed(event)
    with pytest.raises(ObjectNotKnownYet):  # as if both ran at once
        note_returned(request_id=request.pk, refund=Refund.from_stripe(by_hand.to_dict()))
    request.refresh_from_db()
    assert (request.payback, moved_by(by_hand.id), moved_by(failed.id)) == ("failed", 500, 0)
    assert Sale.objects.get(line_ref=line.reference).refunded == usd(1000)


def test_a_refund_by_hand_that_took_the_place_of_another_is_not_booked_as_the_orders_too(line):
    request, failed = part_that_failed(line)
    note_returned(request_id=request.pk, refund=failed)
    by_hand = stripe_client().v1.refunds.create({"payment_intent": line.order.payment_intent_id, "amount": 500})
    on_refund_changed(EventFacts(id="evt_by_hand", type="refund.created", created=now(), object=by_hand.to_dict()))
    with pytest.raises(ObjectNotKnownYet):  # as if both ran at once
        note_refund_by_hand(order_id=line.order_id, refund=Refund.from_stripe(by_hand.to_dict()))
    request.refresh_from_db()
    assert (request.payback, moved_by(by_hand.id)) == ("returned", 500)
    assert Sale.objects.get(line_ref=line.reference).refunded == usd(500)


def test_what_was_granted_cannot_be_granted_again_before_it_has_gone(line):
    first = asked(line, amount=usd(800))
    decide_refund(decider=artist_of(line), request_id=first.pk, grants=True)
    assert left_to_refund(line) == line.price - usd(800)
    with pytest.raises(RefundNotPossible):
        asked(line, amount=usd(800))
    second = asked(line)
    assert second.asked == line.price - usd(800)


def test_a_try_after_stripe_has_forgotten_the_key_returns_nothing_twice(line, monkeypatch):
    request = asked(line)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    return_money(request_id=request.pk)
    RefundRequest.objects.filter(pk=request.pk).update(payback="due", refund_id="")
    monkeypatch.setattr(returning.gateway, "refund_payment", lambda **_asked: pytest.fail("asked a second time"))
    return_money(request_id=request.pk)
    assert refunds_at_stripe(line) == [line.price_minor]


def test_money_whose_job_has_died_is_taken_up_again(line):
    request = asked(line)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    assert paybacks_left_behind() == []
    RefundRequest.objects.update(decided_at=now() - timedelta(hours=5))
    assert paybacks_left_behind() == [request.pk]


def test_an_event_that_comes_before_our_own_note_finds_the_request(line):
    request = asked(line)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    made = stripe_client().v1.refunds.create(
        {
            "payment_intent": line.order.payment_intent_id,
            "amount": line.price_minor,
            "metadata": {"reference": reference_of(request.pk)},
        }
    )
    event = EventFacts(id="evt_early", type="refund.updated", created=now(), object=made.to_dict())
    on_refund_changed(event)
    request.refresh_from_db()
    assert (request.refund_id, request.payback) == (made.id, "returned")
    return_money(request_id=request.pk)
    assert refunds_at_stripe(line) == [line.price_minor]


def test_a_lost_dispute_ends_the_licence_and_leaves_nothing_to_refund(line, run_jobs):
    payment = line.order.payment_intent_id
    facts = DisputeFacts(
        id="du_1",
        payment_intent_id=payment,
        amount=line.price,
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=None,
        is_withdrawn=True,
        is_reinstated=False,
    )
    note_dispute(facts)
    assert not LicenceEnding.objects.exists()
    assert left_to_refund(line) == usd(0)
    with pytest.raises(RefundNotPossible):
        asked(line)
    for _ in range(2):
        note_dispute(replace(facts, status="lost"))
    run_jobs()
    assert LicenceEnding.objects.get(grant=line.grant).reason == "disputed"
    assert pending(line) == 0
