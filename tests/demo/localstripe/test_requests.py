"""Keys, versions, errors, lists, expansion: what every request has in common."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import stripe

from .orders import open_checkout, pay, pay_now
from .server import KEY, Server


def raw(server: Server, path: str, headers: dict[str, str]) -> tuple[int, dict[str, Any], Any]:
    request = urllib.request.Request(f"{server.base}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers


def test_basic_and_bearer_keys_are_taken_and_others_refused(server: Server) -> None:
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    assert raw(server, "/v1/balance", {"Authorization": f"Basic {basic}"})[0] == 200
    status, _, headers = raw(server, "/v1/balance", {"Authorization": f"Bearer {KEY}"})
    assert (status, headers["Request-Id"].startswith("req_")) == (200, True)
    for wrong in ("sk_live_51HxAmple", "sk_test_another", ""):
        status, body, _ = raw(server, "/v1/balance", {"Authorization": f"Bearer {wrong}"} if wrong else {})
        assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_wrong", base_addresses={"api": server.base}).v1.balance.retrieve()


def test_another_version_is_refused_rather_than_answered_in_wrong_shapes(server: Server) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Stripe-Version": "2019-05-16"}
    status, body, _ = raw(server, "/v1/balance", headers)
    assert status == 400
    assert "2026-10-28.endive" in body["error"]["message"]


def test_an_error_names_type_code_parameter_and_page(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create({"currency": "usd"})  # type: ignore[typeddict-item]
    error: Any = caught.value
    assert (error.http_status, error.code, error.param) == (400, "parameter_missing", "amount")
    assert error.error.doc_url == "https://stripe.com/docs/error-codes/parameter-missing"
    assert error.request_id.startswith("req_")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.customers.retrieve("cus_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert "No such customer: 'cus_none'" in str(missing.value)


def test_an_address_that_is_not_served_says_so(server: Server) -> None:
    status, body, _ = raw(server, "/v1/issuing/cards", {"Authorization": f"Bearer {KEY}"})
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")
    assert "/v1/issuing/cards" in body["error"]["message"]


def test_pages_of_a_list_join_to_the_whole(client: stripe.StripeClient) -> None:
    ids = [client.v1.products.create({"name": f"P{number}", "url": "https://pages.example"}).id for number in range(7)]
    first = client.v1.products.list({"ids": ids, "limit": 3})
    assert (first.has_more, [one.id for one in first.data]) == (True, ids[:3:-1])
    rest = client.v1.products.list({"ids": ids, "limit": 10, "starting_after": first.data[-1].id})
    assert (rest.has_more, [one.id for one in rest.data]) == (False, ids[3::-1])
    back = client.v1.products.list({"ids": ids, "limit": 2, "ending_before": rest.data[0].id})
    assert [one.id for one in back.data] == [ids[5], ids[4]]
    assert [one.id for one in client.v1.products.list({"ids": ids, "limit": 2}).auto_paging_iter()] == ids[::-1]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.list({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.list({"starting_after": "prod_none"})


def test_lists_are_filtered_by_time(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "when@example.com"})
    params: Any = {"email": "when@example.com"}
    assert len(client.v1.customers.list({**params, "created": {"gte": customer.created}}).data) == 1
    assert client.v1.customers.list({**params, "created": {"gt": customer.created}}).data == []


def test_expansion_goes_deep_and_refuses_what_is_no_reference(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    pay(session)
    deep = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    assert deep.payment_intent.latest_charge.balance_transaction.amount == 4900  # type: ignore[union-attr]
    listed = client.v1.charges.list({"limit": 1, "expand": ["data.payment_intent"]})
    assert listed.data[0].payment_intent.object == "payment_intent"  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.charges.list({"limit": 1, "expand": ["data.nonsense"]})


def test_metadata_is_merged_and_removed_key_by_key(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = client.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert client.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"metadata": {"k" * 41: "v"}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"metadata": {"k": "v" * 501}})


def test_an_unknown_parameter_is_refused_and_leaves_nothing(client: stripe.StripeClient) -> None:
    before = client.v1.payment_intents.list({"limit": 1}).data[0].id
    with pytest.raises(stripe.InvalidRequestError) as caught:
        pay_now(client, transfer_date={"typo": "1"})
    assert (caught.value.code, caught.value.param) == ("parameter_unknown", "transfer_date")
    with pytest.raises(stripe.InvalidRequestError) as declined:
        pay_now(client, card="pm_card_chargeDeclined", transfer_date="x")
    assert declined.value.code == "parameter_unknown"
    assert client.v1.payment_intents.list({"limit": 1}).data[0].id == before


@pytest.mark.parametrize("amount", ["-1", "1.5", "ten", "100000000", "999999999999999999999"])
def test_an_amount_that_is_no_amount_is_refused(client: stripe.StripeClient, amount: str) -> None:
    params: Any = {"amount": amount, "currency": "usd"}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)
    assert caught.value.param == "amount"


def test_a_lookup_key_belongs_to_one_price_and_can_be_moved(client: stripe.StripeClient) -> None:
    product = client.v1.products.create({"name": "Plan"})
    params: Any = {"product": product.id, "currency": "usd", "unit_amount": 900, "lookup_key": "plan-x"}
    old = client.v1.prices.create(params)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.prices.create(params)
    new = client.v1.prices.create({**params, "unit_amount": 1000, "transfer_lookup_key": True})
    assert [one.id for one in client.v1.prices.list({"lookup_keys": ["plan-x"]}).data] == [new.id]
    assert client.v1.prices.retrieve(old.id).lookup_key is None
