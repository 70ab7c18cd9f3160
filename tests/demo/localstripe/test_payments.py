"""Payment intents and their charges: states, captures, authentication, refusals."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import customer_with_card, pay_now
from .server import Receiver, visit

DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000009987", "card_declined", "lost_card"),
    ("4000000000000069", "expired_card", None),
    ("4000000000000127", "incorrect_cvc", None),
    ("4000000000000119", "processing_error", None),
    ("4111111111111111", "card_declined", "test_mode_live_card"),
]


def card(number: str, **more: Any) -> Any:
    return {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123", **more}}


def confirm_with(client: stripe.StripeClient, number: str, amount: int = 2000) -> tuple[str, stripe.CardError | None]:
    """Try a card on a new intent: the intent's id, and the error if it was refused."""
    intent = client.v1.payment_intents.create({"amount": amount, "currency": "usd"})
    try:
        client.v1.payment_intents.confirm(intent.id, {"payment_method_data": card(number)})
    except stripe.CardError as error:
        return intent.id, error
    return intent.id, None


def test_a_good_card_pays_and_the_charge_carries_amount_fee_and_net(client: stripe.StripeClient) -> None:
    intent = pay_now(client, 4900, metadata={"order": "7"}, transfer_group="order-7", description="One licence")
    assert (intent.status, intent.amount_received) == ("succeeded", 4900)
    charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})  # type: ignore[arg-type]
    assert (charge.paid, charge.captured) == (True, True)
    assert (charge.metadata.to_dict(), charge.transfer_group) == ({"order": "7"}, "order-7")
    assert charge.payment_method_details.card.last4 == "4242"
    entry = charge.balance_transaction
    # 2.9 % of 49.00 is 1.421, rounded to 1.42, and 0.30
    assert (entry.amount, entry.fee, entry.net, entry.status) == (4900, 172, 4728, "pending")
    assert entry.available_on - entry.created == 2 * 24 * 3600


@pytest.mark.parametrize(("number", "code", "decline_code"), DECLINES)
def test_a_documented_card_is_refused_with_its_code(
    client: stripe.StripeClient, number: str, code: str, decline_code: str | None
) -> None:
    intent_id, error = confirm_with(client, number)
    assert error is not None
    assert (error.http_status, error.code) == (402, code)
    assert error.error.decline_code == decline_code
    intent = client.v1.payment_intents.retrieve(intent_id)
    assert (intent.status, intent.last_payment_error.code, intent.amount_received) == (
        "requires_payment_method",
        code,
        0,
    )
    charge = client.v1.charges.retrieve(intent.latest_charge)  # type: ignore[arg-type]
    assert (charge.status, charge.paid, charge.failure_code, charge.balance_transaction) == (
        "failed",
        False,
        code,
        None,
    )


def test_after_a_refusal_another_card_pays_the_same_intent(client: stripe.StripeClient, receiver: Receiver) -> None:
    intent_id, error = confirm_with(client, "4000000000000002")
    assert error is not None
    paid = client.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    receiver.wait_for("payment_intent.payment_failed", intent_id)
    receiver.wait_for("payment_intent.succeeded", intent_id)
    assert len(client.v1.charges.list({"payment_intent": intent_id}).data) == 2


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", "card[number]"),
        ({"exp_month": 13}, "invalid_expiry_month", "card[exp_month]"),
        ({"exp_year": 2001}, "invalid_expiry_year", "card[exp_year]"),
        ({"cvc": "12"}, "invalid_cvc", "card[cvc]"),
    ],
)
def test_a_card_that_cannot_exist_is_refused_by_its_field(
    client: stripe.StripeClient, changes: dict[str, Any], code: str, param: str
) -> None:
    params = card(**{"number": "4242424242424242", **changes})
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_methods.create(params)
    assert (caught.value.code, caught.value.param) == (code, param)


def test_a_card_number_is_never_stored(client: stripe.StripeClient, server: Any) -> None:
    client.v1.payment_methods.create(card("5200828282828210"))
    stored = b"".join(path.read_bytes() for path in (server.folder / "data").glob("*sqlite3*"))
    assert b'"last4": "8210"' in stored
    assert b'"number": "5200828282828210"' not in stored


def test_a_manual_capture_takes_a_part_and_releases_the_rest(client: stripe.StripeClient) -> None:
    intent = pay_now(client, 5000, capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 5000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 5001})
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000})
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 3000, 0)
    charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})  # type: ignore[arg-type]
    assert (charge.amount_captured, charge.amount_refunded, charge.balance_transaction.amount) == (3000, 2000, 3000)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(intent.id)
    assert caught.value.code == "payment_intent_unexpected_state"


def test_a_canceled_intent_takes_no_money(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert caught.value.code == "payment_intent_unexpected_state"
    assert client.v1.charges.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize("answer", ["complete", "fail"])
def test_authentication_is_completed_or_failed_on_the_banks_page(client: stripe.StripeClient, answer: str) -> None:
    intent = pay_now(client, 2500, card="pm_card_authenticationRequired", return_url="http://127.0.0.1:9/r")
    assert intent.status == "requires_action"
    address = intent.next_action.redirect_to_url.url
    assert "$25.00" in visit(address).text
    page = visit(address, {"answer": answer})
    after = client.v1.payment_intents.retrieve(intent.id)
    if answer == "complete":
        assert after.status == "succeeded"
        assert "redirect_status=succeeded" in (page.location or "")
    else:
        assert after.status == "requires_payment_method"
        assert after.last_payment_error.code == "payment_intent_authentication_failure"
        assert after.latest_charge is None
    assert visit(address, {"answer": "complete"}).status == 303
    assert client.v1.payment_intents.retrieve(intent.id).status == after.status


def test_the_banks_page_needs_the_intents_own_secret(client: stripe.StripeClient, server: Any) -> None:
    intent = pay_now(client, 2500, card="pm_card_authenticationRequired")
    page = visit(f"{server.base}/authenticate/{intent.id}?client_secret=wrong", {"answer": "complete"})
    assert page.status == 404
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_action"


def test_too_small_an_amount_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"at least \$0\.50") as caught:
        client.v1.payment_intents.create({"amount": 49, "currency": "usd"})
    assert caught.value.code == "amount_too_small"


def test_another_customers_card_is_refused(client: stripe.StripeClient) -> None:
    owner = customer_with_card(client)
    stranger = client.v1.customers.create({"email": "stranger@example.com"})
    method: Any = owner.invoice_settings.default_payment_method
    with pytest.raises(stripe.InvalidRequestError, match="another customer"):
        pay_now(client, customer=stranger.id, payment_method=method)


def test_a_card_that_fails_later_can_be_stored_but_not_charged_off_session(client: stripe.StripeClient) -> None:
    customer = customer_with_card(client, "4000000000000341")
    method: Any = customer.invoice_settings.default_payment_method
    with pytest.raises(stripe.CardError) as caught:
        pay_now(client, customer=customer.id, payment_method=method, off_session=True)
    assert caught.value.code == "card_declined"


def test_a_detached_card_cannot_be_used_again(client: stripe.StripeClient) -> None:
    customer = customer_with_card(client)
    method: Any = customer.invoice_settings.default_payment_method
    client.v1.payment_methods.detach(method)
    assert client.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        pay_now(client, payment_method=method)


def test_a_disputed_card_opens_a_dispute_with_its_fee(client: stripe.StripeClient, receiver: Receiver) -> None:
    intent = pay_now(client, 6000, card="pm_card_createDispute")
    assert intent.status == "succeeded"
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    assert (dispute.amount, dispute.reason, dispute.status) == (6000, "fraudulent", "needs_response")
    entry = dispute.balance_transactions[0]
    assert (entry.amount, entry.fee, entry.net) == (-6000, 1500, -7500)
    receiver.wait_for("charge.dispute.created", dispute.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_disputed"
    won = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (won.status, sum(entry.net for entry in won.balance_transactions)) == ("won", 0)
    receiver.wait_for("charge.dispute.closed", dispute.id)


def test_a_dispute_can_be_given_up(client: stripe.StripeClient) -> None:
    intent = pay_now(client, 6000, card="pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    lost = client.v1.disputes.close(dispute.id)
    assert (lost.status, sum(entry.net for entry in lost.balance_transactions)) == ("lost", -7500)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.close(dispute.id)
