"""A refund by hand between a grant and its job: each booked once, and nothing that left Stripe is dropped."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Refund
from billing.models import AccountKind, Sale
from billing.selectors import artist_balance, balance_of
from billing.services.ledger import account_of
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.models import LineReturn, Order, OrderLine, RefundRequest
from marketplace.orders.services import (
    ask_refund,
    decide_refund,
    line_returns,
    note_refund_by_hand,
    note_returned,
    return_money,
    send_line_return,
)
from marketplace.orders.services.refund_requests import deciding, returning
from marketplace.orders.services.warnings import give_back_all
from tests.factories.licensing import licence_in, work_on_sale
from tests.orders.baskets import basket_of, claimed, paid


@pytest.fixture
def order(db) -> Order:
    return paid(claimed(basket_of(work_on_sale(), work_on_sale())))


@pytest.fixture
def nothing_is_asked(monkeypatch) -> None:
    """Stripe knows of no refund of ours, and is asked for none."""
    for room in (returning, line_returns):
        monkeypatch.setattr(room.gateway, "refund_named", lambda *_any, **_more: None)
        monkeypatch.setattr(room.gateway, "refund_payment", lambda **_asked: pytest.fail("asked for money"))


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.select_related("work__artist__user", "order__buyer").order_by("pk"))


def granted(line: OrderLine, amount: int | None = None) -> RefundRequest:
    wanted = None if amount is None else Money(amount, "USD")
    request = ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="bought_twice", amount=wanted)
    return decide_refund(decider=line.work.artist.user, request_id=request.pk, grants=True)


def said(order: Order, refund_id: str, amount: int, status: str = "succeeded") -> Refund:
    return Refund(refund_id, status, Money(amount, "USD"), order.payment_intent_id)


def by_hand(order: Order, refund_id: str, amount: int, status: str = "succeeded") -> None:
    for _ in range(2):
        note_refund_by_hand(order_id=order.pk, refund=said(order, refund_id, amount, status))


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def refunded(line: OrderLine) -> int:
    return Sale.objects.get(line_ref=line.reference).refunded_minor


def test_a_refund_by_hand_leaves_alone_what_was_granted(order):
    first, second = lines_of(order)
    request = granted(first)
    by_hand(order, "re_hand", 1200)
    assert (refunded(first), refunded(second)) == (0, 1200)
    for _ in range(2):
        note_returned(request_id=request.pk, refund=said(order, "re_own", 1200))
    assert (refunded(first), refunded(second), of_shop(AccountKind.CASH_AT_STRIPE)) == (1200, 1200, 0)
    assert LicenceEnding.objects.count() == 2
    assert not faults()


@pytest.mark.usefixtures("nothing_is_asked")
def test_what_a_granted_line_has_no_more_comes_from_the_rest_of_the_order(order):
    first, second = lines_of(order)
    requests = [granted(first), granted(second)]
    by_hand(order, "re_hand", 1200)  # of both lines, since all was granted
    assert (refunded(first), refunded(second)) == (600, 600)
    # The first one's job was faster at Stripe than the event.
    for status in ("pending", "succeeded", "succeeded"):
        note_returned(request_id=requests[0].pk, refund=said(order, "re_own", 1200, status))
    assert (refunded(first), refunded(second), of_shop(AccountKind.CASH_AT_STRIPE)) == (1200, 1200, 0)
    assert LicenceEnding.objects.count() == 2
    return_money(request_id=requests[1].pk)  # nothing is left: Stripe is not asked
    assert list(RefundRequest.objects.values_list("payback", flat=True)) == ["returned", "returned"]
    for _ in range(2):
        note_returned(request_id=requests[0].pk, refund=said(order, "re_own", 1200, "failed"))
    assert (of_shop(AccountKind.CASH_AT_STRIPE), of_shop(AccountKind.REFUNDS_DUE)) == (-1200, 1200)
    assert not faults()


def test_more_than_there_is_waits_until_the_failure_of_another_is_heard_of(order):
    first, second = lines_of(order)
    request = granted(first)
    by_hand(order, "re_hand", 2400)
    pending = [artist_balance(line.work.artist).pending.amount_minor for line in (first, second)]
    with pytest.raises(ObjectNotKnownYet):
        note_returned(request_id=request.pk, refund=said(order, "re_own", 1200))
    by_hand(order, "re_hand", 2400, "failed")
    for status in ("pending", "pending", "succeeded", "succeeded"):
        note_returned(request_id=request.pk, refund=said(order, "re_own", 1200, status))
    request.refresh_from_db()
    assert (request.payback, of_shop(AccountKind.REFUNDS_DUE)) == ("returned", 1200)
    assert of_shop(AccountKind.CASH_AT_STRIPE) == -1200
    assert [artist_balance(line.work.artist).pending.amount_minor for line in (first, second)] == pending
    assert not faults()


def test_only_what_is_still_there_is_asked_of_stripe_under_another_key(order, monkeypatch):
    first, _second = lines_of(order)
    request = granted(first)
    asked = []

    def give(**wanted):
        asked.append((wanted["amount"].amount_minor, wanted["idempotency_key"]))
        return replace(said(order, "re_own", wanted["amount"].amount_minor), reference=wanted["reference"])

    monkeypatch.setattr(returning.gateway, "refund_named", lambda *_any, **_more: None)
    monkeypatch.setattr(returning.gateway, "refund_payment", give)
    by_hand(order, "re_hand", 1900)
    assert refunded(first) == 700
    for _ in range(2):
        return_money(request_id=request.pk)
    assert asked == [(500, f"{returning.reference_of(request.pk)}:500")]
    request.refresh_from_db()
    assert (request.payback, of_shop(AccountKind.CASH_AT_STRIPE)) == ("returned", 0)
    assert not faults()


@pytest.mark.usefixtures("nothing_is_asked")
def test_a_refused_line_whose_price_went_back_by_hand_asks_nothing_of_stripe(db):
    sold_out = work_on_sale()
    order = claimed(basket_of(work_on_sale(), sold_out))
    licence_in(sold_out, "exclusive")
    paid(order)
    order.refresh_from_db()
    by_hand(order, "re_hand", 2400)
    send_line_return(line_id=LineReturn.objects.get().pk)
    assert LineReturn.objects.get().state == LineReturn.State.RETURNED
    assert (of_shop(AccountKind.CASH_AT_STRIPE), of_shop(AccountKind.REFUNDS_DUE)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_banks_warning_at_once_do_not_wait_for_each_other_in_a_circle(monkeypatch):
    order = paid(claimed(basket_of(work_on_sale())))
    (line,) = lines_of(order)
    request = ask_refund(buyer=order.buyer, line_id=line.pk, reason="bought_twice")
    is_deciding, may_go_on = threading.Event(), threading.Event()
    judge = deciding._may_decide
    broken: list[Exception] = []

    def judge_when_told(*facts) -> bool:
        is_deciding.set()
        assert may_go_on.wait(30)
        return judge(*facts)

    def decide() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '8s'")
                decide_refund(decider=line.work.artist.user, request_id=request.pk, grants=True)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    def warn() -> None:
        try:
            give_back_all(order_id=order.pk)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(deciding, "_may_decide", judge_when_told)
    threads = [threading.Thread(target=decide), threading.Thread(target=warn)]
    threads[0].start()
    assert is_deciding.wait(30)
    threads[1].start()
    threads[1].join(2)
    may_go_on.set()
    for thread in threads:
        thread.join()
    assert not broken
    assert RefundRequest.objects.get().state == "granted"


class TestThePlatformsTime:
    def waiting(self, order: Order) -> RefundRequest:
        line = lines_of(order)[0]
        request = ask_refund(buyer=order.buyer, line_id=line.pk, reason="not_as_described")
        RefundRequest.objects.update(decide_by=now() - timedelta(minutes=1))
        deciding.hand_over_late_requests()
        return RefundRequest.objects.get(pk=request.pk)

    def test_what_the_platform_does_not_decide_in_time_is_granted(self, order, client):
        request = self.waiting(order)
        assert timedelta(days=4) < request.platform_decides_by - now() <= timedelta(days=5)
        assert deciding.grant_overdue_requests() == 0
        client.force_login(order.buyer)
        assert "if we do not decide by then, you get the money back" in client.get(order.get_absolute_url()).text
        RefundRequest.objects.update(platform_decides_by=now())
        assert [deciding.grant_overdue_requests() for _ in range(2)] == [1, 0]
        request.refresh_from_db()
        assert (request.state, request.payback, request.granted) == ("granted", "due", request.asked)
        assert "Nobody decided in time, so it is granted." in client.get(order.get_absolute_url()).text

    def test_one_that_came_before_there_was_a_deadline_has_all_of_the_time(self, order):
        request = self.waiting(order)
        RefundRequest.objects.update(platform_decides_by=None)
        assert deciding.grant_overdue_requests() == 0
        request.refresh_from_db()
        assert request.platform_decides_by - now() > timedelta(days=4)

    def test_no_more_than_is_left_and_nothing_where_nothing_is(self, order):
        request = self.waiting(order)
        RefundRequest.objects.update(platform_decides_by=now())
        by_hand(order, "re_hand", 2000)
        left = 1200 - refunded(request.line)
        assert (left, deciding.grant_overdue_requests()) == (200, 1)
        request.refresh_from_db()
        assert request.granted_minor == 200
