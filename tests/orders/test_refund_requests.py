"""Asking for money back: who may, until when, who decides; the money goes once and the licence ends with it."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection

from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.gateway.client import client as stripe_client
from billing.models import AccountKind, Entry, Sale, Transaction
from billing.selectors import artist_balance, balance_of
from billing.services import note_dispute
from billing.services.ledger import account_of
from billing.webhooks import EventFacts
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.errors import (
    RefundAskedAlready,
    RefundDecidedAlready,
    RefundNotPossible,
    RefundRequestNotFound,
)
from marketplace.orders.handlers import on_refund_changed
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.orders.services import (
    ask_refund,
    decide_refund,
    hand_over_late_requests,
    left_to_refund,
    note_refund_by_hand,
    note_returned,
    object_to_refusal,
    paybacks_left_behind,
    reference_of,
    return_money,
    withdraw,
)
from marketplace.orders.services.refund_requests import returning
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.fixture
def line(pay, wait_for_event) -> OrderLine:
    """A licence, bought and paid at the local Stripe."""
    begun = begun_order(work_on_sale(), "personal", buyer=UserFactory(email="mei@example.org"))
    pay(begun)
    wait_for_event("checkout.session.completed")
    return begun.lines.select_related("order__buyer", "work__artist__user", "grant").get()


def artist_of(line: OrderLine):
    return line.work.artist.user


def asked(line: OrderLine, **more) -> RefundRequest:
    return ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="not_as_described", **more)


def judge():
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_refundrequest"))
    return type(clerk).objects.get(pk=clerk.pk)


def refunds_at_stripe(line: OrderLine) -> list[int]:
    found = stripe_client().v1.refunds.list({"payment_intent": line.order.payment_intent_id}).data
    return [refund.amount for refund in found]


def pending(line: OrderLine) -> int:
    return artist_balance(line.work.artist).pending.amount_minor


def test_the_whole_price_goes_back_once_and_the_licence_ends(line, run_jobs):
    request = asked(line, words="The sea is a desert.")
    assert request.asked == line.price
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    run_jobs()
    request.refresh_from_db()
    assert (request.state, request.payback) == ("granted", "returned")
    for _ in range(2):
        return_money(request_id=request.pk)
    assert refunds_at_stripe(line) == [line.price_minor]
    assert (left_to_refund(line), pending(line)) == (usd(0), 0)
    assert LicenceEnding.objects.get(grant=line.grant).reason == "refunded"
    assert Transaction.objects.get(object_ref=line.reference, reason="refund").stripe_ref == request.refund_id
    told = {(letter.to[0], letter.subject.split("“")[0]) for letter in mail.outbox}
    assert (artist_of(line).email, "A refund is asked for ") in told
    assert ("mei@example.org", "Your refund request for ") in told


def test_a_part_goes_back_and_the_licence_stays(line, run_jobs):
    request = asked(line, amount=usd(500))
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=True, amount=usd(300), answer="Half of it.")
    run_jobs()
    assert refunds_at_stripe(line) == [300]
    assert left_to_refund(line) == line.price - usd(300)
    assert not LicenceEnding.objects.exists()
    rest = asked(line)
    decide_refund(decider=artist_of(line), request_id=rest.pk, grants=True)
    run_jobs()
    assert LicenceEnding.objects.filter(grant=line.grant).exists()
    assert Sale.objects.get(line_ref=line.reference).state == Sale.State.REFUNDED
    with pytest.raises(RefundNotPossible, match="All of the price"):
        asked(line)


def test_who_may_ask_and_for_what(line):
    with pytest.raises(RefundRequestNotFound):
        ask_refund(buyer=UserFactory(), line_id=line.pk, reason="other")
    with pytest.raises(RefundRequestNotFound):
        ask_refund(buyer=line.order.buyer, line_id=uuid4(), reason="other")
    for wrong in (usd(0), line.price + usd(1), Money(100, "EUR")):
        with pytest.raises(RefundNotPossible):
            asked(line, amount=wrong)
    Order.objects.filter(pk=line.order_id).update(paid_at=now() - timedelta(days=15))
    with pytest.raises(RefundNotPossible, match="within 14 days"):
        asked(line)
    assert not RefundRequest.objects.exists()


def test_an_order_without_a_payment_has_nothing_to_return(db):
    begun = begun_order(work_on_sale(), "personal")
    with pytest.raises(RefundNotPossible):
        asked(begun.lines.select_related("order__buyer").get())


def test_nobody_asks_twice_at_once(line):
    made, refused = [], []

    def ask() -> None:
        try:
            made.append(asked(line))
        except RefundAskedAlready as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused), RefundRequest.objects.count()) == (1, 7, 1)


def test_two_deciders_at_once_return_the_money_once(line, run_jobs):
    request, clerk = asked(line), judge()
    answers: list[object] = []

    def decide(decider) -> None:
        try:
            answers.append(decide_refund(decider=decider, request_id=request.pk, grants=True))
        except RefundDecidedAlready as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(who,)) for who in (artist_of(line), clerk) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_jobs()
    assert sum(isinstance(answer, RefundRequest) for answer in answers) == 1
    assert refunds_at_stripe(line) == [line.price_minor]


def test_a_refusal_needs_a_reason_and_the_buyer_may_object_once(line, run_jobs):
    request, clerk = asked(line), judge()
    with pytest.raises(RefundNotPossible, match="Say why"):
        decide_refund(decider=artist_of(line), request_id=request.pk, grants=False)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=False, answer="It is as described.")
    run_jobs()
    # The artist's letter of the request is sent by a job of its own, before or after this one.
    told = [letter for letter in mail.outbox if letter.to == [line.order.buyer.email]][-1]
    assert "It is as described." in told.body
    assert "ask us to decide" in told.body
    assert object_to_refusal(buyer=line.order.buyer, request_id=request.pk).state == "with_platform"
    with pytest.raises(RefundRequestNotFound):
        decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    decide_refund(decider=clerk, request_id=request.pk, grants=False, answer="We looked at both.")
    with pytest.raises(RefundDecidedAlready):
        object_to_refusal(buyer=line.order.buyer, request_id=request.pk)
    assert refunds_at_stripe(line) == []


def test_what_no_artist_decides_in_time_the_platform_decides(line):
    request = asked(line)
    assert hand_over_late_requests() == 0
    RefundRequest.objects.update(decide_by=now() - timedelta(minutes=1))
    assert hand_over_late_requests() == 1
    with pytest.raises(RefundRequestNotFound):
        decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    assert decide_refund(decider=judge(), request_id=request.pk, grants=True).state == "granted"


def test_a_request_can_be_taken_back_until_it_is_decided(line):
    request = asked(line)
    with pytest.raises(RefundRequestNotFound):
        withdraw(buyer=UserFactory(), request_id=request.pk)
    assert withdraw(buyer=line.order.buyer, request_id=request.pk).state == "withdrawn"
    with pytest.raises(RefundDecidedAlready):
        withdraw(buyer=line.order.buyer, request_id=request.pk)
    with pytest.raises(RefundDecidedAlready):
        decide_refund(decider=artist_of(line), request_id=request.pk, grants=True)
    assert asked(line).state == "with_artist"


def test_strangers_and_other_artists_decide_nothing(line):
    request = asked(line)
    for stranger in (UserFactory(), line.order.buyer, work_on_sale().artist.user):
        with pytest.raises(RefundRequestNotFound):
            decide_refund(decider=stranger, request_id=request.pk, grants=True)
    request.refresh_from_db()
    assert request.state == "with_artist"


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


def test_nobody_judges_in_her_own_cause(line):
    request = asked(line)
    may = Permission.objects.get(codename="change_refundrequest")
    for person in (line.order.buyer, artist_of(line)):
        person.user_permissions.add(may)
    buyer, artist = (type(one).objects.get(pk=one.pk) for one in (line.order.buyer, artist_of(line)))
    with pytest.raises(RefundRequestNotFound):
        decide_refund(decider=buyer, request_id=request.pk, grants=True)
    RefundRequest.objects.update(state="with_platform")
    with pytest.raises(RefundRequestNotFound):
        decide_refund(decider=artist, request_id=request.pk, grants=False, answer="No.")


def test_an_objection_comes_in_time_or_not_at_all(line):
    request = asked(line)
    decide_refund(decider=artist_of(line), request_id=request.pk, grants=False, answer="It is as shown.")
    RefundRequest.objects.update(decided_at=now() - timedelta(days=15))
    with pytest.raises(RefundNotPossible, match="within 14 days"):
        object_to_refusal(buyer=line.order.buyer, request_id=request.pk)


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
