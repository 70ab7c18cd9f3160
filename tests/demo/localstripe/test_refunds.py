"""Refunds: all, a part, never more than was paid, never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from .orders import pay_now
from .server import Receiver, Server


def test_a_full_refund_returns_all_but_the_fee(client: stripe.StripeClient, receiver: Receiver) -> None:
    intent = pay_now(client, 4900)
    refund = client.v1.refunds.create(
        {"payment_intent": intent.id, "reason": "requested_by_customer", "metadata": {"order": "7"}}
    )
    assert (refund.status, refund.amount, refund.payment_intent) == ("succeeded", 4900, intent.id)
    entry = client.v1.balance_transactions.retrieve(refund.balance_transaction)  # type: ignore[arg-type]
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("refund", -4900, 0, -4900)
    charge = client.v1.charges.retrieve(intent.latest_charge)  # type: ignore[arg-type]
    assert (charge.refunded, charge.amount_refunded) == (True, 4900)
    event = receiver.wait_for("charge.refunded", charge.id)
    assert event.data.previous_attributes.to_dict() == {"amount_refunded": 0, "refunded": False}


def test_parts_add_up_and_stop_at_the_whole(client: stripe.StripeClient) -> None:
    intent = pay_now(client, 5000)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 2000})
    with pytest.raises(stripe.InvalidRequestError, match=r"\$30\.01.*\$30\.00") as caught:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 3001})
    assert caught.value.param == "amount"
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 3000})
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert again.value.code == "charge_already_refunded"
    assert [refund.amount for refund in client.v1.refunds.list({"payment_intent": intent.id}).data] == [3000, 2000]


def test_twenty_refunds_at_once_give_back_the_money_once(server: Server) -> None:
    client = server.client()
    intent = pay_now(client, 5000)

    def refund(_: int) -> str:
        try:
            return server.client().v1.refunds.create({"payment_intent": intent.id}).status or ""
        except stripe.InvalidRequestError as error:
            return error.code or ""

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(refund, range(20)))
    assert sorted(answers) == ["charge_already_refunded"] * 19 + ["succeeded"]
    charge = client.v1.charges.retrieve(intent.latest_charge)  # type: ignore[arg-type]
    assert charge.amount_refunded == 5000
    assert len(client.v1.refunds.list({"charge": charge.id}).data) == 1


def test_what_was_not_paid_cannot_be_refunded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": "pi_none"})
    assert (caught.value.code, caught.value.param, caught.value.http_status) == (
        "resource_missing",
        "payment_intent",
        404,
    )


def test_a_pending_refund_arrives_later(client: stripe.StripeClient, receiver: Receiver) -> None:
    intent = pay_now(client, 4900, "pm_card_pendingRefund")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    event = receiver.wait_for("refund.updated", refund.id)
    assert event.data.previous_attributes.to_dict() == {"status": "pending"}
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_that_fails_later_brings_the_money_back_to_the_platform(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    intent = pay_now(client, 4900, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    event = receiver.wait_for("refund.failed", refund.id)
    assert event.data.object.to_dict()["failure_reason"] == "expired_or_canceled_card"
    failed = client.v1.refunds.retrieve(refund.id)
    assert failed.status == "failed"
    entry = client.v1.balance_transactions.retrieve(failed.failure_balance_transaction)  # type: ignore[arg-type]
    assert (entry.type, entry.amount) == ("refund_failure", 4900)
    charge = client.v1.charges.retrieve(intent.latest_charge)  # type: ignore[arg-type]
    assert (charge.refunded, charge.amount_refunded) == (False, 0)
