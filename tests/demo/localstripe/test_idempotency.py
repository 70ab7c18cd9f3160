"""Idempotency keys: one effect and one answer per key, whatever is repeated, raced or killed."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import stripe

from .orders import pay_now
from .server import Server, wait_until


def create(client: stripe.StripeClient, key: str, **params: Any) -> stripe.Customer:
    options: Any = {"idempotency_key": key}
    return client.v1.customers.create({"email": "once@example.com", **params}, options)


@contextmanager
def write_lock(server: Server) -> Iterator[None]:
    """Hold the database's write lock, so that a request stands in the middle of its work."""
    database = sqlite3.connect(server.folder / "data" / "localstripe.sqlite3", timeout=30, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()


def test_the_same_key_and_parameters_answer_the_same(client: stripe.StripeClient) -> None:
    first = create(client, "same-1", name="A", metadata={"b": "1", "a": "2"})
    second = create(client, "same-1", metadata={"a": "2", "b": "1"}, name="A")
    assert second.id == first.id
    assert second.to_dict() == first.to_dict()
    headers = second.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.last_response.headers


def test_the_same_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    create(client, "other-1", name="A")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        create(client, "other-1", name="B")
    assert caught.value.http_status == 400
    options: Any = {"idempotency_key": "other-1"}
    with pytest.raises(stripe.IdempotencyError):
        client.v1.products.create({"name": "A"}, options)


def test_a_refused_card_is_answered_again_without_a_second_attempt(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    options: Any = {"idempotency_key": "declined-1"}
    errors = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"}, options)
        errors.append(caught.value.json_body)
    assert errors[0] == errors[1]
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_a_parameter_error_is_not_stored(client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "mended-1"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 1, "currency": "usd"}, options)
    mended = client.v1.payment_intents.create({"amount": 100, "currency": "usd"}, options)
    assert mended.amount == 100


def test_keys_of_two_accounts_do_not_meet(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"type": "express"})
    options: Any = {"idempotency_key": "shared-1"}
    mine = client.v1.customers.create({"email": "a@example.com"}, options)
    theirs = client.v1.customers.create({"email": "b@example.com"}, {**options, "stripe_account": account.id})
    assert mine.id != theirs.id


def test_a_second_request_is_told_to_wait_while_the_first_is_at_work(server: Server) -> None:
    made: list[stripe.Customer] = []
    refused: list[stripe.APIError] = []

    def ask() -> None:
        try:
            made.append(create(server.client(), "busy-1"))
        except stripe.APIError as error:
            refused.append(error)

    both = [threading.Thread(target=ask) for _ in range(2)]
    with write_lock(server):
        for one in both:
            one.start()
        wait_until(lambda: refused, what="the 409 of a key in use")
        assert made == []
    for one in both:
        one.join(timeout=30)
    assert [(error.http_status, error.error.code) for error in refused] == [(409, "idempotency_key_in_use")]
    assert create(server.client(), "busy-1").id == made[0].id


def test_fifty_requests_with_one_key_make_one_object(server: Server) -> None:
    def one(_: int) -> str:
        return create(server.client(max_network_retries=8), "crowd-1", name="crowd").id

    with ThreadPoolExecutor(16) as pool:
        ids = set(pool.map(one, range(50)))
    assert len(ids) == 1


def test_killed_before_it_worked_then_done_once(another_server: Callable[..., Server]) -> None:
    server = another_server()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            create(server.client(), "killed-1")
        except stripe.APIConnectionError as error:
            failures.append(error)

    with write_lock(server):
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.5)
        server.kill()
    asking.join(timeout=30)
    assert len(failures) == 1
    server.start()
    client = server.client()
    assert client.v1.customers.list({"email": "once@example.com"}).data == []
    first = create(client, "killed-1")
    assert create(client, "killed-1").id == first.id
    assert len(client.v1.customers.list({"email": "once@example.com"}).data) == 1


def test_kills_in_the_middle_of_many_payments_leave_each_done_once(another_server: Callable[..., Server]) -> None:
    server = another_server()
    orders = [f"order-{number}" for number in range(40)]
    done: dict[str, str] = {}
    chance = random.Random(7)

    def attempt(order: str) -> None:
        options: Any = {"idempotency_key": order}
        intent = server.client().v1.payment_intents.create(
            {
                "amount": 1000,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "metadata": {"order": order},
            },
            options,
        )
        assert done.setdefault(order, intent.id) == intent.id

    def worker() -> None:
        while waiting := [order for order in orders if order not in done]:
            try:
                attempt(chance.choice(waiting))
            except (stripe.APIConnectionError, stripe.APIError) as error:
                if error.http_status not in (None, 409):
                    raise
                time.sleep(0.05)

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(worker) for _ in range(4)]
        for _ in range(2):
            time.sleep(0.15 + 0.2 * chance.random())
            server.kill()
            server.start()
        for one in workers:
            one.result(timeout=60)
    client = server.client()
    charges = list(client.v1.charges.list({"limit": 100}).auto_paging_iter())
    assert sorted(charge.metadata["order"] for charge in charges) == sorted(orders)
    entries = list(client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    assert sum(entry.amount for entry in entries) == 1000 * len(orders)


def test_an_unkeyed_repetition_is_a_new_request(client: stripe.StripeClient) -> None:
    assert pay_now(client).id != pay_now(client).id
