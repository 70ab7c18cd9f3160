"""Automatic tax on a checkout, tax ids of customers, and tax calculations."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import open_checkout, pay
from .server import Receiver, visit, wait_until

TAXED: Any = {"automatic_tax": {"enabled": True}}
BREAKDOWN: Any = {"expand": ["total_details.breakdown", "line_items.data.taxes"]}


def priced(amount: int, currency: str, behaviour: str) -> dict[str, Any]:
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A work"}, "tax_behavior": behaviour}
    return {"line_items": [{"price_data": data, "quantity": 1}], **TAXED}


@pytest.mark.parametrize(
    ("behaviour", "country", "tax", "total", "reason"),
    [
        ("exclusive", "DE", 1900, 11_900, "standard_rated"),
        ("inclusive", "DE", 1597, 10_000, "standard_rated"),
        ("exclusive", "FR", 2000, 12_000, "standard_rated"),
        ("exclusive", "US", 0, 10_000, "not_collecting"),
        ("inclusive", "CN", 0, 10_000, "not_collecting"),
    ],
)
def test_the_buyers_country_decides(
    client: stripe.StripeClient, behaviour: str, country: str, tax: int, total: int, reason: str
) -> None:
    session = open_checkout(client, **priced(10_000, "eur", behaviour))
    assert session.automatic_tax.to_dict() == {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "requires_location_inputs",
    }
    assert (session.amount_total, session.total_details.amount_tax) == (10_000, 0)  # type: ignore[union-attr]
    assert "Tax: choose your country" in visit(session.url or "").text
    missing = pay(session)
    assert (missing.status, "Choose your country." in missing.text) == (402, True)
    changed = visit(session.url or "", {"email": "a@example.com", "country": country, "action": "update"})
    assert changed.status == 200
    assert pay(session, country=country, shown_total=str(total)).status == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, BREAKDOWN)
    assert (done.amount_subtotal, done.amount_total, done.total_details.amount_tax) == (10_000, total, tax)
    assert done.automatic_tax.status == "complete"
    assert done.customer_details.address.country == country
    (part,) = done.total_details.breakdown.taxes
    assert (part.amount, part.taxability_reason, part.rate.country) == (tax, reason, country)
    assert part.taxable_amount == (10_000 - (tax if behaviour == "inclusive" else 0) if tax else 0)
    item = done.line_items.data[0]
    assert (item.amount_tax, item.amount_total, item.taxes[0].amount) == (tax, total, tax)
    assert client.v1.payment_intents.retrieve(done.payment_intent).amount_received == total


def business(session: stripe.checkout.Session, value: str, kind: str = "eu_vat", **more: str) -> Any:
    return pay(session, country="DE", tax_id_type=kind, tax_id_value=value, business_name="Example GmbH", **more)


def test_a_business_with_a_vat_id_owes_the_tax_itself(client: stripe.StripeClient) -> None:
    options = {**priced(10_000, "eur", "exclusive"), "tax_id_collection": {"enabled": True}}
    session = open_checkout(client, **options, customer_creation="always")
    assert "I buy as a business" in visit(session.url or "").text
    wrong = business(session, "DE12345")
    assert (wrong.status, "does not have the right form" in wrong.text) == (402, True)
    assert business(session, "de 123 456 789", shown_total="10000").status == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, BREAKDOWN)
    assert (done.amount_total, done.total_details.amount_tax) == (10_000, 0)
    assert done.total_details.breakdown.taxes[0].taxability_reason == "reverse_charge"
    assert done.tax_id_collection.to_dict() == {"enabled": True, "required": "never"}
    details = done.customer_details
    assert (details.business_name, details.tax_ids[0].to_dict()) == (
        "Example GmbH",
        {"type": "eu_vat", "value": "DE123456789"},
    )
    (kept,) = client.v1.customers.tax_ids.list(done.customer).data
    assert (kept.type, kept.value, kept.country) == ("eu_vat", "DE123456789", "DE")
    assert client.v1.customers.retrieve(done.customer).name == "Example GmbH"


def test_a_tax_id_may_be_required_where_there_are_some(client: stripe.StripeClient) -> None:
    options = {**TAXED, "tax_id_collection": {"enabled": True, "required": "if_supported"}}
    session = open_checkout(client, **options)
    page = pay(session, country="DE")
    assert (page.status, "Enter your tax number." in page.text) == (402, True)
    assert pay(session, country="US").status == 303


def test_a_known_customers_address_and_exemption_count(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "b@example.com", "address": {"country": "FR"}})
    session = open_checkout(client, **priced(10_000, "eur", "exclusive"), customer=customer.id)
    assert (session.amount_total, session.automatic_tax.status) == (12_000, "complete")
    client.v1.customers.update(customer.id, {"tax_exempt": "reverse"})
    assert open_checkout(client, **priced(10_000, "eur", "exclusive"), customer=customer.id).amount_total == 10_000
    client.v1.customers.update(customer.id, {"tax_exempt": "none"})
    client.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "FRAB123456789"})
    assert open_checkout(client, **priced(10_000, "eur", "exclusive"), customer=customer.id).amount_total == 10_000


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("eu_vat", "ATU12345678", "AT12345678"),
        ("eu_vat", "NL123456789B12", "NL123456789"),
        ("eu_vat", "EL123456789", "GR123456789"),
        ("gb_vat", "GB123456789", "GB12345678"),
        ("us_ein", "12-3456789", "123456789"),
        ("jp_trn", "T1234567890123", "1234567890123"),
        ("cn_tin", "91310000MA1FL8XE12", "12"),
        ("ch_vat", "CHE-123.456.789 MWST", "CHE-123"),
    ],
)
def test_the_form_of_a_tax_id_is_checked(client: stripe.StripeClient, kind: Any, good: str, bad: str) -> None:
    customer = client.v1.customers.create({"tax_id_data": [{"type": kind, "value": good}]})
    (kept,) = client.v1.customers.tax_ids.list(customer.id).data
    assert kept.value == good.replace(" ", "")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.tax_ids.create(customer.id, {"type": kind, "value": bad})
    assert caught.value.code == "tax_id_invalid"


@pytest.mark.parametrize(("value", "status"), [("DE123456789", "verified"), ("DE111111111", "unverified")])
def test_the_authority_answers_a_moment_later(
    client: stripe.StripeClient, receiver: Receiver, value: str, status: str
) -> None:
    customer = client.v1.customers.create({"email": "v@example.com"})
    made = client.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": value})
    assert made.verification.status == "pending"  # type: ignore[union-attr]
    event = receiver.wait_for("customer.tax_id.updated", made.id)
    assert event.data.object.verification.status == status
    assert client.v1.customers.tax_ids.delete(customer.id, made.id).deleted is True
    receiver.wait_for("customer.tax_id.deleted", made.id)


def test_a_tax_id_belongs_to_one_customer(client: stripe.StripeClient) -> None:
    hers, other = (client.v1.customers.create({"email": f"{name}@example.com"}) for name in ("hers", "other"))
    made = client.v1.customers.tax_ids.create(hers.id, {"type": "us_ein", "value": "12-3456789"})
    assert made.verification.status == "unavailable"  # type: ignore[union-attr]
    for call in (client.v1.customers.tax_ids.retrieve, client.v1.customers.tax_ids.delete):
        with pytest.raises(stripe.InvalidRequestError):
            call(other.id, made.id)
    assert client.v1.customers.tax_ids.retrieve(hers.id, made.id).value == "12-3456789"


def test_tax_can_be_asked_before_a_checkout(client: stripe.StripeClient) -> None:
    params: Any = {
        "currency": "eur",
        "customer_details": {"address": {"country": "DE"}, "address_source": "billing"},
        "line_items": [
            {"amount": 10_000, "reference": "work-1"},
            {"amount": 11_900, "reference": "work-2", "tax_behavior": "inclusive"},
        ],
    }
    found = client.v1.tax.calculations.create(params)
    assert (found.amount_total, found.tax_amount_exclusive, found.tax_amount_inclusive) == (23_800, 1900, 1900)
    assert [part.taxable_amount for part in found.tax_breakdown] == [10_000, 10_000]
    assert found.tax_breakdown[0].tax_rate_details.percentage_decimal == "19.0"
    items = client.v1.tax.calculations.line_items.list(str(found.id)).data
    assert [(item.reference, item.amount_tax) for item in items] == [("work-1", 1900), ("work-2", 1900)]
    details = params["customer_details"]
    details["tax_ids"] = [{"type": "eu_vat", "value": "DE123456789"}]
    assert client.v1.tax.calculations.create(params).tax_breakdown[0].taxability_reason == "reverse_charge"
    details["address"] = {}
    with pytest.raises(stripe.InvalidRequestError, match="country"):
        client.v1.tax.calculations.create(params)


def test_a_pending_tax_id_stays_pending(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "p@example.com"})
    ids = [
        client.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": value}).id
        for value in ("DE222222222", "DE000000000")
    ]

    def states() -> list[str]:
        found = [client.v1.customers.tax_ids.retrieve(customer.id, one) for one in ids]
        return [one.verification.status for one in found]  # type: ignore[union-attr]

    wait_until(lambda: states() == ["pending", "verified"], what="the authority's answer")
