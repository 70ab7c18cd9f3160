"""The books: the balance is the sum of its entries, whatever happened, and nothing is lost between accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stripe

from .orders import onboarded_account, open_checkout, pay, pay_now
from .server import Server, visit


def entries(client: stripe.StripeClient, account: str | None = None) -> list[Any]:
    options: Any = {"stripe_account": account} if account else {}
    return list(client.v1.balance_transactions.list({"limit": 100}, options).auto_paging_iter())


def balance(client: stripe.StripeClient, account: str | None = None) -> tuple[int, int]:
    options: Any = {"stripe_account": account} if account else {}
    found = client.v1.balance.retrieve({}, options)
    return sum(one.amount for one in found.available), sum(one.amount for one in found.pending)


def test_after_a_day_of_everything_the_balance_is_the_sum_of_the_entries(
    another_server: Callable[..., Server],
) -> None:
    server = another_server()
    client = server.client()
    account = onboarded_account(client, settings={"payouts": {"schedule": {"interval": "manual"}}})
    session = open_checkout(client, 4900)
    pay(session, "4000000000000002")
    pay(session)
    pay_now(client, 100_000, card="pm_card_bypassPending")
    client.v1.refunds.create({"payment_intent": pay_now(client, 5000).id, "amount": 1234})
    disputed = pay_now(client, 7000, card="pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": disputed.id}).data[0]
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    pay_now(client, 6000, card="pm_card_createDispute")
    transfer = client.v1.transfers.create({"amount": 8000, "currency": "usd", "destination": account.id})
    client.v1.transfers.reversals.create(transfer.id, {"amount": 500})
    on_account: Any = {"stripe_account": account.id}
    client.v1.payouts.create({"amount": 3000, "currency": "usd"}, on_account)

    ours = entries(client)
    assert all(entry.net == entry.amount - entry.fee for entry in ours)
    assert all(sum(part.amount for part in entry.fee_details) == entry.fee for entry in ours)
    by_status = {
        status: sum(entry.net for entry in ours if entry.status == status) for status in ("available", "pending")
    }
    assert balance(client) == (by_status["available"], by_status["pending"])
    charged = [4900, 100_000, 5000, 7000, 6000]
    fees = sum((amount * 29 + 500) // 1000 + 30 for amount in charged) + 1500
    assert sum(balance(client)) == sum(charged) - fees - 1234 - 6000 - 8000 + 500
    assert balance(client, account.id) == (8000 - 500 - 3000, 0)
    theirs = entries(client, account.id)
    assert sum(entry.net for entry in theirs) == 4500

    visit(f"{server.base}/time/advance", {"days": "3"})
    assert balance(client) == (sum(by_status.values()), 0)
    assert {entry.status for entry in entries(client)} == {"available"}


def test_every_entry_names_the_object_that_caused_it(client: stripe.StripeClient) -> None:
    intent = pay_now(client, 5000)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    charge: Any = intent.latest_charge
    of_charge = client.v1.balance_transactions.list({"source": charge}).data
    assert [(one.type, one.amount, one.source) for one in of_charge] == [("charge", 5000, charge)]
    of_refund = client.v1.balance_transactions.list({"source": refund.id}).data
    assert [(one.type, one.amount) for one in of_refund] == [("refund", -100)]
