"""Alipay, WeChat Pay and Link on the hosted page: at once, refused, and with money that comes later or never."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from .orders import SUCCESS, open_checkout, pay
from .server import Page, Receiver, Server, visit, wait_until

ALL = ["card", "alipay", "wechat_pay", "link"]
ON_THE_WEB = {"wechat_pay": {"client": "web"}}


def open_with_wallets(client: stripe.StripeClient, types: list[str] = ALL, **more: Any) -> stripe.checkout.Session:
    return open_checkout(client, payment_method_types=types, payment_method_options=ON_THE_WEB, **more)


def choose(session: stripe.checkout.Session, method: str) -> Page:
    return visit(session.url or "", {"email": "buyer@example.com", "method": method})


def answer(page: Page, chosen: str, *, after_s: int = 0) -> Page:
    assert page.location is not None
    return visit(page.location, {"answer": chosen, "after_s": str(after_s)})


def charge_of(client: stripe.StripeClient, session: stripe.checkout.Session) -> stripe.Charge:
    intent: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    found: stripe.Charge = intent.payment_intent.latest_charge
    return found


def test_the_page_lets_the_buyer_choose(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    assert session.payment_method_types == ALL
    page = visit(session.url or "").text
    for text in ("How do you pay?", "Alipay", "WeChat Pay", "Link", 'value="card" checked'):
        assert text in page
    chinese = visit(open_with_wallets(client, locale="zh").url or "").text
    assert "支付宝" in chinese
    assert "微信支付" in chinese


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_a_wallet_pays_at_once(client: stripe.StripeClient, receiver: Receiver, method: str) -> None:
    session = open_with_wallets(client, [method])
    wallet = choose(session, method)
    intent = client.v1.payment_intents.retrieve(str(client.v1.checkout.sessions.retrieve(session.id).payment_intent))
    assert (intent.status, intent.payment_method_types) == ("requires_action", [method])
    assert "Pay later" in visit(wallet.location or "").text
    back = answer(wallet, "pay")
    assert (back.status, back.location) == (303, SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id))
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")
    charge = charge_of(client, session)
    assert (charge.id[:3], charge.payment_method_details.type) == ("py_", method)  # type: ignore[union-attr]
    entry = client.v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (entry.type, entry.reporting_category, entry.amount) == ("payment", "charge", 4900)
    receiver.wait_for("checkout.session.completed", session.id)
    assert receiver.of_type("checkout.session.async_payment_succeeded", session.id) == []


def test_link_pays_without_leaving(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    assert choose(session, "link").location == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    assert charge_of(client, session).payment_method_details.type == "link"  # type: ignore[union-attr]


def test_a_refused_wallet_leaves_the_session_open_for_another(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    back = answer(choose(session, "alipay"), "refuse")
    base = (session.url or "").partition("/c/")[0]
    assert "did not confirm" in visit(f"{base}{back.location}").text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    answer(choose(session, "wechat_pay"), "pay")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_delayed_money_completes_the_session_unpaid_and_is_told_when_it_comes(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = open_with_wallets(client)
    back = answer(choose(session, "alipay"), "pay_later", after_s=3)
    assert back.location == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"  # type: ignore[union-attr]
    charge = charge_of(client, session)
    assert (charge.status, charge.paid, charge.balance_transaction) == ("pending", False, None)
    assert "on its way" in visit(session.url or "").text
    assert receiver.wait_for("checkout.session.completed", session.id).data.object.payment_status == "unpaid"
    receiver.wait_for("payment_intent.processing", waiting.payment_intent.id)  # type: ignore[union-attr]
    receiver.wait_for("charge.pending", charge.id)
    event = receiver.wait_for("checkout.session.async_payment_succeeded", session.id)
    assert event.data.object.payment_status == "paid"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    charge = charge_of(client, session)
    assert (charge.status, charge.paid, charge.amount_captured) == ("succeeded", True, 4900)
    assert len(receiver.of_type("checkout.session.completed", session.id)) == 1


def test_delayed_money_that_never_comes_is_told_and_takes_nothing(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = open_with_wallets(client)
    answer(choose(session, "wechat_pay"), "fail_later", after_s=1)
    event = receiver.wait_for("checkout.session.async_payment_failed", session.id)
    assert (event.data.object.status, event.data.object.payment_status) == ("complete", "unpaid")
    intent = client.v1.payment_intents.retrieve(event.data.object.payment_intent)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_payment_attempt_failed"  # type: ignore[union-attr]
    receiver.wait_for("payment_intent.payment_failed", intent.id)
    charges = client.v1.charges.list({"payment_intent": intent.id}).data
    assert [(charge.status, charge.balance_transaction) for charge in charges] == [("failed", None)]
    assert receiver.of_type("checkout.session.async_payment_succeeded", session.id) == []


def test_what_still_waits_cannot_be_given_back(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    answer(choose(session, "alipay"), "pay_later", after_s=3600)
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="processing"):
        client.v1.payment_intents.cancel(intent)


def test_a_refund_to_a_wallet_arrives_later(client: stripe.StripeClient, receiver: Receiver) -> None:
    session = open_with_wallets(client)
    answer(choose(session, "alipay"), "pay")
    charge = charge_of(client, session)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 900})
    assert (refund.status, refund.destination_details.type) == ("pending", "alipay")  # type: ignore[union-attr]
    receiver.wait_for("refund.updated", refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_pressing_the_wallets_buttons_often_pays_once(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    wallet = choose(session, "alipay")
    for chosen in ("pay", "pay", "refuse", "fail_later"):
        assert answer(wallet, chosen).status == 303
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert [charge.status for charge in client.v1.charges.list({"payment_intent": intent}).data] == ["succeeded"]
    assert visit(wallet.location or "", {"answer": "steal"}).status == 400
    assert visit((wallet.location or "").partition("?")[0]).status == 404


def test_a_wallets_page_confirms_no_card_and_the_banks_page_no_wallet(client: stripe.StripeClient) -> None:
    session = open_with_wallets(client)
    bank = pay(session, "4000002500003155", method="card").location or ""
    visit(bank.replace("/authenticate/", "/wallet/"), {"answer": "pay"})
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    wallet = choose(session, "alipay").location or ""
    visit(wallet.replace("/wallet/", "/authenticate/"), {"answer": "complete"})
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert visit(wallet, {"answer": "pay"}).status == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_an_intent_of_the_api_takes_a_wallet_too(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 3000, "currency": "cny", "payment_method_types": ["alipay"], "confirm": True}
    params |= {"payment_method_data": {"type": "alipay"}, "return_url": "http://127.0.0.1:9/back"}
    intent = client.v1.payment_intents.create(params)
    action: Any = intent.next_action
    assert (intent.status, action.type) == ("requires_action", "alipay_handle_redirect")
    back = visit(action.alipay_handle_redirect.url, {"answer": "pay"})
    assert "redirect_status=succeeded" in (back.location or "")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_an_intent_refuses_a_method_that_it_does_not_list(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 3000, "currency": "usd", "payment_method_types": ["card"], "confirm": True}
    with pytest.raises(stripe.InvalidRequestError, match="not allowed"):
        client.v1.payment_intents.create({**params, "payment_method_data": {"type": "alipay"}})


def _in(currency: str, amount: int) -> dict[str, Any]:
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A work"}}
    return {"line_items": [{"price_data": data, "quantity": 1}]}


@pytest.mark.parametrize("currency", ["cny", "usd", "eur", "jpy"])
def test_wallets_take_the_currencies_of_the_shop(client: stripe.StripeClient, currency: str) -> None:
    assert open_with_wallets(client, **_in(currency, 5000)).currency == currency


@pytest.mark.parametrize(
    ("types", "more", "word"),
    [
        (["alipay"], _in("chf", 5000), "chf"),
        (["wechat_pay"], _in("myr", 5000), "myr"),
        (["cash_in_hand"], {}, "cash_in_hand"),
        (["wechat_pay"], {"payment_method_options": {}}, "client"),
    ],
)
def test_what_a_wallet_does_not_take_is_refused_by_name(
    client: stripe.StripeClient, types: list[str], more: dict[str, Any], word: str
) -> None:
    options = {"payment_method_options": ON_THE_WEB, **more}
    with pytest.raises(stripe.InvalidRequestError, match=word):
        open_checkout(client, payment_method_types=types, **options)


def test_subscriptions_take_cards_only(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="subscription"):
        open_checkout(
            client,
            mode="subscription",
            line_items=[{"price": monthly_price.id, "quantity": 1}],
            payment_method_types=["card", "alipay"],
        )


def test_days_that_pass_on_the_dashboard_bring_the_money(another_server: Callable[..., Server]) -> None:
    server = another_server()
    client = server.client()
    session = open_with_wallets(client)
    answer(choose(session, "alipay"), "pay_later", after_s=20 * 3600)
    assert visit(f"{server.base}/time/advance", {"days": "1"}).status == 303
    wait_until(lambda: client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid", what="the money")


def test_the_money_of_a_customer_on_a_test_clock_comes_by_that_clock(client: stripe.StripeClient) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": int(time.time())})
    buyer = client.v1.customers.create({"email": "clock@example.com", "test_clock": clock.id})
    session = open_with_wallets(client, customer=buyer.id)
    answer(choose(session, "alipay"), "pay_later", after_s=3 * 3600)

    def payment_after(hours: int) -> str:
        client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": clock.frozen_time + hours * 3600})
        return client.v1.checkout.sessions.retrieve(session.id).payment_status

    assert [payment_after(2), payment_after(4)] == ["unpaid", "paid"]
