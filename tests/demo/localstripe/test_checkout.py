"""Checkout sessions and their hosted page."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from .orders import CANCEL, SUCCESS, open_checkout, pay
from .server import Receiver, Server, visit


def test_paying_completes_the_session_and_sends_the_buyer_back(client: stripe.StripeClient, receiver: Receiver) -> None:
    session = open_checkout(
        client,
        4900,
        client_reference_id="order-1",
        metadata={"order": "1"},
        payment_intent_data={"metadata": {"order": "1"}, "transfer_group": "order-1", "description": "A licence"},
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    page = visit(session.url or "")
    for text in ("Sunset over the sea", "$49.00", "Card number", "Expiry", "CVC", "E-mail", "Pay $49.00", CANCEL):
        assert text in page.text
    back = pay(session, email="me@example.com")
    assert (back.status, back.location) == (303, SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id))
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert done.customer_details.email == "me@example.com"
    assert done.payment_intent.status == "succeeded"
    assert (done.payment_intent.transfer_group, done.payment_intent.latest_charge.amount) == ("order-1", 4900)
    assert done.line_items.data[0].description == "Sunset over the sea"
    event = receiver.wait_for("checkout.session.completed", session.id)
    assert event.data.object.client_reference_id == "order-1"
    assert event.data.object.payment_status == "paid"
    receiver.wait_for("payment_intent.succeeded", done.payment_intent.id)


def test_a_declined_card_is_told_on_the_page_and_another_pays(client: stripe.StripeClient, receiver: Receiver) -> None:
    session = open_checkout(client)
    refused = pay(session, "4000 0000 0000 0002", email="me@example.com")
    assert refused.status == 402
    assert "Your card was declined." in refused.text
    assert 'value="me@example.com"' in refused.text
    still = client.v1.checkout.sessions.retrieve(session.id)
    assert (still.status, still.payment_status) == ("open", "unpaid")
    assert pay(session).status == 303
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_intent) == ("complete", still.payment_intent)
    receiver.wait_for("payment_intent.payment_failed", str(still.payment_intent))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": "4242 4242 4242 4241"}, "Your card number is incorrect."),
        ({"number": ""}, "Enter a card number."),
        ({"expiry": "12"}, "Enter the expiry date as MM / YY."),
        ({"expiry": "01 / 20"}, "expiration year is invalid"),
        ({"cvc": "1"}, "security code is invalid"),
        ({"cvc": ""}, "Enter the security code."),
        ({"email": "nobody"}, "Enter an e-mail address."),
    ],
)
def test_a_wrong_entry_is_told_and_nothing_is_charged(
    client: stripe.StripeClient, changes: dict[str, str], message: str
) -> None:
    session = open_checkout(client)
    form = {"number": "4242424242424242", **changes}
    page = pay(session, form.pop("number"), **form)
    assert page.status == 402
    assert message in page.text.replace("&#39;", "'")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_intent is None


@pytest.mark.parametrize("answer", ["complete", "fail"])
def test_a_card_that_asks_the_bank(client: stripe.StripeClient, answer: str) -> None:
    session = open_checkout(client)
    bank = pay(session, "4000002500003155").location
    assert bank is not None
    after = visit(bank, {"answer": answer})
    state = client.v1.checkout.sessions.retrieve(session.id)
    if answer == "complete":
        assert after.location == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
        assert state.payment_status == "paid"
        return
    assert state.status == "open"
    page = visit(f"{session.url.partition('/c/')[0]}{after.location}")  # type: ignore[union-attr]
    assert "unable to authenticate" in page.text
    assert pay(session).status == 303


def test_a_bank_question_left_open_does_not_stop_another_card(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    bank = pay(session, "4000002500003155").location or ""
    assert pay(session).status == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert visit(bank, {"answer": "complete"}).status == 303
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_pressing_pay_many_times_charges_once(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    with ThreadPoolExecutor(12) as pool:
        pages = list(pool.map(lambda _: pay(session), range(12)))
    assert {page.status for page in pages} <= {302, 303}
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_an_expired_session_takes_no_payment(client: stripe.StripeClient, receiver: Receiver) -> None:
    session = open_checkout(client)
    bank = pay(session, "4000002500003155").location or ""
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    receiver.wait_for("checkout.session.expired", session.id)
    assert pay(session).status == 302
    assert visit(session.url or "").status == 410
    visit(bank, {"answer": "complete"})
    intent: Any = expired.payment_intent
    assert client.v1.payment_intents.retrieve(intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_complete_session_cannot_be_expired(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    assert pay(session).status == 303
    with pytest.raises(stripe.InvalidRequestError, match="complete"):
        client.v1.checkout.sessions.expire(session.id)
    assert "paid" in visit(session.url or "").text


def test_expiring_and_paying_at_once_has_one_outcome(client: stripe.StripeClient) -> None:
    for _ in range(5):
        session = open_checkout(client)

        def expire(session_id: str = session.id) -> str:
            try:
                return str(client.v1.checkout.sessions.expire(session_id).status)
            except stripe.InvalidRequestError:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            paying, expiring = pool.submit(pay, session), pool.submit(expire)
        assert paying.result().status in (302, 303)
        after = client.v1.checkout.sessions.retrieve(session.id)
        assert (after.status, after.payment_status, expiring.result()) in (
            ("complete", "paid", "refused"),
            ("expired", "unpaid", "expired"),
        )


@pytest.mark.parametrize("minutes", [5, 28, 25 * 60])
def test_an_expiry_outside_thirty_minutes_and_a_day_is_refused(client: stripe.StripeClient, minutes: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        open_checkout(client, expires_at=int(time.time()) + minutes * 60)
    assert caught.value.param == "expires_at"


def test_a_session_expires_by_itself_when_its_time_has_come(server: Server, receiver: Receiver) -> None:
    client = server.client()
    session = open_checkout(client, expires_at=int(time.time()) + 1800)
    # Half an hour is too long for a test: its stored moment is set back, as if the time had passed.
    with sqlite3.connect(server.folder / "data" / "localstripe.sqlite3", timeout=30) as database:
        past = int(time.time()) - 1
        database.execute("UPDATE schedule SET due_at = ? WHERE object = ?", (past, session.id))
        database.execute("UPDATE objects SET body = json_set(body, '$.expires_at', ?) WHERE id = ?", (past, session.id))
    database.close()
    receiver.wait_for("checkout.session.expired", session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert pay(session).status == 302


def test_no_payment_slips_in_between_the_moment_and_the_expiry(another_server: Any) -> None:
    server = another_server()
    client = server.client()
    session = open_checkout(client)
    with sqlite3.connect(server.folder / "data" / "localstripe.sqlite3", timeout=30) as database:
        # Only the moment passes; the background's task is left where it was.
        database.execute(
            "UPDATE objects SET body = json_set(body, '$.expires_at', ?) WHERE id = ?",
            (int(time.time()) - 1, session.id),
        )
    database.close()
    assert pay(session).status == 302
    after = client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_intent) == ("expired", None)


def test_a_page_of_no_session_is_a_plain_not_found(server: Server) -> None:
    page = visit(f"{server.base}/c/pay/cs_test_none")
    assert (page.status, "Page not found" in page.text) == (404, True)


def test_a_form_from_another_site_is_refused(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    form = {"email": "a@example.com", "number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visit(session.url or "", form, headers).status == 403
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_the_page_speaks_the_sessions_language(client: stripe.StripeClient) -> None:
    chinese = visit(open_checkout(client, locale="zh").url or "").text
    for text in ("卡号", "有效期", "安全码", "电子邮箱", "支付 $49.00", 'lang="zh-Hans"', "本地测试支付"):
        assert text in chinese
    session = open_checkout(client, locale="auto")
    assert "卡号" in visit(session.url or "", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert "Card number" in visit(session.url or "", headers={"Accept-Language": "de,en;q=0.5"}).text
    refused = pay(open_checkout(client, locale="zh"), "4000000000000002")
    assert "您的银行卡被拒绝。" in refused.text


def test_what_the_server_does_not_act_on_is_refused_by_name(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="after_expiration") as caught:
        open_checkout(client, after_expiration={"recovery": {"enabled": True}})
    assert caught.value.code == "parameter_unknown"


def test_sessions_are_found_by_what_they_made(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    pay(session)
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    found = client.v1.checkout.sessions.list({"payment_intent": intent}).data
    assert [one.id for one in found] == [session.id]
