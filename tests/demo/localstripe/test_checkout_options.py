"""What a checkout can ask and tell: chosen amounts, consent, texts, guests' details, an invoice of its own."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import open_checkout, pay
from .server import Page, Receiver, visit
from .test_discounts import coupon, lines
from .test_wallets import answer, choose, open_with_wallets


@pytest.fixture(scope="module")
def chosen_price(client: stripe.StripeClient) -> stripe.Price:
    """Pay what you want: at least $5, at most $500, $12 proposed."""
    product = client.v1.products.create({"name": "Pay what you want"})
    custom: Any = {"enabled": True, "minimum": 500, "maximum": 50_000, "preset": 1200}
    return client.v1.prices.create({"product": product.id, "currency": "usd", "custom_unit_amount": custom})


def open_chosen(client: stripe.StripeClient, price: stripe.Price, **more: Any) -> stripe.checkout.Session:
    return open_checkout(client, line_items=[{"price": price.id, "quantity": 1}], **more)


def test_a_buyer_chooses_the_amount(client: stripe.StripeClient, chosen_price: stripe.Price) -> None:
    assert (chosen_price.unit_amount, chosen_price.custom_unit_amount.minimum) == (None, 500)  # type: ignore[union-attr]
    session = open_chosen(client, chosen_price)
    assert session.amount_total == 1200
    for amount, told in (("4", "at least $5.00"), ("501", "at most $500.00"), ("much", "Enter an amount.")):
        page = pay(session, amount=amount)
        assert (page.status, told in page.text) == (402, True)
    assert pay(session, amount="25.50", shown_total="2550").status == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "payment_intent"]})
    assert (done.amount_total, done.payment_intent.amount_received) == (2550, 2550)
    assert done.line_items.data[0].amount_total == 2550


def test_a_chosen_amount_stands_alone(client: stripe.StripeClient, chosen_price: stripe.Price) -> None:
    two = [{"price": chosen_price.id, "quantity": 1}, *lines(500)]
    with pytest.raises(stripe.InvalidRequestError, match="stands alone"):
        open_checkout(client, line_items=two)
    with pytest.raises(stripe.InvalidRequestError, match="discounted"):
        open_chosen(client, chosen_price, allow_promotion_codes=True)
    wrong: Any = {"product": chosen_price.product, "currency": "usd"}
    for custom in ({"enabled": True, "minimum": 5, "maximum": 4}, {"enabled": True, "minimum": 5, "preset": 4}):
        with pytest.raises(stripe.InvalidRequestError, match="do not fit"):
            client.v1.prices.create({**wrong, "custom_unit_amount": custom})


def test_consent_is_asked_and_recorded(client: stripe.StripeClient, receiver: Receiver) -> None:
    words = "I agree to the immediate delivery and lose my right of withdrawal."
    session = open_checkout(
        client,
        consent_collection={"terms_of_service": "required", "promotions": "auto"},
        custom_text={"terms_of_service_acceptance": {"message": words}, "submit": {"message": "You get a file."}},
    )
    assert session.consent is None
    page = visit(session.url or "").text
    for text in (words, "You get a file.", "Tell me of news"):
        assert text in page
    refused = pay(session)
    assert (refused.status, "Accept the terms" in refused.text) == (402, True)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_intent is None
    assert pay(session, terms="yes").status == 303
    event = receiver.wait_for("checkout.session.completed", session.id)
    assert event.data.object.consent.to_dict() == {"promotions": "opt_out", "terms_of_service": "accepted"}
    with pytest.raises(stripe.InvalidRequestError, match="1200"):
        open_checkout(client, custom_text={"submit": {"message": "x" * 1201}})


ADDRESS = {"country": "DE", "line1": "Hauptstr. 1", "city": "Berlin", "postal_code": "10115"}


def test_a_guests_details_come_with_the_session(client: stripe.StripeClient) -> None:
    session = open_checkout(client, billing_address_collection="required")
    assert (session.customer_creation, session.customer_details) == ("if_required", None)
    missing = pay(session, country="DE")
    assert (missing.status, "Enter your address." in missing.text) == (402, True)
    assert pay(session, email="guest@example.com", name="Ada Wong", **ADDRESS).status == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert done.customer is None
    details = done.customer_details
    assert (details.email, details.name, details.tax_exempt) == ("guest@example.com", "Ada Wong", "none")
    assert details.address.to_dict() == {**ADDRESS, "line2": None, "state": None}
    assert done.payment_intent.latest_charge.billing_details.address.country == "DE"
    found = client.v1.checkout.sessions.list({"customer_details": {"email": "guest@example.com"}}).data
    assert session.id in [one.id for one in found]


def test_a_customer_is_made_where_it_is_asked_for(client: stripe.StripeClient) -> None:
    session = open_checkout(client, customer_creation="always", billing_address_collection="required")
    assert pay(session, email="kept@example.com", name="Ada", **ADDRESS).status == 303
    made: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]}).customer
    assert (made.email, made.name, made.address.city) == ("kept@example.com", "Ada", "Berlin")


def test_an_old_customer_is_changed_only_where_it_is_allowed(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "old@example.com", "name": "Old"})
    common: Any = {"customer": customer.id, "billing_address_collection": "required"}
    assert pay(open_checkout(client, **common), name="New", **ADDRESS).status == 303
    kept = client.v1.customers.retrieve(customer.id)
    assert (kept.name, kept.address) == ("Old", None)
    session = open_checkout(client, **common, customer_update={"address": "auto", "name": "auto"})
    assert pay(session, name="New", **ADDRESS).status == 303
    changed = client.v1.customers.retrieve(customer.id)
    assert (changed.name, changed.address.city) == ("New", "Berlin")  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError, match="customer_update"):
        open_checkout(client, customer_update={"name": "auto"})


def paid_invoice(client: stripe.StripeClient, session: stripe.checkout.Session, page: Page) -> Any:
    assert page.status == 303, page.text
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice", "customer"]})


def test_a_one_time_payment_writes_an_invoice(client: stripe.StripeClient, receiver: Receiver) -> None:
    off = coupon(client, percent_off="10")
    session = open_checkout(
        client,
        line_items=lines(1000, 3000),
        discounts=[{"coupon": off.id}],
        automatic_tax={"enabled": True},
        invoice_creation={"enabled": True, "invoice_data": {"footer": "Thank you", "metadata": {"order": "7"}}},
    )
    done = paid_invoice(client, session, pay(session, country="DE", shown_total="4284"))
    invoice = done.invoice
    assert (invoice.status, invoice.number[-5:], invoice.footer) == ("paid", "-0001", "Thank you")
    assert (invoice.subtotal, invoice.total, invoice.amount_paid, invoice.total_excluding_tax) == (
        4000,
        4284,
        4284,
        3600,
    )
    assert [part.amount for part in invoice.total_discount_amounts] == [400]
    (tax,) = invoice.total_taxes
    assert (tax.amount, tax.tax_behavior, tax.taxability_reason) == (684, "exclusive", "standard_rated")
    assert [line.amount for line in invoice.lines.data] == [1000, 3000]
    assert done.customer.email == "buyer@example.com"
    payments = client.v1.invoice_payments.list({"invoice": invoice.id}).data
    assert [one.payment.payment_intent for one in payments] == [done.payment_intent]
    receiver.wait_for("invoice.paid", invoice.id)
    assert "paid" in visit(invoice.hosted_invoice_url).text


def test_the_invoice_of_delayed_money_is_written_when_it_comes(client: stripe.StripeClient, receiver: Receiver) -> None:
    session = open_with_wallets(client, invoice_creation={"enabled": True})
    answer(choose(session, "alipay"), "pay_later", after_s=1)
    assert receiver.wait_for("checkout.session.completed", session.id).data.object.invoice is None
    event = receiver.wait_for("checkout.session.async_payment_succeeded", session.id)
    assert client.v1.invoices.retrieve(event.data.object.invoice).status == "paid"


def test_a_free_order_has_an_invoice_too(client: stripe.StripeClient) -> None:
    off = coupon(client, percent_off="100")
    session = open_checkout(client, discounts=[{"coupon": off.id}], invoice_creation={"enabled": True})
    done = paid_invoice(client, session, visit(session.url or "", {"email": "free@example.com"}))
    assert (done.invoice.status, done.invoice.total) == ("paid", 0)
