"""Somebody gives money back at Stripe, past the shop: ledger, licence and Stripe's books still say the same."""

import threading

import pytest
from django.db import connection, transaction

from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Refund, event_facts, retrieve_dispute, retrieve_refund
from billing.gateway.client import client as stripe_client
from billing.models import AccountKind, Sale
from billing.selectors import balance_of
from billing.services import note_dispute
from billing.services.ledger import account_of
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.handlers import on_refund_changed
from marketplace.orders.models import Order
from marketplace.orders.services import booking_refunds, note_refund_by_hand, refunds_by_hand
from marketplace.orders.services.payment import settle_payment
from tests.demo.localstripe.server import wait_until
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.orders import begun_order
from tests.orders.baskets import basket_of, claimed
from tests.orders.baskets import paid as settled

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def paid(pay, wait_for_event):
    def buy(number: str = "4242 4242 4242 4242") -> Order:
        order = begun_order(work_on_sale(terms=("personal",)), "personal")
        assert pay(order, number).status == 303
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        assert order.state == "paid"
        return order

    return buy


def give_back(order: Order, amount: int | None = None):
    params = {"payment_intent": order.payment_intent_id}
    return stripe_client().v1.refunds.create(params if amount is None else {**params, "amount": amount})


def sale_of(order: Order) -> Sale:
    return Sale.objects.get(order_ref=order.reference)


def test_a_part_is_booked_once_and_the_licence_stays_until_the_rest_is_given_back_too(paid, wait_for_event):
    order = paid()
    give_back(order, 500)
    wait_for_event("refund.created")
    assert sale_of(order).refunded == Money(500, "USD")
    assert not LicenceEnding.objects.exists()
    give_back(order)
    wait_for_event("refund.created", count=2)
    assert sale_of(order).state == Sale.State.REFUNDED
    assert LicenceEnding.objects.get().reason == LicenceEnding.Reason.REFUNDED
    order.refresh_from_db()
    assert order.state == "paid"  # as after a request that was granted: the line says what became of it
    assert balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")) == Money(0, "USD")
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def test_what_the_bank_does_not_take_is_still_the_buyers(paid, wait_for_event):
    order = paid("4000 0000 0000 5126")
    give_back(order)
    wait_for_event("refund.failed")
    assert balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")) == order.total
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def said_of(order: Order, refund_id: str, amount: int, status: str = "succeeded"):
    """As Stripe tells it, twice."""
    for _ in range(2):
        note_refund_by_hand(
            order_id=order.pk, refund=Refund(refund_id, status, Money(amount, "USD"), order.payment_intent_id)
        )


def due() -> int:
    return balance_of(account_of(AccountKind.REFUNDS_DUE, "USD")).amount_minor


def cash() -> int:
    return -balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")).amount_minor


def test_what_a_failed_refund_has_left_due_is_paid_by_the_next_ones():
    order = settled(claimed(basket_of(work_on_sale(), work_on_sale())))
    said_of(order, "re_first", 2400)
    # The bank has not taken the first one: of that we have not heard, only of what was given back instead.
    with pytest.raises(ObjectNotKnownYet):
        said_of(order, "re_part", 900)
    said_of(order, "re_first", 2400, "failed")
    assert (due(), cash()) == (2400, 2400)
    said_of(order, "re_part", 900, "pending")
    said_of(order, "re_part", 900)
    assert (due(), cash(), LicenceEnding.objects.count()) == (1500, 1500, 2)
    said_of(order, "re_part", 900, "failed")
    said_of(order, "re_all", 2400)
    assert (due(), cash(), LicenceEnding.objects.count()) == (0, 0, 2)
    assert set(Sale.objects.values_list("state", "refunded_minor")) == {("refunded", 1200)}
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


@pytest.mark.parametrize("is_told_before", [False, True])
def test_a_refund_of_what_was_due_and_of_more_fails_as_a_whole(is_told_before):
    """In place of the first, which the bank did not take, and of more: then the bank does not take that either."""
    order = settled(claimed(basket_of(work_on_sale(), work_on_sale())))
    said_of(order, "re_first", 500, "failed")
    if is_told_before:
        said_of(order, "re_more", 1600)
        assert (due(), cash()) == (0, 800)
    said_of(order, "re_more", 1600, "failed")
    assert (due(), cash()) == (1600, 2400)
    said_of(order, "re_last", 2400)
    assert (due(), cash()) == (0, 0)
    assert set(Sale.objects.values_list("state", "refunded_minor")) == {("refunded", 1200)}
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def test_all_of_an_order_with_a_refused_line_goes_back_by_hand():
    sold_out = work_on_sale()
    order = claimed(basket_of(work_on_sale(), sold_out))
    licence_in(sold_out, "exclusive")
    settled(order)
    assert (due(), cash()) == (1200, 2400)
    said_of(order, "re_part", 200)
    assert (due(), cash()) == (1200, 2200), "the refused line has a refund of its own"
    said_of(order, "re_rest", 2200)
    assert (due(), cash()) == (0, 0)
    assert Sale.objects.get(order_ref=order.reference).state == "refunded"
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def test_a_refund_that_is_told_before_the_payment_is_tried_again(pay, run_jobs):
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    assert pay(order).status == 303
    session = stripe_client().v1.checkout.sessions.retrieve(order.checkout_session_id)
    refund = stripe_client().v1.refunds.create({"payment_intent": session.payment_intent})
    found = stripe_client().v1.events.list({"type": "refund.created", "limit": 1}).data[0].to_dict()
    assert found["data"]["object"]["id"] == refund.id
    with pytest.raises(ObjectNotKnownYet):
        on_refund_changed(event_facts(found))

    def is_refunded() -> bool:
        run_jobs()
        return Sale.objects.filter(order_ref=order.reference, state=Sale.State.REFUNDED).exists()

    wait_until(is_refunded, timeout_s=60, what="the refund")


def test_a_payment_that_is_no_orders_is_left_alone(shop):
    params = {"amount": 900, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    payment = stripe_client().v1.payment_intents.create(params)
    stripe_client().v1.refunds.create({"payment_intent": payment.id})
    found = stripe_client().v1.events.list({"type": "refund.created", "limit": 1}).data[0].to_dict()
    on_refund_changed(event_facts(found))
    assert not Sale.objects.exists()


def test_a_payment_that_is_written_while_stripe_is_asked_whose_it_is_loses_no_refund(pay, monkeypatch):
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    assert pay(order).status == 303
    session = stripe_client().v1.checkout.sessions.retrieve(order.checkout_session_id)
    refund = stripe_client().v1.refunds.create({"payment_intent": session.payment_intent, "amount": 500})
    found = stripe_client().v1.events.list({"type": "refund.created", "limit": 1}).data[0].to_dict()
    assert found["data"]["object"]["id"] == refund.id
    ask = refunds_by_hand.gateway.metadata_of_payment

    def ask_and_be_overtaken(payment_id: str) -> dict[str, str]:
        said = ask(payment_id)
        settle_payment(
            order_id=order.pk, session_id=session.id, payment_intent_id=session.payment_intent, paid=order.total
        )
        return said

    monkeypatch.setattr(refunds_by_hand.gateway, "metadata_of_payment", ask_and_be_overtaken)
    with pytest.raises(ObjectNotKnownYet):
        on_refund_changed(event_facts(found))
    on_refund_changed(event_facts(found))  # as the queue tries it again
    assert sale_of(order).refunded == Money(500, "USD")


def test_a_refund_and_a_dispute_of_an_order_at_once_do_not_wait_for_each_other_in_a_circle(paid, monkeypatch):
    order = paid()
    refund = give_back(order, 500)
    charge = stripe_client().v1.payment_intents.retrieve(order.payment_intent_id).latest_charge
    raised = stripe_client().raw_request("post", f"/v1/test_helpers/charges/{charge}/dispute").data
    has_order, may_go_on = threading.Event(), threading.Event()
    lock = booking_refunds.lock_available
    broken: list[Exception] = []

    def lock_when_told(sales) -> None:
        has_order.set()
        assert may_go_on.wait(30)
        lock(sales)

    def give() -> None:
        try:
            refunds_by_hand.note_refund_by_hand(order_id=order.pk, refund=retrieve_refund(refund.id))
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(booking_refunds, "lock_available", lock_when_told)
    thread = threading.Thread(target=give)
    thread.start()
    assert has_order.wait(30)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            note_dispute(retrieve_dispute(raised["id"]))  # takes the artist's balance, then writes of the order
    finally:
        may_go_on.set()
        thread.join()
    assert not broken
    assert sale_of(order).refunded == Money(500, "USD")
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []
