"""A letter to a guest carries the key to her order; what is kept of the letter, and shown, does not."""

import pytest
from django.core import mail

from billing.models import Dispute
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.orders import letters
from marketplace.orders.evidence.case import case_of
from marketplace.orders.guests import key_of
from marketplace.orders.models import DisputeEvidence, Order, SentLetter
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    guest = UserFactory(is_guest=True, display_name="")
    return paid(claimed(basket_of(work_on_sale()), buyer=guest, is_known=False))


def evidence_of(order: Order) -> DisputeEvidence:
    dispute = Dispute.objects.create(
        id="du_1",
        payment_ref=order.payment_intent_id,
        amount_minor=1200,
        currency="USD",
        reason="fraudulent",
        status="needs_response",
        opened_at=now(),
    )
    return DisputeEvidence.objects.create(dispute=dispute, order=order)


def test_it_is_kept_without_the_key(order):
    letters.write_to_buyer(order_id=order.pk)
    key = f"?key={key_of(order.pk, order.buyer)}"
    (sent,) = mail.outbox
    assert f"/orders/{order.pk}?key=" in sent.body
    kept = SentLetter.objects.get()
    assert kept.body == sent.body.replace(sent.body[sent.body.index("?key=") :].split()[0], "")
    assert "key=" not in kept.body
    assert f"/orders/{order.pk}" in kept.body
    assert key not in kept.body


def test_what_was_kept_with_it_is_shown_without(order, client):
    address = f"http://testserver/orders/{order.pk}"
    body = f"Your order:\n{address}?key={key_of(order.pk, order.buyer)}\n\nAtelier"
    letter = SentLetter.objects.create(order=order, subject="Your licence", body=body)
    assert letter.text == f"Your order:\n{address}\n\nAtelier"
    (message,) = case_of(evidence_of(order)).messages
    assert message.text == letter.text
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    page = client.get(f"/admin/orders/sentletter/{letter.pk}/change/").text
    assert address in page
    assert "key=" not in page
