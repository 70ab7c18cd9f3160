"""A failure (500) that Stripe keeps under the idempotency key, after it has done the work: each call of ours then finds
what was done, or asks under another key, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import stripe

from billing import gateway
from billing.gateway import StripeUnreachable
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.test_gateway_misbehaving import _the_shop_asks_this_server, sdk, server  # noqa: F401
from tests.demo.localstripe.orders import customer_with_card, pay_now
from tests.demo.localstripe.server import Server, misbehaving

PRICE = Money(1900, "USD")


@dataclass(frozen=True)
class Case:
    """``call`` asks (each time with the same key), ``count`` tells how often it was done at Stripe."""

    path: str
    call: Callable[[], Any]
    count: Callable[[], int]


def a_customer(api: stripe.StripeClient) -> Case:
    def call() -> str:
        return gateway.create_customer(
            email="once@example.com", name="", pseudonym="p-1", idempotency_key="once:customer"
        )

    return Case("/v1/customers", call, lambda: len(api.v1.customers.list({"email": "once@example.com"}).data))


def an_account(api: stripe.StripeClient) -> Case:
    def call() -> str:
        return gateway.create_connect_account(
            email="once@example.com",
            storefront_url="https://atelier.example/once",
            metadata={"artist": "once"},
            idempotency_key="once:account",
        ).id

    def count() -> int:
        return sum(one.email == "once@example.com" for one in api.v1.accounts.list({"limit": 100}).data)

    return Case("/v1/accounts", call, count)


def a_product(api: stripe.StripeClient) -> Case:
    def call() -> str:
        return gateway.create_product(name="Once", metadata={"code": "once"}, idempotency_key="once:product")

    def count() -> int:
        return sum(one.name == "Once" for one in api.v1.products.list({"limit": 100}).data)

    return Case("/v1/products", call, count)


def a_price(api: stripe.StripeClient) -> Case:
    product = api.v1.products.create({"name": "For a price"}).id

    def call() -> str:
        return gateway.create_price(
            product_id=product, amount=PRICE, interval="month", lookup_key="once", idempotency_key="once:price"
        ).price_id

    return Case("/v1/prices", call, lambda: len(api.v1.prices.list({"product": product}).data))


def a_charge(api: stripe.StripeClient) -> Case:
    customer = customer_with_card(api).id
    (method,) = api.v1.customers.payment_methods.list(customer).data

    def call() -> str:
        return gateway.charge_saved_card(
            customer_id=customer,
            payment_method_id=method.id,
            amount=PRICE,
            description="Atelier",
            metadata={"credit_purchase": "once"},
            idempotency_key="once:charge",
        ).id

    return Case("/v1/payment_intents", call, lambda: len(api.v1.payment_intents.list({"customer": customer}).data))


def subscribed(api: stripe.StripeClient) -> tuple[str, str, str]:
    """A subscription, its item and a dearer price."""
    product = api.v1.products.create({"name": "Plan"}).id
    month: Any = {"product": product, "currency": "usd", "recurring": {"interval": "month"}}
    price = api.v1.prices.create({**month, "unit_amount": 1900}).id
    dearer = api.v1.prices.create({**month, "unit_amount": 4900}).id
    made = api.v1.subscriptions.create({"customer": customer_with_card(api).id, "items": [{"price": price}]})
    return made.id, made.to_dict()["items"]["data"][0]["id"], dearer


def invoices(api: stripe.StripeClient, subscription: str) -> int:
    return len(api.v1.invoices.list({"subscription": subscription}).data)


def a_change(api: stripe.StripeClient) -> Case:
    subscription, item, dearer = subscribed(api)
    at = now()

    def call() -> str:
        found = gateway.change_at_once(
            subscription, item_id=item, price_id=dearer, at=at, idempotency_key=f"once:change:{subscription}"
        )
        assert found.price_id == dearer
        return found.id

    return Case("/v1/subscriptions/*", call, lambda: invoices(api, subscription) - 1)


def a_schedule(api: stripe.StripeClient) -> Case:
    subscription, _item, dearer = subscribed(api)

    def call() -> str:
        schedule = gateway.schedule_of(subscription, idempotency_key=f"once:schedule:{subscription}")
        return gateway.change_with_period(
            schedule, price_id=dearer, interval="month", idempotency_key=f"once:phases:{subscription}"
        )

    def count() -> int:
        found = api.v1.subscriptions.retrieve(subscription).schedule
        return len(api.v1.subscription_schedules.retrieve(str(found)).phases) - 1

    return Case("/v1/subscription_schedules", call, count)


def phases(api: stripe.StripeClient) -> Case:
    case = a_schedule(api)
    return Case("/v1/subscription_schedules/*", case.call, case.count)


def a_resumption(api: stripe.StripeClient) -> Case:
    subscription, _item, _dearer = subscribed(api)
    api.v1.subscriptions.update(subscription, {"pause_collection": {"behavior": "void"}})

    def call() -> str:
        return gateway.resume_collection(
            subscription, new_period=True, idempotency_key=f"once:resume:{subscription}"
        ).id

    return Case("/v1/subscriptions/*", call, lambda: invoices(api, subscription) - 1)


def disputed(api: stripe.StripeClient) -> str:
    payment = pay_now(api, card="pm_card_createDispute")
    (dispute,) = api.v1.disputes.list({"payment_intent": payment.id}).data
    return dispute.id


def evidence(api: stripe.StripeClient) -> Case:
    dispute = disputed(api)

    def call() -> str:
        return gateway.submit_evidence(
            dispute, texts={"uncategorized_text": "Delivered."}, files={}, idempotency_key=f"once:evidence:{dispute}"
        ).id

    return Case("/v1/disputes/*", call, lambda: gateway.retrieve_dispute(dispute).submissions)


def an_acceptance(api: stripe.StripeClient) -> Case:
    dispute = disputed(api)

    def call() -> str:
        return gateway.accept_dispute(dispute, idempotency_key=f"once:accept:{dispute}").id

    return Case("/v1/disputes/*/close", call, lambda: int(gateway.retrieve_dispute(dispute).status == "lost"))


CASES = [
    a_customer,
    an_account,
    a_product,
    a_price,
    a_charge,
    a_change,
    a_schedule,
    phases,
    a_resumption,
    evidence,
    an_acceptance,
]


@pytest.mark.parametrize("prepare", CASES, ids=lambda prepare: prepare.__name__)
def test_what_was_done_is_found_and_not_done_twice(
    server: Server,  # noqa: F811
    sdk: stripe.StripeClient,  # noqa: F811
    prepare: Callable[[stripe.StripeClient], Case],
) -> None:
    case = prepare(sdk)
    rule = {"method": "POST", "path": case.path, "effect": "error_after_work", "next": 1}
    with misbehaving(server.base, requests=[rule]), pytest.raises(StripeUnreachable):
        case.call()
    # The schedule is there; what it waits for is said by the next request.
    assert case.count() == (0 if prepare is a_schedule else 1)
    found = case.call()
    assert found
    assert case.count() == 1
    assert case.call() == found, "and so it stays"
    assert case.count() == 1


def test_an_uploaded_file_is_uploaded_again(server: Server, sdk: stripe.StripeClient) -> None:  # noqa: F811
    def upload() -> str:
        return gateway.upload_evidence(b"%PDF-1.7\n%%EOF\n", filename="a.pdf", idempotency_key="once:file")

    rule = {"path": "/v1/files", "effect": "error_after_work", "next": 1}
    with misbehaving(server.base, requests=[rule]), pytest.raises(StripeUnreachable):
        upload()
    assert upload() == upload()


def test_an_end_that_the_sdk_repeats_is_no_error(server: Server, sdk: stripe.StripeClient) -> None:  # noqa: F811
    subscription, _item, _dearer = subscribed(sdk)
    rule = {"method": "DELETE", "path": "/v1/subscriptions/*", "effect": "error_after_work", "next": 1}
    with misbehaving(server.base, requests=[rule]):
        gateway.end_at_once(subscription)
    assert sdk.v1.subscriptions.retrieve(subscription).status == "canceled"
    gateway.end_at_once(subscription)
    with pytest.raises(gateway.StripeObjectMissing):
        gateway.end_at_once("sub_unknown")
