"""What tests do again and again: open a checkout, pay, onboard an artist, make a customer with a card."""

from __future__ import annotations

from typing import Any

import stripe

from .server import Page, card_form, visit

SUCCESS = "http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}"
CANCEL = "http://127.0.0.1:9/cart"


def open_checkout(client: stripe.StripeClient, amount: int = 4900, **more: Any) -> stripe.checkout.Session:
    """A payment session for one picture."""
    params: Any = {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "usd",
                    "unit_amount": amount,
                    "product_data": {"name": "Sunset over the sea"},
                },
                "quantity": 1,
            }
        ],
        "success_url": SUCCESS,
        "cancel_url": CANCEL,
        **more,
    }
    return client.v1.checkout.sessions.create(params)


def pay(session: stripe.checkout.Session, number: str = "4242424242424242", **changes: str) -> Page:
    """Fill and send the hosted page's form."""
    assert session.url is not None
    return visit(session.url, card_form(number, **changes))


def pay_now(
    client: stripe.StripeClient, amount: int = 4900, card: str = "pm_card_visa", **more: Any
) -> stripe.PaymentIntent:
    """A payment intent confirmed at once."""
    params: Any = {
        "amount": amount,
        "currency": "usd",
        "payment_method": card,
        "confirm": True,
        "payment_method_types": ["card"],
        **more,
    }
    return client.v1.payment_intents.create(params)


def customer_with_card(client: stripe.StripeClient, number: str = "4242424242424242", **more: Any) -> stripe.Customer:
    """A customer whose default card is ``number``."""
    customer = client.v1.customers.create({"email": "artist@example.com", **more})
    method = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    return client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})


PERSON = {
    "first_name": "Ada",
    "last_name": "Wong",
    "email": "ada@example.com",
    "birth_date": "1990-01-02",
    "business_type": "individual",
    "phone": "+1 555 0100",
    "line1": "1 Harbour Street",
    "city": "Portland",
    "postal_code": "97201",
    "tax_id": "000000000",
    "routing_number": "110000000",
    "account_number": "000123456789",
    "agrees": "yes",
}


def onboarding_link(client: stripe.StripeClient, account: str) -> str:
    return client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "return_url": "http://127.0.0.1:9/back",
            "refresh_url": "http://127.0.0.1:9/again",
        }
    ).url


def onboarded_account(
    client: stripe.StripeClient, account_number: str = PERSON["account_number"], **more: Any
) -> stripe.Account:
    """An express account that went through the hosted form."""
    params: Any = {"type": "express", "capabilities": {"transfers": {"requested": True}}, **more}
    account = client.v1.accounts.create(params)
    page = visit(onboarding_link(client, account.id), {**PERSON, "account_number": account_number})
    assert page.status == 303, page.text
    return client.v1.accounts.retrieve(account.id)
