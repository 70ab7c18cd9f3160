"""Misbehaving when told to: every way once, counted, and the same again for the same seed."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from .orders import pay_now
from .server import Receiver, Server, misbehaving, tell, told, visit, wait_until


@pytest.fixture(scope="module")
def own_receiver() -> Iterator[Receiver]:
    receiver = Receiver().start()
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def bad_server(tmp_path_factory: pytest.TempPathFactory, own_receiver: Receiver) -> Iterator[Server]:
    """A server of this file's own: nobody else's requests meet its faults."""
    server = Server(tmp_path_factory.mktemp("misbehaving"), webhook=own_receiver.url).start()
    yield server
    server.kill()


def customers(client: stripe.StripeClient, email: str) -> list[str]:
    return [customer.id for customer in client.v1.customers.list({"email": email, "limit": 100}).data]


def make(client: stripe.StripeClient, name: str) -> stripe.Customer:
    options: Any = {"idempotency_key": f"key-{name}"}
    return client.v1.customers.create({"email": f"{name}@example.com"}, options)


def only_post(effect: str, **more: Any) -> dict[str, Any]:
    return {"requests": [{"method": "POST", "path": "/v1/customers", "effect": effect, **more}]}


def test_it_behaves_until_it_is_told_otherwise(bad_server: Server) -> None:
    assert told(bad_server.base)["plan"] is None


def test_after_a_500_the_key_answers_the_500_and_the_work_stands(bad_server: Server) -> None:
    # https://docs.stripe.com/api/idempotent_requests: the saved answer is given again, "including 500 errors".
    client = bad_server.client(max_network_retries=3)
    with misbehaving(bad_server.base, **only_post("error_after_work", next=1)):
        errors = []
        for _ in range(2):
            with pytest.raises(stripe.APIError) as caught:
                make(client, "after")
            errors.append(caught.value)
        assert [error.http_status for error in errors] == [500, 500]
        assert errors[0].headers["Stripe-Should-Retry"] == "false"
        assert errors[1].headers["Idempotent-Replayed"] == "true"
        assert told(bad_server.base)["plan"]["requests"][0]["done"] == 1
    with pytest.raises(stripe.APIError):
        make(client, "after")
    assert len(customers(client, "after@example.com")) == 1


@pytest.mark.parametrize(
    ("effect", "made_at_first"),
    [
        ("error_before_work", 0),
        ("close_before_work", 0),
        ("silence_before_work", 0),
        ("lock_timeout", 0),
        ("unavailable_after_work", 1),
        ("close_after_work", 1),
        ("silence_after_work", 1),
    ],
)
def test_the_sdk_gets_over_it_by_itself_and_the_work_is_done_once(
    bad_server: Server, effect: str, made_at_first: int
) -> None:
    patient = bad_server.client(max_network_retries=2, http_client=stripe.RequestsClient(timeout=2))
    impatient = bad_server.client(http_client=stripe.RequestsClient(timeout=2))
    plain = bad_server.client()
    name = effect.replace("_", "-")
    with misbehaving(bad_server.base, **only_post(effect, next=1)):
        with pytest.raises(stripe.StripeError):
            make(impatient, f"{name}-1")
        assert len(customers(plain, f"{name}-1@example.com")) == made_at_first
    with misbehaving(bad_server.base, **only_post(effect, next=1)):
        made = make(patient, f"{name}-2")
        assert told(bad_server.base)["plan"]["requests"][0]["done"] == 1
    assert customers(plain, f"{name}-2@example.com") == [made.id]
    assert make(plain, f"{name}-1").id == customers(plain, f"{name}-1@example.com")[0]


def test_a_rate_limit_is_told_and_not_stored_under_the_key(bad_server: Server) -> None:
    client = bad_server.client(max_network_retries=2)
    with misbehaving(bad_server.base, **only_post("rate_limit", next=1)):
        with pytest.raises(stripe.RateLimitError) as caught:
            make(client, "limited")
        assert (caught.value.http_status, caught.value.error.code) == (429, "rate_limit")
        assert make(client, "limited").email == "limited@example.com"


def test_a_late_answer_comes(bad_server: Server) -> None:
    with misbehaving(bad_server.base, **only_post("late_answer", wait_s=[0.4, 0.5])):
        began = time.monotonic()
        assert make(bad_server.client(), "late").email == "late@example.com"
        assert time.monotonic() - began >= 0.4


def test_reads_misbehave_as_well(bad_server: Server) -> None:
    client = bad_server.client()
    rules = [{"method": "GET", "path": "/v1/balance", "effect": "error_after_work", "next": 1}]
    with misbehaving(bad_server.base, requests=rules):
        with pytest.raises(stripe.APIError, match="told to say so"):
            client.v1.balance.retrieve()
        assert client.v1.balance.retrieve().object == "balance"


def test_a_refused_request_is_refused_as_ever(bad_server: Server) -> None:
    rules = [{"path": "*", "effect": "error_after_work"}]
    with misbehaving(bad_server.base, requests=rules), pytest.raises(stripe.InvalidRequestError):
        bad_server.client().v1.customers.create({"invented": "1"})  # type: ignore[typeddict-unknown-key]


def outcomes(server: Server, seed: int) -> list[bool]:
    client = server.client()
    found = []
    rules = [{"path": "/v1/balance", "effect": "rate_limit", "probability": 0.5}]
    with misbehaving(server.base, seed=seed, requests=rules):
        for _ in range(24):
            try:
                client.v1.balance.retrieve()
                found.append(True)
            except stripe.RateLimitError:
                found.append(False)
        assert told(server.base)["plan"]["requests"][0]["done"] == found.count(False)
    return found


def test_the_same_seed_does_the_same_again_and_another_something_else(bad_server: Server) -> None:
    first = outcomes(bad_server, 7)
    assert {True, False} == set(first)
    assert outcomes(bad_server, 7) == first
    assert outcomes(bad_server, 8) != first


def test_skip_and_next_choose_which(bad_server: Server) -> None:
    client = bad_server.client()
    found = []
    rules = [{"path": "/v1/balance", "effect": "rate_limit", "skip": 2, "next": 1}]
    with misbehaving(bad_server.base, requests=rules):
        for _ in range(5):
            try:
                found.append(client.v1.balance.retrieve().object)
            except stripe.RateLimitError:
                found.append("limited")
    assert found == ["balance", "balance", "limited", "balance", "balance"]


def seen(receiver: Receiver, kind: str, ids: list[str]) -> list[str]:
    return [event.data.object.id for event in receiver.of_type(kind) if event.data.object.id in ids]


def test_a_delayed_event_comes_late(bad_server: Server, own_receiver: Receiver) -> None:
    with misbehaving(bad_server.base, webhooks=[{"events": "customer.created", "delay_s": [1.5, 2]}]):
        began = time.monotonic()
        customer = make(bad_server.client(), "delayed")
        own_receiver.wait_for("customer.created", customer.id)
        assert time.monotonic() - began >= 1.4


@pytest.mark.parametrize("together", [False, True])
def test_a_repeated_event_comes_as_often_as_told(bad_server: Server, own_receiver: Receiver, together: bool) -> None:
    with misbehaving(bad_server.base, webhooks=[{"events": "customer.*", "repeat": 4, "together": together}]):
        customer = make(bad_server.client(), f"repeated-{together}")
    wait_until(lambda: len(seen(own_receiver, "customer.created", [customer.id])) >= 4, what="four copies")
    wait_until(lambda: told(bad_server.base)["waiting"] == 0, what="the last note")
    copies = [event.id for event in own_receiver.of_type("customer.created", customer.id)]
    assert (len(copies), len(set(copies))) == (4, 1)


def test_reordered_events_all_come_in_another_order(bad_server: Server, own_receiver: Receiver) -> None:
    client = bad_server.client()
    with misbehaving(bad_server.base, seed=3, webhooks=[{"events": "customer.created", "reorder_s": 5}]):
        ids = [make(client, f"shuffled-{number}").id for number in range(8)]
        assert seen(own_receiver, "customer.created", ids) == []
        wait_until(lambda: len(seen(own_receiver, "customer.created", ids)) == len(ids), what="all of them")
    came = seen(own_receiver, "customer.created", ids)
    assert sorted(came) == sorted(ids)
    assert came != ids


def test_a_dropped_event_never_comes_and_is_listed_as_undelivered(bad_server: Server, own_receiver: Receiver) -> None:
    client = bad_server.client()
    rules = [{"events": "customer.created", "drop": True, "next": 1}]
    with misbehaving(bad_server.base, webhooks=rules):
        lost, kept = make(client, "lost"), make(client, "kept")
        own_receiver.wait_for("customer.created", kept.id)
        rule = told(bad_server.base)["plan"]["webhooks"][0]
        assert (rule["matched"], rule["done"]) == (2, 1)
    wait_until(lambda: told(bad_server.base)["waiting"] == 0, what="the last note")
    assert seen(own_receiver, "customer.created", [lost.id]) == []
    undelivered = client.v1.events.list({"delivery_success": False, "type": "customer.created"}).data
    assert [event.data.object["id"] for event in undelivered] == [lost.id]
    client.raw_request("post", f"/v1/events/{undelivered[0].id}/retry")
    own_receiver.wait_for("customer.created", lost.id)


def test_the_plan_outlives_a_kill(another_server: Callable[..., Server]) -> None:
    server = another_server()
    tell(server.base, {"requests": [{"path": "/v1/balance", "effect": "rate_limit", "next": 2}]})
    with pytest.raises(stripe.RateLimitError):
        server.client().v1.balance.retrieve()
    server.kill()
    server.start()
    with pytest.raises(stripe.RateLimitError):
        server.client().v1.balance.retrieve()
    assert server.client().v1.balance.retrieve().object == "balance"


def test_money_moves_once_whatever_goes_wrong(bad_server: Server, own_receiver: Receiver) -> None:
    """Sixty payments through a storm, each repeated with its key until it is answered."""
    plan: dict[str, Any] = {
        "seed": 11,
        "webhooks": [
            {"delay_s": [0, 0.3], "repeat": [1, 3], "probability": 0.5},
            {"reorder_s": 0.2, "probability": 0.3},
        ],
        "requests": [
            {"method": "POST", "path": "/v1/payment_intents", "effect": effect, "probability": 0.12}
            for effect in ("close_before_work", "close_after_work", "rate_limit", "unavailable_after_work")
        ],
    }
    client = bad_server.client(max_network_retries=2)
    intents = []
    with misbehaving(bad_server.base, **plan):
        for number in range(60):
            for _ in range(20):
                try:
                    options: Any = {"idempotency_key": f"storm-{number}"}
                    params: Any = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
                    intents.append(client.v1.payment_intents.create(params, options).id)
                    break
                except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError):
                    continue
        counted = told(bad_server.base)["plan"]
        assert all(rule["done"] > 0 for rule in [*counted["requests"], *counted["webhooks"]])
    assert len(set(intents)) == len(intents) == 60
    made = {charge.payment_intent for charge in client.v1.charges.list({"limit": 100}).auto_paging_iter()}
    assert made == set(intents)
    for intent in intents:
        own_receiver.wait_for("payment_intent.succeeded", intent)


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ({"requests": [{"effect": "explode"}]}, "error_after_work"),
        ({"requests": [{"effect": "rate_limit", "probability": 2}]}, "probability"),
        ({"requests": [{"effect": "rate_limit", "next": -1}]}, "next"),
        ({"webhooks": [{"events": "*"}]}, "delay_s"),
        ({"webhooks": [{"delay_s": [3, 1]}]}, "delay_s"),
        ({"webhooks": [{"repeat": [1, 1.5]}]}, "repeat"),
        ({"webhooks": [{"drop": "yes"}]}, "drop"),
        ({"webhook": []}, "webhooks"),
        ({"seed": "7"}, "seed"),
        ([], "object"),
    ],
)
def test_a_plan_that_is_not_understood_is_refused_by_name(bad_server: Server, plan: Any, word: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        tell(bad_server.base, plan)
    with caught.value as answer:
        assert (answer.code, word in answer.read().decode()) == (400, True)
    assert told(bad_server.base)["plan"] is None


def test_the_dashboard_tells_it_and_shows_what_it_did(bad_server: Server) -> None:
    page = visit(f"{bad_server.base}/")
    assert "Misbehave from now on" in page.text
    form = {"delay_s": "0.5", "repeat": "3", "drop_share": "10", "effect": "rate_limit", "path": "/v1/refunds*"}
    form |= {"request_share": "50", "seed": "4", "action": "tell"}
    assert visit(f"{bad_server.base}/_local/misbehaviour/form", form).status == 303
    plan = told(bad_server.base)["plan"]
    assert (plan["seed"], len(plan["webhooks"]), plan["requests"][0]["probability"]) == (4, 2, 0.5)
    page = visit(f"{bad_server.base}/")
    for text in ("sent up to 3 times", "/v1/refunds*", "rate limit"):
        assert text in page.text
    assert visit(f"{bad_server.base}/_local/misbehaviour/form", {"action": "behave"}).status == 303
    assert told(bad_server.base)["plan"] is None
    assert visit(f"{bad_server.base}/_local/misbehaviour/form", {"repeat": "many"}).status == 400
    foreign = visit(f"{bad_server.base}/_local/misbehaviour/form", {"repeat": "2"}, {"Origin": "https://evil.example"})
    assert foreign.status == 403


def test_payments_go_on_as_ever_when_it_behaves(bad_server: Server) -> None:
    assert pay_now(bad_server.client()).status == "succeeded"
