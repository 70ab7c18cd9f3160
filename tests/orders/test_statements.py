"""How many statements a settled payment takes: each is a round trip while the works' rights are locked.

What is measured is what a payment takes once its artists' accounts are open. A change that needs more raises the figure
here, knowingly.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.gateway import CardFacts
from billing.models import CreditPurchase, StripeEvent
from billing.services import judged_payments
from billing.webhooks import process_event
from marketplace.core.clock import now
from marketplace.orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid

# Outside a test's own transaction, so that those that the shop opens count as they do in production.
pytestmark = pytest.mark.django_db(transaction=True)

OF_A_PACK = 39
OF_AN_ORDER = 55
OF_A_FURTHER_LINE = 26


def statements_of(order: Order) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert paid(order).state == Order.State.PAID
    return [one["sql"] for one in asked]


def test_an_order_and_each_further_line():
    works = [work_on_sale() for _n in range(3)]
    paid(claimed(basket_of(*works)))
    one = statements_of(claimed(basket_of(works[0])))
    three = statements_of(claimed(basket_of(*works)))
    assert len(one) <= OF_AN_ORDER, "\n".join(one)
    assert len(three) - len(one) <= 2 * OF_A_FURTHER_LINE, "\n".join(three)


def test_the_event_of_a_credit_pack(monkeypatch):
    # Which card paid is a question to Stripe, not to the database.
    monkeypatch.setattr(judged_payments.gateway, "card_facts", lambda payment_id: CardFacts("", "normal"))
    pack, user = CreditPackFactory(), UserFactory()
    process_event(event_of_pack("1", pack, user))
    event_id = event_of_pack("2", pack, user)
    with CaptureQueriesContext(connection) as asked:
        process_event(event_id)
    assert CreditPurchase.objects.filter(state=CreditPurchase.State.PAID).count() == 2
    assert len(asked) <= OF_A_PACK, "\n".join(one["sql"] for one in asked)


def event_of_pack(number: str, pack, user) -> str:
    """A stored checkout.session.completed of a new purchase."""
    bought = CreditPurchase.objects.create(
        user=user, pack=pack, credits=pack.credits, price_minor=pack.price_minor, currency=pack.currency
    )
    session = {
        "id": f"cs_{number}",
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": pack.price_minor,
        "currency": pack.currency.lower(),
        "payment_intent": f"pi_{number}",
        "metadata": {"credit_purchase": str(bought.pk)},
    }
    kind = "checkout.session.completed"
    return StripeEvent.objects.create(id=f"evt_{number}", type=kind, created=now(), payload=session).pk
