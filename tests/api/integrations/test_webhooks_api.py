"""Webhooks by program: the owner's whole way, another member, a stranger, mistakes, bounded queries."""

import pytest
from rest_framework.test import APIClient

from marketplace.core.clock import now
from marketplace.integrations.event_types import EventType
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from marketplace.integrations.services import add_endpoint, deliver, send_test_event
from tests.factories.accounts import UserFactory
from tests.integrations.conftest import receiver
from tests.integrations.receiver import status

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db
WEBHOOKS = "/api/v1/webhooks"
URL = "http://127.0.0.1:9/x"


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def api(owner) -> APIClient:
    client = APIClient()
    client.force_authenticate(owner)
    return client


def test_from_adding_to_deleting(api, owner, receiver):
    made = api.post(WEBHOOKS, {"url": receiver.url, "event_types": ["sale.completed"]}, format="json")
    assert made.status_code == 201
    endpoint, secret = made.json()["endpoint"], made.json()["secret"]
    assert secret.startswith("whsec_")
    one = f"{WEBHOOKS}/{endpoint['id']}"
    assert api.get(one).json() == endpoint
    assert endpoint["is_enabled"] is True
    assert "secret" not in str(api.get(WEBHOOKS).json()["results"][0].keys() - {"former_secret_until"})

    receiver.says = [status(500, b"no"), status(204, b"")]
    sent = api.post(f"{one}/test")
    assert sent.status_code == 202
    delivery = WebhookDelivery.objects.get()
    deliver(delivery_id=delivery.pk)
    (shown,) = api.get(f"{one}/deliveries").json()["results"]
    assert (shown["type"], shown["state"], shown["webhook_id"]) == (
        "webhook.test",
        "waiting",
        sent.json()["webhook_id"],
    )
    assert [(a["number"], a["status"], a["error"], a["answer_start"]) for a in shown["attempts"]] == [
        (1, 500, "", "no")
    ]
    again = api.post(f"{WEBHOOKS}/deliveries/{shown['id']}/again")
    assert (again.status_code, again.json()) == (202, sent.json())
    deliver(delivery_id=delivery.pk)
    assert api.get(f"{one}/deliveries").json()["results"][0]["state"] == "delivered"
    assert receiver.received[1].verified(secret)["type"] == "webhook.test"

    renewed = api.post(f"{one}/secret")
    assert renewed.status_code == 201
    assert renewed.json()["secret"] != secret
    assert renewed.json()["endpoint"]["former_secret_until"] is not None

    changed = api.patch(one, {"event_types": ["payout.sent"], "is_enabled": False}, format="json").json()
    assert (changed["event_types"], changed["is_enabled"], changed["disabled_because"]) == (
        ["payout.sent"],
        False,
        "by_owner",
    )
    refused = api.post(f"{one}/test")
    assert (refused.status_code, refused.json()["error"]) == (409, "webhook_endpoint_disabled")
    assert api.patch(one, {"is_enabled": True}, format="json").json()["is_enabled"] is True
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert api.get(WEBHOOKS).json()["results"] == []


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({}, "url"),
        ({"url": URL}, "event_types"),
        ({"url": URL, "event_types": ["payout.unheard"]}, "event_types"),
        ({"url": URL, "event_types": []}, "error"),
        ({"url": "nowhere", "event_types": ["payout.sent"]}, "error"),
    ],
)
def test_mistakes_are_told(api, sent, at):
    answer = api.post(WEBHOOKS, sent, format="json")
    assert answer.status_code == 400
    assert at in answer.json()
    assert not WebhookEndpoint.objects.exists()


def test_another_member_and_a_stranger_can_do_nothing(owner):
    endpoint = add_endpoint(owner=owner, url=URL, event_types=["payout.sent"]).endpoint
    send_test_event(owner=owner, endpoint_id=endpoint.pk)
    delivery = WebhookDelivery.objects.get()
    rows = (WebhookEndpoint.objects.values().get(), WebhookDelivery.objects.values().get())
    one = f"{WEBHOOKS}/{endpoint.pk}"
    asked = [
        ("get", one),
        ("patch", one),
        ("delete", one),
        ("post", f"{one}/secret"),
        ("post", f"{one}/test"),
        ("get", f"{one}/deliveries"),
        ("post", f"{WEBHOOKS}/deliveries/{delivery.pk}/again"),
    ]
    other, stranger = APIClient(), APIClient()
    other.force_authenticate(UserFactory())
    for method, path in asked:
        assert getattr(other, method)(path).status_code == 404, path
        assert getattr(stranger, method)(path).status_code == 401, path
    assert other.get(WEBHOOKS).json()["results"] == []
    assert (stranger.get(WEBHOOKS).status_code, stranger.post(WEBHOOKS).status_code) == (401, 401)
    assert rows == (WebhookEndpoint.objects.values().get(), WebhookDelivery.objects.values().get())


def test_anybody_may_read_what_can_be_told():
    told = APIClient().get(f"{WEBHOOKS}/event-types").json()
    assert [one["type"] for one in told] == EventType.values
    assert all(one["when"] and one["fields_of_data"] for one in told)


def test_lists_ask_the_database_as_often_for_many_rows(api, owner, django_assert_max_num_queries):
    made = [add_endpoint(owner=owner, url=URL, event_types=["payout.sent"]).endpoint for _ in range(10)]
    for _ in range(10):
        send_test_event(owner=owner, endpoint_id=made[0].pk)
    for delivery in WebhookDelivery.objects.all():
        WebhookAttempt.objects.create(delivery=delivery, number=1, began_at=now(), duration_ms=5, status=500)
    with django_assert_max_num_queries(3):
        assert api.get(WEBHOOKS).json()["count"] == 10
    with django_assert_max_num_queries(5):
        assert api.get(f"{WEBHOOKS}/{made[0].pk}/deliveries").json()["count"] == 10
