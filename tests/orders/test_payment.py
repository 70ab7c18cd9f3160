"""A payment becomes a licence, a sale in the ledger, an event and two letters: each once."""

import pytest
from django.core import mail

from billing.models import Sale, StripeEvent, Transaction
from billing.webhooks import EventFacts
from marketplace.catalog.services import hide_work
from marketplace.licensing.models import LicenceGrant
from marketplace.orders import handlers
from marketplace.orders.models import Order
from recommendations.models import Event
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")


def facts_of(event_type):
    stored = StripeEvent.objects.filter(type=event_type).latest("received_at")
    return EventFacts(id=stored.id, type=stored.type, created=stored.created, object=stored.payload)


def effects():
    return {
        "licences": LicenceGrant.objects.count(),
        "sales": Sale.objects.count(),
        "bookings": Transaction.objects.filter(effect="sold").count(),
        "events": Event.objects.filter(kind="bought").count(),
        "letters": len(mail.outbox),
    }


ONCE = {"licences": 1, "sales": 1, "bookings": 1, "events": 1, "letters": 2}


def test_paid(pay, wait_for_event, run_jobs):
    artist = ArtistFactory(user=UserFactory(email="lin@example.org"))
    work, buyer = work_on_sale(artist=artist, title="Evening tide"), UserFactory(email="anna@example.org")
    order = begun_order(work, buyer=buyer)
    assert pay(order).location.endswith("?returned=paid")
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    grant = LicenceGrant.objects.get()
    assert (order.state, order.lines.get().grant, grant.holder) == ("paid", grant, buyer)
    assert order.payment_intent_id.startswith("pi_")
    sale = Sale.objects.get()
    assert (sale.artist, sale.gross_minor, sale.fee.amount_minor) == (artist, 1200, 120)
    assert effects() == ONCE
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert grant.number in letters["anna@example.org"].body
    assert f"/orders/{order.pk}" in letters["anna@example.org"].body
    assert "Evening tide" in letters["lin@example.org"].subject
    assert "Your share: $10.80" in letters["lin@example.org"].body


def test_the_same_event_again_and_again_changes_nothing(pay, wait_for_event, run_jobs):
    order = begun_order()
    pay(order)
    wait_for_event("checkout.session.completed")
    for _n in range(3):
        handlers.on_session_paid(facts_of("checkout.session.completed"))
    run_jobs()
    assert effects() == ONCE


def test_a_paid_order_ignores_a_late_decline_and_a_late_expiry(pay, wait_for_event, run_jobs):
    order = begun_order()
    pay(order, "4000 0000 0000 0002")
    pay(order)
    wait_for_event("checkout.session.completed")
    handlers.on_card_declined(facts_of("payment_intent.payment_failed"))
    handlers.on_session_expired(facts_of("checkout.session.completed"))
    run_jobs()
    order.refresh_from_db()
    assert order.state == "paid"
    assert effects() == ONCE


def test_a_declined_card_leaves_the_order_open_and_another_card_pays(pay, wait_for_event, run_jobs):
    order = begun_order(code="exclusive")
    assert pay(order, "4000 0000 0000 9995").status == 402
    wait_for_event("payment_intent.payment_failed")
    order.refresh_from_db()
    assert (order.state, order.decline_code) == ("open", "insufficient_funds")
    assert effects() == {"licences": 0, "sales": 0, "bookings": 0, "events": 0, "letters": 0}
    pay(order)
    wait_for_event("checkout.session.completed")
    order.refresh_from_db()
    assert order.state == "paid"
    work = order.lines.get().work
    assert work.sold_exclusively
    run_jobs()
    assert effects() == ONCE


def test_an_exclusive_sale_closes_the_open_pages_of_others(pay, wait_for_event, run_jobs):
    work = work_on_sale()
    slow = begun_order(work, "personal")
    winner = begun_order(work, "exclusive")
    pay(winner)
    wait_for_event("checkout.session.completed")
    run_jobs()
    slow_page = slow.checkout_url
    slow.refresh_from_db()
    assert slow.state == "expired"
    pay(slow, address=slow_page)
    assert Order.objects.filter(state="paid").get() == winner
    assert effects()["licences"] == 1


def test_an_ordinary_payment_after_an_exclusive_sale_goes_back(pay, wait_for_event, run_jobs):
    work = work_on_sale()
    slow = begun_order(work, "personal", buyer=UserFactory(email="slow@example.org"))
    # It was sold by another way while she typed her card.
    licence_in(work, "exclusive")
    pay(slow)
    wait_for_event("checkout.session.completed")
    run_jobs()
    slow.refresh_from_db()
    assert (slow.state, slow.refusal) == ("refunded", "sold_exclusively")
    assert slow.refund_id.startswith("re_")
    assert effects() == {"licences": 1, "sales": 0, "bookings": 0, "events": 0, "letters": 1}
    assert mail.outbox[0].to == ["slow@example.org"]
    assert "sold exclusively" in mail.outbox[0].body
    assert "$12.00" in mail.outbox[0].body


def test_a_payment_for_a_work_that_was_hidden_meanwhile_goes_back(pay, wait_for_event, run_jobs):
    order = begun_order()
    hide_work(work=order.lines.get().work)
    pay(order)
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.refusal) == ("refunded", "not_on_sale")


def test_another_rooms_payment_is_left_alone():
    handlers.on_session_paid(
        EventFacts(
            id="evt_1",
            type="checkout.session.completed",
            created=UserFactory().date_joined,
            object={
                "id": "cs_test_x",
                "client_reference_id": "credits:1",
                "status": "complete",
                "payment_status": "paid",
                "amount_total": 1000,
                "currency": "usd",
            },
        )
    )
    assert not Order.objects.exists()
