"""A bank's dispute and the settling of the payment that it is about, each while the other has not committed yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, CreditPurchase, Dispute, DisputedSale, JudgedPayment, Sale
from billing.selectors import balance_of, credits_available
from billing.services import note_dispute
from billing.services.ledger import account_of
from billing.services.purchases import accept_payment, settle_held_purchase
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.models import Order
from marketplace.orders.services.holding import settle_held
from marketplace.risk.models import Verdict
from marketplace.risk.services import decide
from tests.factories.billing import CreditPackFactory
from tests.factories.licensing import work_on_sale
from tests.flows.two_transactions import while_open
from tests.orders.baskets import basket_of, claimed, paid
from tests.orders.test_holding import clerk, suspicious

pytestmark = pytest.mark.django_db(transaction=True)


def dispute_of(payment_ref: str, amount: Money) -> DisputeFacts:
    return DisputeFacts(
        id="du_1",
        payment_intent_id=payment_ref,
        amount=amount,
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=now() + timedelta(days=9),
        is_withdrawn=True,
        is_reinstated=False,
    )


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def approve(subject_ref: str) -> None:
    verdict = Verdict.objects.get(subject_ref=subject_ref)
    decide(decider=clerk(), verdict_id=verdict.pk, approves=True, reason="Looked at it.")


@pytest.fixture
def order() -> Order:
    """Held and approved; its job has not run."""
    held = paid(claimed(basket_of(work_on_sale()), buyer=suspicious()))
    assert held.state == Order.State.HELD
    approve(held.reference)
    return held


@pytest.fixture
def purchase() -> CreditPurchase:
    """The same of 100 credits for 5 dollars."""
    made = CreditPurchase.objects.create(
        user=suspicious(), pack=CreditPackFactory(), credits=100, price_minor=500, currency="USD"
    )
    accept_payment(made, payment_ref="pi_credits")
    assert made.state == CreditPurchase.State.HELD
    approve(made.reference)
    return made


def test_an_order_is_settled_while_a_dispute_of_it_is_noted(order):
    found = dispute_of(order.payment_intent_id, order.paid)
    assert while_open(lambda: note_dispute(found), lambda: settle_held(order_id=order.pk)) == "ok"
    order.refresh_from_db()
    assert (order.state, order.refusal) == (Order.State.REFUND_DUE, Order.Refusal.NOT_ACCEPTED)
    assert not Sale.objects.exists()
    note_dispute(replace(found, status="lost"))
    assert Dispute.objects.get().outcome == Dispute.Outcome.LOST
    balances = [of_shop(AccountKind(kind)) for kind in ("payments_held", "refunds_due", "disputes_open")]
    assert balances == [0, 0, 0]
    assert not faults()


def test_a_dispute_is_noted_while_its_order_is_settled(order):
    found = dispute_of(order.payment_intent_id, order.paid)
    assert while_open(lambda: settle_held(order_id=order.pk), lambda: note_dispute(found)) == "ok"
    sale = Sale.objects.get()
    assert DisputedSale.objects.get().amount_minor == sale.gross_minor
    note_dispute(replace(found, status="lost"))
    sale.refresh_from_db()
    assert (sale.state, sale.net_left.amount_minor) == (Sale.State.REFUNDED, 0)
    balances = [of_shop(AccountKind(kind)) for kind in ("payments_held", "dispute_losses", "disputes_open")]
    assert balances == [0, 0, 0], "the artist bears it, as of every order"
    assert not faults()


def test_a_purchase_is_settled_while_a_dispute_of_it_is_noted(purchase):
    found = dispute_of("pi_credits", purchase.paid)
    assert while_open(lambda: note_dispute(found), lambda: settle_held_purchase(purchase_id=purchase.pk)) == "ok"
    purchase.refresh_from_db()
    assert (purchase.state, credits_available(purchase.user)) == (CreditPurchase.State.REFUSED, 0)
    note_dispute(replace(found, status="lost"))
    assert JudgedPayment.objects.get().state == JudgedPayment.State.REFUNDED
    assert (of_shop(AccountKind.PAYMENTS_HELD), of_shop(AccountKind.REFUNDS_DUE)) == (0, 0)
    assert not faults()


def test_a_dispute_is_noted_while_its_purchase_is_settled(purchase):
    found = dispute_of("pi_credits", purchase.paid)
    assert while_open(lambda: settle_held_purchase(purchase_id=purchase.pk), lambda: note_dispute(found)) == "ok"
    purchase.refresh_from_db()
    assert (purchase.state, Dispute.objects.get().outcome) == (CreditPurchase.State.PAID, Dispute.Outcome.OPEN)
    note_dispute(replace(found, status="lost"))
    assert (of_shop(AccountKind.PAYMENTS_HELD), of_shop(AccountKind.CREDIT_SALES)) == (0, 0)
    assert not faults()
