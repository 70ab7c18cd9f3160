"""Automatic tax of subscriptions: the hosted page, renewals, prorations, previews; rates as objects."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import pay

TAXED: Any = {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto", "name": "auto"}}


def price(client: stripe.StripeClient, amount: int, behaviour: str = "exclusive") -> stripe.Price:
    product = client.v1.products.create({"name": "A plan"})
    return client.v1.prices.create(
        {
            "product": product.id,
            "currency": "eur",
            "unit_amount": amount,
            "recurring": {"interval": "month"},
            "tax_behavior": behaviour,  # type: ignore[typeddict-item]
        }
    )


def subscribed(client: stripe.StripeClient, wanted: stripe.Price, *, country: str = "DE", **customer: Any) -> Any:
    """A subscription that was paid on the hosted page."""
    known = client.v1.customers.create({"email": "a@example.com", **customer})
    params: Any = {
        "mode": "subscription",
        "customer": known.id,
        "line_items": [{"price": wanted.id, "quantity": 1}],
        "success_url": "https://shop.example/paid",
        **TAXED,
    }
    session = client.v1.checkout.sessions.create(params)
    assert pay(session, country=country).status == 303
    done = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.subscriptions.retrieve(str(done.subscription)), done


def invoice_of(client: stripe.StripeClient, subscription: Any) -> Any:
    return client.v1.invoices.retrieve(str(subscription.latest_invoice))


@pytest.mark.parametrize(
    ("behaviour", "country", "tax", "total"),
    [("exclusive", "DE", 190, 1190), ("inclusive", "DE", 160, 1000), ("exclusive", "US", 0, 1000)],
)
def test_the_first_invoice(client: stripe.StripeClient, behaviour: str, country: str, tax: int, total: int) -> None:
    subscription, session = subscribed(client, price(client, 1000, behaviour), country=country)
    assert (session.amount_total, session.total_details.amount_tax) == (total, tax)
    assert subscription.automatic_tax.enabled
    invoice = invoice_of(client, subscription)
    assert (invoice.total, invoice.amount_paid, invoice.total_excluding_tax) == (total, total, total - tax)
    assert invoice.automatic_tax.status == "complete"
    (part,) = invoice.lines.data[0].taxes
    assert (part.amount, part.tax_behavior) == (tax, behaviour)
    assert sum(one.amount for one in invoice.total_taxes) == tax
    rate = client.v1.tax_rates.retrieve(part.tax_rate_details.tax_rate)
    assert (rate.country, rate.inclusive) == (country, behaviour == "inclusive")
    assert rate.percentage == (19 if tax else 0)


def test_a_change_is_taxed_both_ways_and_previewed_so(client: stripe.StripeClient) -> None:
    subscription, _session = subscribed(client, price(client, 1000))
    dearer = price(client, 3000)
    item = subscription["items"].data[0]
    terms: Any = {
        "items": [{"id": item.id, "price": dearer.id}],
        "proration_behavior": "always_invoice",
        "proration_date": item.current_period_start,
        "billing_cycle_anchor": "now",
    }
    seen: Any = client.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": terms})
    by_amount = {line.amount: line.taxes[0].amount for line in seen.lines.data}
    assert by_amount == {3000: 570, -1000: -190}
    assert (seen.total, seen.amount_due) == (2380, 2380)
    client.v1.subscriptions.update(subscription.id, terms)
    made = invoice_of(client, client.v1.subscriptions.retrieve(subscription.id))
    assert (made.total, made.amount_paid, made.total_excluding_tax) == (2380, 2380, 2000)


def test_a_vat_id_that_is_known_reverses_the_charge(client: stripe.StripeClient) -> None:
    ids = [{"type": "eu_vat", "value": "DE123456789"}]
    subscription, session = subscribed(client, price(client, 1000), tax_id_data=ids)
    invoice = invoice_of(client, subscription)
    assert (session.amount_total, invoice.total) == (1000, 1000)
    assert invoice.lines.data[0].taxes[0].taxability_reason == "reverse_charge"
    assert [one.value for one in invoice.customer_tax_ids] == ["DE123456789"]


def test_a_customer_without_an_address_needs_one_at_the_checkout(client: stripe.StripeClient) -> None:
    wanted, known = price(client, 1000), client.v1.customers.create({"email": "a@example.com"})
    params: Any = {
        "mode": "subscription",
        "customer": known.id,
        "line_items": [{"price": wanted.id, "quantity": 1}],
        "success_url": "https://shop.example/paid",
        "automatic_tax": {"enabled": True},
    }
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params)
    assert refused.value.code == "customer_tax_location_invalid"
    params |= {"customer_update": {"address": "auto"}, "tax_id_collection": {"enabled": True}}
    with pytest.raises(stripe.InvalidRequestError, match="updating business name"):
        client.v1.checkout.sessions.create(params)


def test_a_calculation_needs_to_know_where(client: stripe.StripeClient) -> None:
    known = client.v1.customers.create({"email": "a@example.com"})
    wanted: Any = {
        "currency": "eur",
        "customer": known.id,
        "line_items": [{"amount": 1000, "reference": "one", "tax_behavior": "inclusive"}],
    }
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.tax.calculations.create(wanted)
    assert refused.value.code == "customer_tax_location_invalid"
    client.v1.customers.update(known.id, {"address": {"country": "DE"}})
    assert client.v1.tax.calculations.create(wanted).tax_amount_inclusive == 160
