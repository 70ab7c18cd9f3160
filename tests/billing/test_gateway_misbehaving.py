"""Our door to Stripe while Stripe misbehaves: what the SDK gets over, what is told as ours, and how it is made good.

The one thing that repeating does not mend is a 500 after the work: the idempotency key answers it again for a day,
so what was done is found by the name that we gave it (`refund_named`, `transfer_in_group`), and else asked for again
under another key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
from django.conf import settings

from billing import gateway
from billing.gateway import StripeBusy, StripeUnreachable
from billing.gateway import client as gateway_client
from marketplace.core.money import Money
from tests.demo.localstripe.orders import onboarded_account, pay_now
from tests.demo.localstripe.server import KEY, Server, misbehaving, told


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("gateway-misbehaving")).start()
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def _the_shop_asks_this_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_api_base", server.base)
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_secret_key", KEY)
    monkeypatch.setattr(gateway_client, "READ_TIMEOUT_S", 2.0)
    gateway_client._client.cache_clear()
    yield
    gateway_client.breaker(server.base).close()
    gateway_client._client.cache_clear()


@pytest.fixture(scope="module")
def sdk(server: Server) -> stripe.StripeClient:
    return server.client()


def refunds_of(sdk: stripe.StripeClient, payment: str) -> list[int]:
    return [refund.amount for refund in sdk.v1.refunds.list({"payment_intent": payment, "limit": 100}).data]


def refund(payment: str, key: str) -> gateway.Refund:
    return gateway.refund_payment(
        payment_intent_id=payment, amount=Money(500, "USD"), idempotency_key=key, reference=f"request:{key}"
    )


CROSSED_BY_THE_SDK = ["error_before_work", "close_before_work", "close_after_work", "unavailable_after_work"]
CROSSED_BY_THE_SDK += ["silence_before_work", "silence_after_work", "lock_timeout"]


@pytest.mark.parametrize("effect", CROSSED_BY_THE_SDK)
def test_one_call_of_ours_gets_over_it_and_gives_back_once(
    server: Server, sdk: stripe.StripeClient, effect: str
) -> None:
    payment = pay_now(sdk).id
    with misbehaving(server.base, requests=[{"path": "/v1/refunds", "effect": effect, "next": 2}]):
        given = refund(payment, f"one-{effect}")
        assert told(server.base)["plan"]["requests"][0]["done"] == 2
    assert given.amount == Money(500, "USD")
    assert refunds_of(sdk, payment) == [500]


@pytest.mark.parametrize(
    ("effect", "raised"),
    [
        ("error_before_work", StripeUnreachable),
        ("close_after_work", StripeUnreachable),
        ("silence_after_work", StripeUnreachable),
        ("unavailable_after_work", StripeUnreachable),
        ("lock_timeout", StripeBusy),
        ("rate_limit", StripeBusy),
    ],
)
def test_where_it_goes_on_too_long_the_same_key_later_makes_it_good(
    server: Server, sdk: stripe.StripeClient, effect: str, raised: type[Exception]
) -> None:
    payment = pay_now(sdk).id
    rules = [{"path": "/v1/refunds", "effect": effect, "next": 1 + gateway_client.REPETITIONS}]
    with misbehaving(server.base, requests=rules):
        with pytest.raises(raised) as caught:
            refund(payment, f"long-{effect}")
        assert caught.value.way_out  # type: ignore[attr-defined]
    given = refund(payment, f"long-{effect}")
    assert refunds_of(sdk, payment) == [500]
    assert gateway.retrieve_refund(given.id).amount == Money(500, "USD")


def test_after_a_500_on_the_done_work_a_refund_is_found_by_its_name(server: Server, sdk: stripe.StripeClient) -> None:
    payment = pay_now(sdk).id
    rules = [{"path": "/v1/refunds", "effect": "error_after_work", "next": 1}]
    with misbehaving(server.base, requests=rules), pytest.raises(StripeUnreachable):
        refund(payment, "stuck")
    found = refund(payment, "stuck")  # the key answers its 500 again, as Stripe's does
    assert found == gateway.refund_named("request:stuck", payment_intent_id=payment)
    assert found.amount == Money(500, "USD")
    assert refunds_of(sdk, payment) == [500]


def test_after_a_500_on_the_done_work_a_transfer_is_found_by_its_group(
    server: Server, sdk: stripe.StripeClient
) -> None:
    pay_now(sdk, card="pm_card_bypassPending", amount=100_000)
    account = onboarded_account(sdk).id

    def transfer() -> gateway.Transfer:
        return gateway.create_transfer(
            amount=Money(700, "USD"), destination=account, group="payout:1", metadata={}, idempotency_key="payout:1"
        )

    rules = [{"path": "/v1/transfers", "effect": "error_after_work", "next": 1}]
    with misbehaving(server.base, requests=rules), pytest.raises(StripeUnreachable):
        transfer()
    found = transfer()
    assert found == gateway.transfer_in_group("payout:1")
    assert (found.amount, found.destination) == (Money(700, "USD"), account)
    assert len(sdk.v1.transfers.list({"destination": account}).data) == 1


def _checkout(key: str) -> gateway.CheckoutSession:
    return gateway.create_checkout(
        lines=[gateway.CheckoutLine(name="A work", amount=Money(4900, "USD"), quantity=1)],
        success_url="http://127.0.0.1:9/thanks",
        cancel_url="http://127.0.0.1:9/cart",
        reference="order-1",
        metadata={"order": "1"},
        idempotency_key=key,
    )


READS: dict[str, Callable[[str], Any]] = {
    "/v1/checkout/sessions/*": lambda session: gateway.retrieve_checkout(session),
    "/v1/events": lambda session: list(gateway.undelivered_events(since=_long_ago())),
}


def _long_ago() -> Any:
    from datetime import timedelta

    from marketplace.core.clock import now

    return now() - timedelta(hours=1)


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("effect", ["error_after_work", "close_before_work", "silence_before_work"])
def test_reading_is_simply_repeated(server: Server, path: str, effect: str) -> None:
    session = _checkout(f"read-{effect}-{path}")
    with misbehaving(server.base, requests=[{"method": "GET", "path": path, "effect": effect, "next": 1}]):
        assert READS[path](session.id) is not None
        assert told(server.base)["plan"]["requests"][0]["done"] == 1


def test_a_checkout_is_opened_once_through_a_storm(server: Server, sdk: stripe.StripeClient) -> None:
    rules = [
        {"path": "/v1/checkout/sessions", "effect": effect, "probability": 0.2, "method": "POST"}
        for effect in ("close_after_work", "close_before_work", "rate_limit", "unavailable_after_work")
    ]
    opened = []
    with misbehaving(server.base, seed=5, requests=rules):
        for number in range(12):
            for _ in range(20):
                try:
                    opened.append(_checkout(f"storm-{number}").id)
                    break
                except (StripeUnreachable, StripeBusy):
                    gateway_client.breaker(server.base).close()
    listed = [session.id for session in sdk.v1.checkout.sessions.list({"limit": 100}).data]
    assert len(opened) == 12
    assert set(opened) <= set(listed)
    assert len(listed) == len(set(listed)) == len(opened) + 2 * 3


def test_after_a_500_on_the_done_work_a_buyer_gets_another_page(server: Server) -> None:
    rules = [{"path": "/v1/checkout/sessions", "effect": "error_after_work", "next": 1}]
    with misbehaving(server.base, requests=rules), pytest.raises(StripeUnreachable):
        _checkout("checkout:stuck")
    opened = _checkout("checkout:stuck")
    assert opened.url
    assert _checkout("checkout:stuck") == opened
