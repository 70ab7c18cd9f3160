"""A second, different payment of an order: told, booked as the buyer's, returned once, whatever Stripe says when."""

from datetime import timedelta

import pytest
from django.core import mail

from billing.checks import ledger_figures
from billing.gateway import Refund
from billing.gateway.client import client as stripe
from billing.models import AccountKind, Sale
from billing.selectors import balance_of
from billing.services.ledger import account_of
from billing.webhooks import EventFacts
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders import letters
from marketplace.orders.handlers import on_refund_changed
from marketplace.orders.models import Order, SurplusPayment
from marketplace.orders.services.payment import settle_payment
from marketplace.orders.services.surplus_payments import (
    note_surplus_return,
    return_surplus_payment,
    surplus_payments_left_behind,
)
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid


def again(order: Order, payment: str = "pi_second") -> None:
    settle_payment(order_id=order.pk, session_id="cs_second", payment_intent_id=payment, paid=order.total)


@pytest.fixture
def surplus(db) -> SurplusPayment:
    order = paid(claimed(basket_of(work_on_sale())))
    for _ in range(2):
        again(order)
        paid(order)
    return SurplusPayment.objects.get()


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def told(surplus: SurplusPayment, refund_id: str, status: str, amount: int = 1200, *, is_ours: bool = True) -> str:
    reference = surplus.reference if is_ours else ""
    for _ in range(2):
        note_surplus_return(
            surplus_id=surplus.pk, refund=Refund(refund_id, status, Money(amount, "USD"), "pi_second", reference)
        )
    surplus.refresh_from_db()
    return surplus.state


def test_it_is_noted_once_and_buys_nothing(surplus):
    assert (surplus.state, surplus.amount, Sale.objects.count()) == ("due", Money(1200, "USD"), 1)
    assert (of_shop(AccountKind.CASH_AT_STRIPE), of_shop(AccountKind.REFUNDS_DUE)) == (-2400, 1200)
    assert surplus.order.state == Order.State.PAID
    letters.write_about_surplus_payment(surplus_id=surplus.pk)
    assert mail.outbox[-1].subject.startswith("You paid twice for")
    assert "$12.00" in mail.outbox[-1].body
    assert not faults()


def test_what_stripe_says_in_any_order(surplus):
    assert told(surplus, "re_part", "succeeded", 200, is_ours=False) == "due"
    assert told(surplus, "re_own", "pending", 1000) == "due"
    assert (surplus.refund_id, of_shop(AccountKind.REFUNDS_DUE)) == ("re_own", 0)
    assert told(surplus, "re_own", "succeeded", 1000) == "returned"
    assert told(surplus, "re_own", "failed", 1000) == "failed"
    assert of_shop(AccountKind.REFUNDS_DUE) == 1000
    letters.write_about_failed_surplus_return(surplus_id=surplus.pk)
    assert mail.outbox[-1].subject.endswith("did not arrive")
    assert told(surplus, "re_last", "succeeded", 1000, is_ours=False) == "returned"
    assert (of_shop(AccountKind.CASH_AT_STRIPE), of_shop(AccountKind.REFUNDS_DUE)) == (-1200, 0)
    assert not faults()


def test_one_whose_job_died_is_taken_up_again(surplus):
    assert surplus_payments_left_behind() == []
    SurplusPayment.objects.update(created_at=now() - timedelta(hours=5))
    assert surplus_payments_left_behind() == [surplus.pk]


@pytest.mark.usefixtures("shop")
def test_at_stripe_it_goes_back_once(db):
    order = paid(claimed(basket_of(work_on_sale())))
    params = {"amount": 1200, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    payment = stripe().v1.payment_intents.create({**params, "metadata": {"order": str(order.pk)}}).id
    again(order, payment)
    surplus = SurplusPayment.objects.get()
    for _ in range(2):
        return_surplus_payment(surplus_id=surplus.pk)
    (made,) = stripe().v1.refunds.list({"payment_intent": payment}).data
    assert (made.amount, made.reason) == (1200, "duplicate")
    on_refund_changed(EventFacts(id="evt_1", type="refund.updated", created=now(), object=made.to_dict()))
    surplus.refresh_from_db()
    assert (surplus.state, surplus.refund_id, of_shop(AccountKind.REFUNDS_DUE)) == ("returned", made.id, 0)
    assert not faults()
