"""A credit pack's money goes back, by hand at Stripe: out of the revenue, with what of its credits nobody has used."""

import pytest

from billing import gateway
from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Refund
from billing.models import AccountKind, CreditPack, CreditPurchase, Transaction
from billing.selectors import balance_of, credits_available
from billing.services import reserve_credits, settle_credits
from billing.services.ledger import account_of
from billing.services.plan_invoices import note_plan_refund
from billing.services.purchases import PURCHASE_KEY, grant_purchase
from marketplace.core.money import Money
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought() -> CreditPurchase:
    """A pack of 101 credits for $9.99."""
    pack: CreditPack = CreditPackFactory(credits=101, price_minor=999)
    purchase = CreditPurchase.objects.create(
        user=UserFactory(), pack=pack, credits=pack.credits, price_minor=pack.price_minor, currency="USD"
    )
    grant_purchase(purchase, payment_ref="pi_pack")
    return purchase


@pytest.fixture
def told(monkeypatch):
    """What Stripe says of a refund, twice."""

    def tell(refund_id: str, amount: int, status: str = "succeeded") -> None:
        refund = Refund(refund_id, status, Money(amount, "USD"), "pi_pack")
        monkeypatch.setattr(gateway, "retrieve_refund", lambda _id: refund)
        for _ in range(2):
            note_plan_refund(refund_id=refund_id, payment_ref="pi_pack")

    return tell


def revenue() -> int:
    assert balance_of(account_of(AccountKind.CREDIT_SALES, "USD")) == -balance_of(
        account_of(AccountKind.CASH_AT_STRIPE, "USD")
    )
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []
    return balance_of(account_of(AccountKind.CREDIT_SALES, "USD")).amount_minor


def test_parts_take_their_parts_of_the_credits_and_together_all(bought, told):
    told("re_1", 500)
    assert (revenue(), credits_available(bought.user)) == (499, 50)
    told("re_2", 499)
    assert (revenue(), credits_available(bought.user)) == (0, 0)


def test_what_was_used_stays_used(bought, told):
    reserve_credits(user=bought.user, amount=90, object_ref="job:1")
    settle_credits(object_ref="job:1", amount=90)
    told("re_1", 999)
    assert (revenue(), credits_available(bought.user)) == (0, 0)


def test_credits_of_a_refund_that_the_bank_did_not_take_come_again(bought, told):
    told("re_1", 999)
    assert credits_available(bought.user) == 0
    told("re_1", 999, "failed")
    assert (revenue(), credits_available(bought.user)) == (999, 101)
    told("re_2", 999, "canceled")
    assert (revenue(), credits_available(bought.user)) == (999, 101)


def test_one_that_is_told_before_the_payment_is_tried_again(monkeypatch):
    monkeypatch.setattr(gateway, "invoice_of_payment", lambda _payment: "")
    monkeypatch.setattr(gateway, "metadata_of_payment", lambda _payment: {PURCHASE_KEY: "one"})
    with pytest.raises(ObjectNotKnownYet):
        note_plan_refund(refund_id="re_1", payment_ref="pi_unknown")
    monkeypatch.setattr(gateway, "metadata_of_payment", lambda _payment: {"order": "one"})
    note_plan_refund(refund_id="re_1", payment_ref="pi_unknown")
    assert not Transaction.objects.exists()
