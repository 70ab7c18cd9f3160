"""Credit packs through the real local Stripe: its hosted page, its signed webhooks, our queue."""

import json
import time

import pytest
import stripe
from django.conf import settings as django_settings

from billing.catalogue import PACKS, Offer
from billing.errors import NotForSale
from billing.models import CreditPack, CreditPurchase, Entry, StripeEvent
from billing.selectors import credits_available
from billing.services import buy_credits, sync_catalogue
from billing.webhooks import process_event
from tests.demo.localstripe.server import card_form, visit
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DECLINED = "4000000000000002"


@pytest.fixture
def started(shop):
    user = UserFactory(email="mei@example.org")
    return buy_credits(
        user=user,
        pack_code="pack-500",
        success_url=f"{django_settings.BASE_URL}/credits?paid=pack",
        cancel_url=f"{django_settings.BASE_URL}/credits",
    )


def signed(payload: str) -> dict[str, str]:
    secret = django_settings.CONFIGURATION.stripe_webhook_secret
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(payload, secret)}


def event_body(event: StripeEvent) -> str:
    return json.dumps(
        {
            "id": event.id,
            "object": "event",
            "type": event.type,
            "created": int(event.created.timestamp()),
            "data": {"object": event.payload},
        }
    )


def test_a_paid_pack_brings_its_credits_once_however_often_the_event_comes(started, wait_for_event, client):
    user = started.purchase.user
    paid = visit(started.checkout_url, card_form())
    assert paid.status == 303, paid.text
    event = wait_for_event("checkout.session.completed", started.purchase.checkout_session_id)
    assert event.state == StripeEvent.State.PROCESSED
    assert credits_available(user) == 500
    purchase = CreditPurchase.objects.get()
    assert purchase.state == CreditPurchase.State.PAID
    assert purchase.payment_intent_id.startswith("pi_")
    lines = Entry.objects.count()

    # The same event again over the wire, and the same effect under another event's id.
    body = event_body(event)
    for again in (body, body.replace(event.id, "evt_of_the_same_thing")):
        answer = client.post("/webhooks/stripe/", again, content_type="application/json", headers=signed(again))
        assert answer.status_code == 200
    process_event(event.id)
    process_event("evt_of_the_same_thing")
    assert StripeEvent.objects.filter(type="checkout.session.completed").count() == 2
    assert credits_available(user) == 500
    assert Entry.objects.count() == lines


def test_a_declined_card_brings_nothing_and_another_card_can_pay(started, wait_for_event):
    user = started.purchase.user
    refused = visit(started.checkout_url, card_form(DECLINED))
    assert refused.status != 303
    assert credits_available(user) == 0
    assert CreditPurchase.objects.get().state == CreditPurchase.State.OPEN
    assert visit(started.checkout_url, card_form()).status == 303
    wait_for_event("checkout.session.completed", started.purchase.checkout_session_id)
    assert credits_available(user) == 500


def test_an_event_that_comes_before_our_row_is_tried_again(started, wait_for_event, run_jobs):
    """As if the payment was faster than the commit: the row appears only after the first attempt."""
    purchase = started.purchase
    CreditPurchase.objects.filter(pk=purchase.pk).delete()
    assert visit(started.checkout_url, card_form()).status == 303
    event = wait_for_event("checkout.session.completed", purchase.checkout_session_id)
    assert event.state == StripeEvent.State.RECEIVED
    assert "ObjectNotKnownYet" in event.last_error
    assert credits_available(purchase.user) == 0

    purchase.save(force_insert=True)
    deadline = time.monotonic() + 60
    while event.state != StripeEvent.State.PROCESSED and time.monotonic() < deadline:
        time.sleep(0.5)
        run_jobs()
        event.refresh_from_db()
    assert event.attempts >= 2
    assert credits_available(purchase.user) == 500


def test_a_pack_that_is_not_on_sale_cannot_be_bought(shop):
    CreditPack.objects.filter(code="pack-100").update(is_active=False)
    for code in ("pack-100", "no-such-pack"):
        with pytest.raises(NotForSale):
            buy_credits(user=UserFactory(), pack_code=code, success_url="http://x.test", cancel_url="http://x.test")
    assert not CreditPurchase.objects.exists()


def test_the_catalogue_is_made_once_and_a_new_price_replaces_the_old(shop, monkeypatch):
    before = dict(CreditPack.objects.values_list("code", "stripe_price_id"))
    assert sync_catalogue() == ["pack-100", "pack-500", "pack-2000", "studio", "pro", "club"]
    assert dict(CreditPack.objects.values_list("code", "stripe_price_id")) == before
    dearer = [Offer(**{**{f: getattr(o, f) for f in o.__slots__}, "price_minor": o.price_minor + 100}) for o in PACKS]
    monkeypatch.setattr("billing.services.catalogue.PACKS", dearer[:2])
    sync_catalogue()
    after = dict(CreditPack.objects.values_list("code", "stripe_price_id"))
    assert after["pack-100"] != before["pack-100"]
    assert not CreditPack.objects.get(code="pack-2000").is_active
    assert CreditPack.objects.get(code="pack-100").price_minor == 600
