"""The ledger against the real local Stripe's books: agreed after honest work, every difference named, nothing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from billing.gateway import Dispute as DisputeFacts
from billing.gateway.client import client as stripe_client
from billing.models import Account, AccountKind, LedgerDifference, StripeMovement, Transaction
from billing.selectors import balance_of
from billing.services import (
    buy_credits,
    note_dispute,
    reconcile,
    record_return_failed,
    record_unused_payment,
    record_unused_returned,
)
from billing.services.ledger import account_of, post
from billing.services.reconciling import _compare, copy_movements, post_what_stripe_says
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.demo.localstripe.server import card_form, visit
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import sell
from tests.whole_seconds import wait_for_the_next_second

pytestmark = pytest.mark.django_db(transaction=True)
NO_GRACE = timedelta(seconds=-5)


@pytest.fixture
def begun(shop):
    """The local Stripe keeps its books from test to test: what it has is copied before, and this is the moment."""
    copy_movements()
    post_what_stripe_says()
    wait_for_the_next_second()
    return now().replace(microsecond=0)


@pytest.fixture
def bought(begun, wait_for_event):
    """A credit pack, paid on Stripe's page and known by its webhook."""
    started = buy_credits(
        user=UserFactory(),
        pack_code="pack-500",
        success_url=f"{django_settings.BASE_URL}/credits?paid=pack",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )
    assert visit(started.checkout_url, card_form()).status == 303
    wait_for_event("checkout.session.completed", started.purchase.checkout_session_id)
    started.purchase.refresh_from_db()
    return started.purchase


def at_stripe() -> int:
    """What Stripe says it holds for the shop, in cents."""
    balance = stripe_client().v1.balance.retrieve().to_dict()
    return sum(part["amount"] for part in [*balance["available"], *balance["pending"]] if part["currency"] == "usd")


def in_ledger() -> int:
    """What the ledger says of it; what tests before this one did was copied without its payments."""
    return -balance_of(account_of(AccountKind.CASH_AT_STRIPE, "USD")).amount_minor


def charge(amount: int = 700) -> str:
    """Money that comes to Stripe past the shop."""
    params = {"amount": amount, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    return str(stripe_client().v1.payment_intents.create(params).id)


def compare(begun):
    return reconcile(since=begun, grace=NO_GRACE)


def open_differences() -> list[tuple[str, str, int, int]]:
    found = LedgerDifference.objects.filter(agreed_at=None).order_by("id")
    return [(one.kind, one.ref, one.ledger_minor, one.stripe_minor) for one in found]


def test_a_purchase_agrees_and_the_ledger_holds_what_stripe_holds(begun, bought):
    run = compare(begun)
    assert (run.movements_new, run.refs_compared, run.differences) == (1, 1, 0)
    movement = StripeMovement.objects.get(ref=bought.payment_intent_id)
    assert movement.amount == bought.price
    assert movement.fee_minor > 0
    fee = Transaction.objects.get(object_ref=f"movement:{movement.id}")
    assert sorted(fee.entries.values_list("account__kind", "amount_minor")) == [
        ("cash_at_stripe", movement.fee_minor),
        ("stripe_fees", -movement.fee_minor),
    ]
    held = in_ledger()

    again = compare(begun)
    assert (again.movements_new, again.differences) == (0, 0)
    assert Transaction.objects.filter(object_ref=f"movement:{movement.id}").count() == 1
    assert in_ledger() == held


def test_ledger_and_stripe_move_by_the_same_money(begun, bought):
    compare(begun)
    ledger, stripe = in_ledger(), at_stripe()
    payment = charge(1200)
    record_unused_payment(object_ref="order:1", paid=Money(1200, "USD"), payment_ref=payment)
    refund = stripe_client().v1.refunds.create({"payment_intent": payment}).id
    for _ in range(2):
        record_unused_returned(object_ref="order:1", returned=Money(1200, "USD"), refund_ref=refund)
    assert compare(begun).differences == 0
    assert balance_of(Account.objects.get(kind=AccountKind.REFUNDS_DUE)) == Money(0, "USD")
    assert in_ledger() - ledger == at_stripe() - stripe < 0  # Stripe keeps its fee
    record_return_failed(object_ref="order:1", returned=Money(1200, "USD"), refund_ref=refund)
    assert balance_of(Account.objects.get(kind=AccountKind.REFUNDS_DUE)) == Money(1200, "USD")


def test_money_that_only_one_side_knows_is_named_until_it_is_put_right(begun, bought):
    stranger = charge(700)
    cash, fees = account_of(AccountKind.CASH_AT_STRIPE, "USD"), account_of(AccountKind.PLATFORM_FEES, "USD")
    post(object_ref="x:1", effect="e", reason="sale", entries=[(cash, -90), (fees, 90)], stripe_ref="pi_not_there")
    assert reconcile(since=begun).differences == 0  # within the hour that both sides have
    assert compare(begun).differences == 2
    assert sorted(open_differences()) == sorted(
        [("not_in_ledger", stranger, 0, 700), ("not_at_stripe", "pi_not_there", 90, 0)]
    )
    compare(begun)
    assert LedgerDifference.objects.count() == 2

    record_unused_payment(object_ref="order:1", paid=Money(700, "USD"), payment_ref=stranger)
    assert compare(begun).differences == 1
    assert open_differences() == [("not_at_stripe", "pi_not_there", 90, 0)]
    assert LedgerDifference.objects.exclude(agreed_at=None).get().ref == stranger


def test_another_amount_is_named_with_both_sides(begun, bought):
    payment = charge(700)
    record_unused_payment(object_ref="order:1", paid=Money(650, "USD"), payment_ref=payment)
    compare(begun)
    assert open_differences() == [("amounts_differ", payment, 650, 700)]


def test_a_copy_that_broke_off_goes_on(begun, monkeypatch):
    from billing.services import reconciling

    payments = {charge(300), charge(400)}
    whole = reconciling.gateway.movements

    def breaking_off(**asked):
        yield next(iter(whole(**asked)))
        raise ConnectionError

    monkeypatch.setattr(reconciling.gateway, "movements", breaking_off)
    with pytest.raises(ConnectionError):
        compare(begun)
    # Nothing is here, so that the next reading does not begin above what was missed.
    assert StripeMovement.objects.filter(ref__in=payments).count() == 0
    monkeypatch.undo()
    assert compare(begun).movements_new == 2
    copied = StripeMovement.objects.filter(ref__in=payments)
    assert {movement.ref for movement in copied} == payments
    assert Transaction.objects.filter(object_ref__in=[f"movement:{one.id}" for one in copied]).count() == 2


def test_a_difference_stays_open_while_something_newer_of_it_is_within_the_grace(begun, bought):
    payment = charge(700)
    compare(begun)
    record_unused_payment(object_ref="order:1", paid=Money(650, "USD"), payment_ref=payment)
    run = reconcile(since=begun)  # what was posted just now is within the hour that both sides have
    assert run.differences == 1
    assert [found[:2] for found in open_differences()] == [("not_in_ledger", payment)]
    compare(begun)
    assert open_differences() == [("amounts_differ", payment, 650, 700)]
    assert LedgerDifference.objects.filter(ref=payment).count() == 1


def test_a_currency_that_the_shop_does_not_trade_in_is_named_and_not_booked(begun, bought, client):
    compare(begun)
    held = in_ledger()
    params = {"amount": 700, "currency": "chf", "confirm": True, "payment_method": "pm_card_visa"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    payment = str(stripe_client().v1.payment_intents.create(params).id)
    assert compare(begun).differences == 1
    assert open_differences() == [("not_traded", payment, 0, 700)]
    assert in_ledger() == held
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:billing_reconciliation_changelist")).text
    assert "700 minor units of CHF" in page
    assert "In a currency that the shop does not trade in" in page


def test_money_of_a_lost_dispute_that_a_bank_gives_back_after_all_has_a_line_of_its_own(db):
    sale = sell(ArtistFactory(), 2000, payment_ref="pi_1")
    found = DisputeFacts(
        id="du_1",
        payment_intent_id="pi_1",
        amount=sale.gross,
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=None,
        is_withdrawn=True,
        is_reinstated=False,
    )
    for status, is_reinstated in (("needs_response", False), ("lost", False), ("lost", True), ("won", True)):
        note_dispute(replace(found, status=status, is_reinstated=is_reinstated))
    moved = {"fee_minor": 0, "currency": "USD", "created": now(), "available_on": now()}
    StripeMovement.objects.create(id="txn_1", type="charge", ref="pi_1", amount_minor=2000, **moved)
    StripeMovement.objects.create(id="txn_2", type="adjustment", ref="du_1", amount_minor=-2000, **moved)
    _compare(since=now() - timedelta(hours=1), before=now() + timedelta(hours=1))
    assert open_differences() == []
    StripeMovement.objects.create(id="txn_3", type="adjustment", ref="du_1", amount_minor=2000, **moved)
    _compare(since=now() - timedelta(hours=1), before=now() + timedelta(hours=1))
    assert open_differences() == [("reinstated", "du_1", -2000, 0)]
