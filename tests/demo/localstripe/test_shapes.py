"""Objects have exactly the fields of the published example objects, key by key."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from .orders import CANCEL, SUCCESS, customer_with_card, onboarded_account, onboarding_link, open_checkout, pay, pay_now
from .server import Server, radar_rules

FIXTURES = json.loads((Path(__file__).parents[2] / "data/stripe/fixtures3.json").read_text())["resources"]

OPEN = {
    "metadata",
    "payment_method_options",
    "last_payment_error",
    "next_action",
    "controller",
    "capabilities",
    "event.object",
    "event.previous_attributes",
}
"""Parts whose keys depend on the case: unions, maps, and objects that the examples abbreviate."""

FILLED = {
    "charge.outcome": {"risk_level", "risk_score"},
    "invoice_payment.payment": {"payment_intent"},
    "line_item.pricing": {"price_details"},
    "radar.early_fraud_warning": {"payment_intent"},
    "review": {"payment_intent"},
}
"""Fields and members of a union that the examples leave out and a real answer has."""


def differences(ours: Any, example: Any, path: str = "", *, kind: str = "", name: str = "") -> list[str]:
    """Fields that one side lacks, at every depth where both sides have an object.

    Whole API objects must agree both ways; their parts may leave out what does not apply, but add nothing.
    ``kind`` is the API object that holds the value and ``name`` its field there.
    """
    if isinstance(ours, list) and isinstance(example, list) and example:
        return [line for item in ours for line in differences(item, example[0], f"{path}[]", kind=kind, name=name)]
    if name in OPEN or f"{kind}.{name}" in OPEN or not isinstance(ours, dict) or not isinstance(example, dict):
        return []
    if not example:
        return []
    here = f"{kind}.{name}" if name else str(ours.get("object"))
    extra = ours.keys() - example.keys() - FILLED.get(here, set())
    found = [f"{path}.{key} is not in the example" for key in sorted(extra)]
    is_object = isinstance(ours.get("object"), str)
    if not path or is_object:
        found += [f"{path}.{key} is missing" for key in sorted(example.keys() - ours.keys())]
    kind = ours["object"] if is_object else kind
    for key in ours.keys() & example.keys():
        found += differences(ours[key], example[key], f"{path}.{key}", kind=kind, name=key)
    return found


@pytest.fixture(scope="module")
def answers(server: Server, client: stripe.StripeClient, monthly_price: stripe.Price) -> dict[str, Any]:
    """One real answer for each kind of object, each in a state with much filled in."""
    made: dict[str, Any] = {}
    customer = customer_with_card(client)
    made["customer"] = customer
    made["payment_method"] = client.v1.payment_methods.retrieve(
        customer.invoice_settings.default_payment_method  # type: ignore[arg-type]
    )
    made["price"] = monthly_price
    made["product"] = client.v1.products.retrieve(monthly_price.product)  # type: ignore[arg-type]
    session = open_checkout(client)
    assert pay(session).status == 303
    made["checkout.session"] = client.v1.checkout.sessions.retrieve(session.id)
    made["item"] = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    intent = pay_now(client, customer=customer.id, payment_method=made["payment_method"].id)
    made["payment_intent"] = intent
    charge = client.v1.charges.retrieve(intent.latest_charge)  # type: ignore[arg-type]
    made["refund"] = client.v1.refunds.create({"charge": charge.id, "amount": 100})
    made["charge"] = client.v1.charges.retrieve(charge.id)
    made["balance_transaction"] = client.v1.balance_transactions.retrieve(charge.balance_transaction)  # type: ignore[arg-type]
    subscription = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": monthly_price.id}]})
    made["subscription"] = subscription
    made["subscription_item"] = subscription["items"].data[0]
    made["subscription_schedule"] = client.v1.subscription_schedules.create({"from_subscription": subscription.id})
    invoice = client.v1.invoices.retrieve(subscription.latest_invoice)  # type: ignore[arg-type]
    made["invoice"] = invoice
    made["line_item"] = invoice.lines.data[0]
    made["invoice_payment"] = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    made["invoiceitem"] = client.v1.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "usd"})
    account = onboarded_account(client)
    made["account"] = account
    made["bank_account"] = client.v1.accounts.external_accounts.list(account.id).data[0]
    other = client.v1.accounts.create({"type": "express"})
    onboarding_link(client, other.id)
    made["account_link"] = client.v1.account_links.create(
        {"account": other.id, "type": "account_onboarding", "return_url": SUCCESS, "refresh_url": CANCEL}
    )
    made["login_link"] = client.v1.accounts.login_links.create(account.id)
    paid = pay_now(client, card="pm_card_bypassPending", amount=900_000)
    transfer = client.v1.transfers.create({"amount": 5000, "currency": "usd", "destination": account.id})
    made["transfer_reversal"] = client.v1.transfers.reversals.create(transfer.id, {"amount": 100})
    made["transfer"] = client.v1.transfers.retrieve(transfer.id)
    on_account: Any = {"stripe_account": account.id}
    made["payout"] = client.v1.payouts.create({"amount": 1000, "currency": "usd"}, on_account)
    made["balance"] = client.v1.balance.retrieve()
    disputed = pay_now(client, card="pm_card_createDispute")
    made["dispute"] = client.v1.disputes.list({"payment_intent": disputed.id}).data[0]
    made["event"] = client.v1.events.list({"type": "payment_intent.succeeded"}).data[0]
    endpoint = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/x", "enabled_events": ["plan.created"]})
    made["webhook_endpoint"] = client.v1.webhook_endpoints.retrieve(endpoint.id)
    made["deleted_webhook_endpoint"] = client.v1.webhook_endpoints.delete(endpoint.id)
    portal = client.v1.billing_portal.sessions.create({"customer": customer.id})
    made["billing_portal.session"] = portal
    made["billing_portal.configuration"] = client.v1.billing_portal.configurations.retrieve(portal.configuration)  # type: ignore[arg-type]
    off = client.v1.coupons.create({"percent_off": 10})  # type: ignore[typeddict-item]
    made["coupon"] = off
    promotion: Any = {"promotion": {"type": "coupon", "coupon": off.id}}
    made["promotion_code"] = client.v1.promotion_codes.create(promotion)
    discounted: Any = open_checkout(client, discounts=[{"coupon": off.id}])
    expanded: Any = {"expand": ["total_details.breakdown"]}
    discounted = client.v1.checkout.sessions.retrieve(discounted.id, expanded)
    made["discount"] = discounted.total_details.breakdown.discounts[0].discount
    made["deleted_coupon"] = client.v1.coupons.delete(off.id)
    made["tax_id"] = client.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "DE123456789"})
    taxed: Any = open_checkout(
        client,
        automatic_tax={"enabled": True},
        customer=client.v1.customers.create({"address": {"country": "DE"}}).id,
    )
    taxed = client.v1.checkout.sessions.retrieve(taxed.id, expanded)
    made["tax_rate"] = taxed.total_details.breakdown.taxes[0].rate
    made["deleted_tax_id"] = client.v1.customers.tax_ids.delete(customer.id, made["tax_id"].id)
    calculation = client.v1.tax.calculations.create(
        {
            "currency": "eur",
            "customer_details": {"address": {"country": "DE"}, "address_source": "billing"},
            "line_items": [{"amount": 1000}],
        }
    )
    made["tax.calculation"] = calculation
    made["tax.calculation_line_item"] = client.v1.tax.calculations.line_items.list(str(calculation.id)).data[0]
    made["file"] = client.v1.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(b"%PDF-1.7")})
    warned = pay_now(client, card="pm_card_createIssuerFraudRecord")
    warnings = client.v1.radar.early_fraud_warnings.list({"payment_intent": warned.id})
    made["radar.early_fraud_warning"] = warnings.data[0]
    with radar_rules(server.base, review_elevated=True):
        reviewed = pay_now(client, card="pm_card_riskLevelElevated")
    made["review"] = client.v1.reviews.retrieve(reviewed.review)  # type: ignore[arg-type]
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": int(time.time())})
    made["test_helpers.test_clock"] = clock
    made["deleted_test_helpers.test_clock"] = client.v1.test_helpers.test_clocks.delete(clock.id)
    gone = client.v1.customers.create({"email": "gone@example.com"})
    made["deleted_customer"] = client.v1.customers.delete(gone.id)
    assert paid.status == "succeeded"
    return {kind: answer.to_dict() for kind, answer in made.items()}


KINDS = """account account_link balance balance_transaction bank_account billing_portal.configuration
billing_portal.session charge checkout.session coupon customer deleted_coupon deleted_customer deleted_tax_id
deleted_test_helpers.test_clock deleted_webhook_endpoint discount dispute event file invoice invoice_payment
invoiceitem item line_item login_link payment_intent payment_method payout price product promotion_code
radar.early_fraud_warning refund review subscription subscription_item subscription_schedule tax.calculation
tax.calculation_line_item tax_id tax_rate test_helpers.test_clock transfer transfer_reversal webhook_endpoint""".split()  # noqa: SIM905


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_has_the_fields_of_the_published_example(kind: str, answers: dict[str, Any]) -> None:
    assert differences(answers[kind], FIXTURES[kind]) == []


def test_every_kind_that_was_made_is_compared(answers: dict[str, Any]) -> None:
    assert sorted(answers) == KINDS


def test_the_comparison_finds_a_missing_and_a_strange_field() -> None:
    example = FIXTURES["charge"]
    assert differences({**example, "invented": 1}, example) == [".invented is not in the example"]
    less = {key: value for key, value in example.items() if key != "paid"}
    assert differences(less, example) == [".paid is missing"]
    deeper = {**example, "billing_details": {**example["billing_details"], "shoe_size": 44}}
    assert differences(deeper, example) == [".billing_details.shoe_size is not in the example"]
