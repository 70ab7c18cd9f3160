"""Connected accounts: onboarded through the page, paid by transfers, paid out to their bank."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import PERSON, onboarded_account, onboarding_link, pay_now
from .server import Receiver, Server, visit


def fill_platform(client: stripe.StripeClient, amount: int = 900_000) -> None:
    """Money that is available at once."""
    pay_now(client, amount, card="pm_card_bypassPending")


def available(client: stripe.StripeClient, account: str) -> int:
    on_account: Any = {"stripe_account": account}
    return sum(entry.amount for entry in client.v1.balance.retrieve({}, on_account).available)


def test_onboarding_switches_the_account_on(client: stripe.StripeClient, receiver: Receiver) -> None:
    account = client.v1.accounts.create(
        {
            "type": "express",
            "email": "ada@example.com",
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"artist": "7"},
        }
    )
    assert (account.charges_enabled, account.payouts_enabled, account.details_submitted) == (False, False, False)
    assert (account.capabilities.transfers, account.controller.stripe_dashboard.type) == ("inactive", "express")
    link = onboarding_link(client, account.id)
    page = visit(link)
    for text in ("First name", "Last name", "Date of birth", "Account number", "ada@example.com"):
        assert text in page.text
    back = visit(link, PERSON)
    assert (back.status, back.location) == (303, "http://127.0.0.1:9/back")
    after = client.v1.accounts.retrieve(account.id)
    assert (after.charges_enabled, after.payouts_enabled, after.details_submitted) == (True, True, True)
    assert (after.capabilities.transfers, after.requirements.currently_due) == ("active", [])
    assert after.external_accounts.data[0].last4 == "6789"
    event = receiver.wait_for("account.updated", account.id)
    assert (event.account, event.data.object.payouts_enabled) == (account.id, True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_name": ""}, "Enter your first name."),
        ({"account_number": "12345678"}, "test bank account number"),
        ({"agrees": ""}, "Agree to the terms"),
    ],
)
def test_a_wrong_entry_is_told_and_switches_nothing_on(
    client: stripe.StripeClient, changes: dict[str, str], message: str
) -> None:
    account = client.v1.accounts.create({"type": "express"})
    link = onboarding_link(client, account.id)
    page = visit(link, {**PERSON, **changes})
    assert (page.status, message in page.text) == (422, True)
    assert 'value="Wong"' in page.text
    after = client.v1.accounts.retrieve(account.id)
    assert (after.details_submitted, after.external_accounts.data) == (False, [])
    assert visit(link, PERSON).status == 303


def test_a_link_works_once(client: stripe.StripeClient, server: Server) -> None:
    account = client.v1.accounts.create({"type": "express"})
    link = onboarding_link(client, account.id)
    visit(link, PERSON)
    assert visit(link).location == "http://127.0.0.1:9/again"
    assert visit(link, {**PERSON, "account_number": "000999999991"}).location == "http://127.0.0.1:9/again"
    assert client.v1.accounts.retrieve(account.id).external_accounts.data[0].last4 == "6789"
    assert visit(f"{server.base}/setup/e/{account.id}/guessed").status == 404


def test_the_controller_form_of_an_express_account(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(
        {
            "country": "US",
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"},
            },
            "capabilities": {"transfers": {"requested": True}},
        }
    )
    assert (account.type, account.controller.fees.payer) == ("express", "application")


def test_a_transfer_moves_money_and_a_reversal_brings_it_back(client: stripe.StripeClient, receiver: Receiver) -> None:
    fill_platform(client)
    account = onboarded_account(client)
    transfer = client.v1.transfers.create(
        {"amount": 5000, "currency": "usd", "destination": account.id, "transfer_group": "order-9"}
    )
    assert available(client, account.id) == 5000
    on_account: Any = {"stripe_account": account.id}
    payment = client.v1.charges.retrieve(transfer.destination_payment, {}, on_account)  # type: ignore[arg-type]
    assert (payment.amount, payment.source_transfer) == (5000, transfer.id)
    receiver.wait_for("transfer.created", transfer.id)
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 2000})
    assert (reversal.amount, available(client, account.id)) == (2000, 3000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        client.v1.transfers.reversals.create(transfer.id, {"amount": 3001})
    client.v1.transfers.reversals.create(transfer.id)
    after = client.v1.transfers.retrieve(transfer.id)
    assert (after.reversed, after.amount_reversed, available(client, account.id)) == (True, 5000, 0)
    found = client.v1.transfers.list({"transfer_group": "order-9"}).data
    assert [one.id for one in found] == [transfer.id]


def test_a_transfer_needs_an_onboarded_account_and_money(client: stripe.StripeClient) -> None:
    stranger = client.v1.accounts.create({"type": "express", "capabilities": {"transfers": {"requested": True}}})
    fill_platform(client)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": stranger.id})
    assert caught.value.code == "insufficient_capabilities_for_transfer"
    account = onboarded_account(client)
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.transfers.create({"amount": 99_000_000, "currency": "usd", "destination": account.id})
    assert poor.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": "acct_none"})
    assert (missing.value.code, missing.value.param) == ("resource_missing", "destination")
    assert available(client, account.id) == 0


def test_a_transfer_tied_to_a_charge_waits_for_its_funds(client: stripe.StripeClient) -> None:
    account = onboarded_account(client)
    intent = pay_now(client, 5000, transfer_group="order-10")
    charge: Any = intent.latest_charge
    params: Any = {"currency": "usd", "destination": account.id, "source_transaction": charge}
    transfer = client.v1.transfers.create({"amount": 4000, **params})
    assert transfer.transfer_group == "order-10"
    on_account: Any = {"stripe_account": account.id}
    balance = client.v1.balance.retrieve({}, on_account)
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 4000)
    with pytest.raises(stripe.InvalidRequestError, match=r"\$10\.00 of \$50\.00"):
        client.v1.transfers.create({"amount": 1001, **params})
    client.v1.transfers.create({"amount": 1000, **params})


def test_a_payout_leaves_the_balance_and_arrives_with_time(
    another_server: Any,
) -> None:
    server = another_server()
    client = server.client()
    fill_platform(client)
    account = onboarded_account(client, settings={"payouts": {"schedule": {"interval": "manual"}}})
    client.v1.transfers.create({"amount": 5000, "currency": "usd", "destination": account.id})
    on_account: Any = {"stripe_account": account.id}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payouts.create({"amount": 5001, "currency": "usd"}, on_account)
    assert caught.value.code == "balance_insufficient"
    payout = client.v1.payouts.create({"amount": 4000, "currency": "usd"}, on_account)
    assert (payout.status, payout.destination) == ("pending", account.external_accounts.data[0].id)
    assert available(client, account.id) == 1000
    assert visit(f"{server.base}/time/advance", {"days": "3"}).status == 303
    assert client.v1.payouts.retrieve(payout.id, {}, on_account).status == "paid"
    second = client.v1.payouts.create({"amount": 1000, "currency": "usd"}, on_account)
    assert client.v1.payouts.cancel(second.id, {}, on_account).status == "canceled"
    assert available(client, account.id) == 1000


def test_an_account_on_a_daily_schedule_is_paid_out_by_itself(another_server: Any) -> None:
    server = another_server()
    client = server.client()
    fill_platform(client)
    account = onboarded_account(client)
    client.v1.transfers.create({"amount": 5000, "currency": "usd", "destination": account.id})
    visit(f"{server.base}/time/advance", {"days": "1"})
    on_account: Any = {"stripe_account": account.id}
    payouts = client.v1.payouts.list({}, on_account).data
    assert [(one.amount, one.automatic, one.status) for one in payouts] == [(5000, True, "pending")]
    page = visit(client.v1.accounts.login_links.create(account.id).url)
    for text in ("Your payouts", "$50.00"):
        assert text in page.text


def test_one_accounts_objects_are_hidden_from_another(client: stripe.StripeClient) -> None:
    account = onboarded_account(client)
    on_account: Any = {"stripe_account": account.id}
    customer = client.v1.customers.create({"email": "theirs@example.com"}, on_account)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.retrieve(customer.id)
    assert caught.value.code == "resource_missing"
    nobody: Any = {"stripe_account": "acct_none"}
    with pytest.raises(stripe.PermissionError):
        client.v1.customers.list({}, nobody)


def test_a_bank_that_refuses_gives_the_money_back_and_gets_nothing_more(
    another_server: Any, receiver: Receiver
) -> None:
    server = another_server(webhook=receiver.url)
    client = server.client()
    fill_platform(client)
    account = onboarded_account(client, account_number="000111111113")
    client.v1.transfers.create({"amount": 5000, "currency": "usd", "destination": account.id})
    on_account: Any = {"stripe_account": account.id}
    payout = client.v1.payouts.create({"amount": 4000, "currency": "usd"}, on_account)
    assert visit(f"{server.base}/time/advance", {"days": "4"}).status == 303
    event = receiver.wait_for("payout.failed", payout.id)
    assert (event.account, event.data.object.failure_code) == (account.id, "account_closed")
    failed = client.v1.payouts.retrieve(payout.id, {}, on_account)
    assert (failed.status, failed.failure_message) == ("failed", "The bank account has been closed.")
    entry = client.v1.balance_transactions.retrieve(str(failed.failure_balance_transaction), {}, on_account)
    assert (entry.type, entry.amount) == ("payout_failure", 4000)
    bank = client.v1.accounts.retrieve(account.id).external_accounts.data[0]
    assert (bank.id, bank.status) == (payout.destination, "errored")
    for _ in range(2):
        assert visit(f"{server.base}/time/advance", {"days": "4"}).status == 303
    by_itself, by_hand = client.v1.payouts.list({}, on_account).data
    assert (by_itself.automatic, by_itself.status, by_hand.id) == (True, "failed", payout.id), "begun before it failed"
    assert available(client, account.id) == 5000
