"""Payments for credits that nothing asked for: a second one, or one of another sum. They bring nothing and go back."""

from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.gateway import CheckoutSession, Payment, charge_saved_card
from billing.models import AutomaticTopUp, CreditPack, CreditPurchase, JudgedPayment, StripeCustomer
from billing.selectors import credits_available
from billing.services import top_up
from billing.services.customers import customer_of
from billing.services.purchases import PURCHASE_KEY, complete_purchase
from billing.services.top_ups import complete_top_up
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.subscribers import GOOD_CARD, stripe_api, use_card
from tests.billing.test_top_ups import agree, charges
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PRICE = Money(2000, "USD")


@pytest.fixture
def user(shop):
    user = UserFactory()
    customer_of(user)
    use_card(user, GOOD_CARD)
    agree(user)
    return user


@pytest.fixture
def purchase(user):
    """An automatic purchase that was begun long ago: Stripe has forgotten its key."""
    begun = CreditPurchase.objects.create(
        user=user,
        pack=CreditPack.objects.get(code="pack-500"),
        credits=500,
        price_minor=PRICE.amount_minor,
        currency="USD",
        is_automatic=True,
    )
    CreditPurchase.objects.filter(pk=begun.pk).update(created_at=now() - timedelta(hours=30))
    return begun


def charge(purchase, *, key="forgotten", amount=PRICE):
    customer = StripeCustomer.objects.get(user=purchase.user).stripe_customer_id
    (method,) = stripe_api().v1.customers.payment_methods.list(customer).data
    return charge_saved_card(
        customer_id=customer,
        payment_method_id=method.id,
        amount=amount,
        description="Atelier",
        metadata={PURCHASE_KEY: str(purchase.pk)},
        idempotency_key=f"{key}:{purchase.pk}",
    )


def refunded(payment):
    return [refund.amount for refund in stripe_api().v1.refunds.list({"payment_intent": payment.id}).data]


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def test_a_charge_whose_answer_was_lost_for_days_is_found_and_not_repeated(user, purchase):
    made = charge(purchase)
    done = top_up(user_id=user.pk)
    assert (done.pk, done.state, done.payment_intent_id) == (purchase.pk, "paid", made.id)
    assert charges(user) == [2000]
    assert credits_available(user) == 500


def test_where_none_was_made_it_is_charged_however_late(user, purchase):
    assert top_up(user_id=user.pk).state == "paid"
    assert charges(user) == [2000]


def test_a_second_payment_of_one_purchase_goes_back_once(user, purchase, run_jobs):
    first, second = charge(purchase), charge(purchase, key="again")
    complete_top_up(purchase_id=purchase.pk, payment=first)
    for _ in range(2):
        complete_top_up(purchase_id=purchase.pk, payment=second)
        complete_top_up(purchase_id=purchase.pk, payment=first)
    run_jobs()
    assert (refunded(first), refunded(second)) == ([], [2000])
    assert credits_available(user) == 500
    assert JudgedPayment.objects.get(payment_ref=second.id).state == "refunded"
    assert not faults()


def test_a_payment_of_another_sum_goes_back_and_nothing_more_is_bought(user, purchase, run_jobs):
    made = charge(purchase, amount=Money(2500, "USD"))
    for _ in range(2):
        complete_top_up(purchase_id=purchase.pk, payment=made)
    purchase.refresh_from_db()
    assert (purchase.state, purchase.failure) == ("failed", "payment_differs")
    run_jobs()
    assert refunded(made) == [2500]
    assert credits_available(user) == 0
    assert not AutomaticTopUp.objects.get().is_on
    assert top_up(user_id=user.pk) is None
    assert not faults()


def test_what_is_not_paid_is_not_returned(purchase):
    complete_top_up(purchase_id=purchase.pk, payment=Payment("pi_x", "processing", Money(1, "USD"), {}))
    assert not JudgedPayment.objects.exists()


def test_a_checkout_of_another_sum_goes_back_too(user, purchase, run_jobs):
    CreditPurchase.objects.filter(pk=purchase.pk).update(is_automatic=False)
    made = charge(purchase, amount=Money(100, "USD"))
    session = CheckoutSession(
        id="cs_1",
        url="",
        status="complete",
        payment_status="paid",
        payment_intent_id=made.id,
        expires_at=None,
        total=Money(100, "USD"),
        metadata={PURCHASE_KEY: str(purchase.pk)},
    )
    complete_purchase(session)
    run_jobs()
    assert refunded(made) == [100]
    assert credits_available(user) == 0
    assert AutomaticTopUp.objects.get().is_on
    assert not faults()
