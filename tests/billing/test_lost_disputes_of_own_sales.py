"""A bank keeps the price of credits: what nobody has spent of them is taken back, as after a refund."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import gateway
from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.models import CreditPurchase
from billing.selectors import credits_available
from billing.selectors.refunded_credits import credits_spent_though_refunded
from billing.services import note_dispute, reserve_credits, settle_credits
from billing.services.own_refunds import note_own_refund, take_back_of_disputed
from billing.services.purchases import grant_purchase
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import CreditPackFactory, sell

pytestmark = pytest.mark.django_db
OPEN = DisputeFacts(
    id="du_1",
    payment_intent_id="pi_pack",
    amount=Money(1000, "USD"),
    reason="fraudulent",
    status="needs_response",
    created=now(),
    evidence_due_by=now() + timedelta(days=9),
    is_withdrawn=True,
    is_reinstated=False,
)


@pytest.fixture
def bought() -> CreditPurchase:
    """A pack of 100 credits for $10."""
    purchase = CreditPurchase.objects.create(
        user=UserFactory(), pack=CreditPackFactory(), credits=100, price_minor=1000, currency="USD"
    )
    grant_purchase(purchase, payment_ref="pi_pack")
    return purchase


def end(*, status: str, amount: int = 1000) -> None:
    """The dispute opens and ends; its job runs twice, as it may."""
    found = replace(OPEN, amount=Money(amount, "USD"))
    note_dispute(found)
    note_dispute(replace(found, status=status, is_reinstated=status == "won"))
    for _ in range(2):
        take_back_of_disputed(dispute_id="du_1")


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


@pytest.mark.parametrize(("status", "amount", "left"), [("lost", 1000, 0), ("lost", 300, 70), ("won", 1000, 100)])
def test_what_the_bank_keeps_takes_its_part_of_the_credits(bought, status, amount, left):
    end(status=status, amount=amount)
    assert credits_available(bought.user) == left
    assert not faults()


def test_the_job_is_queued_with_the_loss_and_only_with_it(bought):
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="billing.follow_lost_dispute")
    note_dispute(OPEN)
    assert not jobs.exists()
    note_dispute(replace(OPEN, status="lost"))
    assert jobs.get().args == {"dispute_id": "du_1"}


def test_what_was_spent_is_named_as_the_shops_loss(bought):
    reserve_credits(user=bought.user, amount=60, object_ref="job:1")
    settle_credits(object_ref="job:1", amount=60)
    end(status="lost")
    assert credits_available(bought.user) == 0
    (loss,) = credits_spent_though_refunded()
    assert (loss.spent, loss.loss) == (60, Money(600, "USD"))
    assert not faults()


@pytest.mark.parametrize("is_refund_first", [True, False])
def test_a_refund_beside_it_takes_no_credit_twice(bought, monkeypatch, is_refund_first):
    refund = Refund("re_1", "succeeded", Money(400, "USD"), "pi_pack")
    monkeypatch.setattr(gateway, "retrieve_refund", lambda _id: refund)
    for step in (True, False) if is_refund_first else (False, True):
        if step:
            note_own_refund(refund_id="re_1", payment_ref="pi_pack")
        else:
            end(status="lost", amount=600)
    assert credits_available(bought.user) == 0
    assert not faults()


def test_a_lost_dispute_of_a_sale_queues_nothing_here(bought):
    from procrastinate.contrib.django.models import ProcrastinateJob

    sale = sell(ArtistFactory(), 2000, payment_ref="pi_sale")
    for status in ("needs_response", "lost"):
        note_dispute(replace(OPEN, id="du_2", payment_intent_id="pi_sale", amount=sale.gross, status=status))
    assert not ProcrastinateJob.objects.filter(task_name="billing.follow_lost_dispute").exists()
    assert credits_available(bought.user) == 100
