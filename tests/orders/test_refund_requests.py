"""Asking for money back: who may, until when, who decides; the money goes once and the licence ends with it."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection

from billing.models import Sale, Transaction
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.errors import (
    RefundAskedAlready,
    RefundDecidedAlready,
    RefundNotPossible,
    RefundRequestNotFound,
)
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import (
    ask_refund,
    decide_refund,
    hand_over_late_requests,
    left_to_refund,
    object_to_refusal,
    return_money,
    withdraw,
)
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order
from tests.orders.refund_asking import artist_of, asked, judge, line, pending, refunds_at_stripe, usd

__all__ = ["line"]

pytestmark = pytest.mark.usefixtures("shop")


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
