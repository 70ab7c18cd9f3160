"""The pages of webhooks: the owner's whole way, another member, a stranger, mistakes, both languages."""

import re
from uuid import uuid4

import pytest

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from marketplace.integrations.secrets import open_sealed
from marketplace.integrations.services import add_endpoint, deliver, send_test_event
from tests.factories.accounts import UserFactory
from tests.integrations.conftest import receiver
from tests.integrations.receiver import status

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db
LIST = "/account/webhooks"


@pytest.fixture
def owner(client):
    person = UserFactory()
    client.force_login(person)
    return person


def endpoint_for(owner, url: str = "http://127.0.0.1:9/x") -> WebhookEndpoint:
    return add_endpoint(owner=owner, url=url, event_types=["sale.completed"], description="Book-keeping").endpoint


def attempt_all() -> None:
    for delivery in WebhookDelivery.objects.filter(state="waiting"):
        deliver(delivery_id=delivery.pk)


def test_the_account_leads_here_and_nothing_yet_is_explained(client, owner):
    assert f'href="{LIST}"' in client.get("/account").text
    page = client.get(LIST).text
    assert "No endpoint yet." in page
    assert "try again for three days" in page


def test_from_adding_to_deleting(client, owner, receiver):
    sent = {"url": receiver.url, "description": "Book-keeping", "event_types": ["payout.sent", "sale.completed"]}
    answer = client.post(LIST, sent)
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r'id="secret">(whsec_[^<]+)<', answer.text)[1]
    endpoint = WebhookEndpoint.objects.get()
    assert open_sealed(endpoint.secret_sealed) == secret
    page = f"{LIST}/{endpoint.pk}"
    for path in (LIST, page):
        assert secret not in client.get(path).text
        assert "/hooks?of=mine" in client.get(path).text
    assert "Nothing has been sent yet." in client.get(page).text

    assert client.post(f"{page}/test").headers["Location"] == page
    assert "On its way" in client.get(page).text
    receiver.says = [status(418, b"<b>teapot</b>"), status(200)]
    attempt_all()
    shown = client.get(page).text
    for told in ("webhook.test", "418", "&lt;b&gt;teapot&lt;/b&gt;", "Failing", "No delivery has succeeded since"):
        assert told in shown
    delivery = WebhookDelivery.objects.get()
    assert client.post(f"{LIST}/deliveries/{delivery.pk}/again").headers["Location"] == page
    attempt_all()
    assert "Delivered" in client.get(page).text
    assert receiver.received[0].id == receiver.received[1].id

    renewed = client.post(f"{page}/secret").text
    assert re.search(r'id="secret">(whsec_[^<]+)<', renewed)[1] != secret
    assert "also signs until" in renewed
    assert "Two secrets sign until" in client.get(page).text

    sent = {"url": receiver.url, "description": "", "event_types": ["licence.ended"]}
    assert client.post(page, sent).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.event_types, endpoint.description) == (["licence.ended"], "")

    client.post(f"{page}/disable")
    shown = client.get(page).text
    assert "You disabled it" in shown
    assert "Send again" not in shown
    assert client.post(f"{page}/test").status_code == 409
    client.post(f"{page}/enable")
    assert "Disabled since" not in client.get(page).text
    assert client.post(f"{page}/delete").headers["Location"] == LIST
    assert client.get(page).status_code == 404
    assert "No endpoint yet." in client.get(LIST).text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose at least one event."),
        ({"url": "nowhere", "event_types": ["payout.sent"]}, "An endpoint is a https:// address"),
        ({"url": "http://127.0.0.1/x", "event_types": ["payout.unheard"]}, "Select a valid choice"),
    ],
)
def test_mistakes_are_told_at_the_form(client, owner, sent, told):
    answer = client.post(LIST, sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert not WebhookEndpoint.objects.exists()
    endpoint = endpoint_for(owner)
    answer = client.post(f"{LIST}/{endpoint.pk}", sent)
    assert answer.status_code == 422
    assert told in answer.text


def test_the_eleventh_is_told(client, owner):
    for _ in range(10):
        endpoint_for(owner)
    answer = client.post(LIST, {"url": "http://127.0.0.1/x", "event_types": ["payout.sent"]})
    assert answer.status_code == 422
    assert "One person can have 10 endpoints." in answer.text


def test_inward_addresses_are_told_in_production(client, owner, settings):
    settings.IN_PRODUCTION = True
    answer = client.post(LIST, {"url": "https://169.254.169.254/meta", "event_types": ["payout.sent"]})
    assert "is not on the public internet" in answer.text


def paths(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> list[str]:
    page = f"{LIST}/{endpoint.pk}"
    acts = [f"{page}/{act}" for act in ("secret", "test", "disable", "enable", "delete")]
    return [*acts, f"{LIST}/deliveries/{delivery.pk}/again"]


def test_a_stranger_is_asked_to_sign_in_and_another_member_sees_nothing(client):
    endpoint = endpoint_for(UserFactory())
    send_test_event(owner=endpoint.owner, endpoint_id=endpoint.pk)
    delivery = WebhookDelivery.objects.get()
    rows = (WebhookEndpoint.objects.values().get(), WebhookDelivery.objects.values().get())
    posts = [*paths(endpoint, delivery), f"{LIST}/{endpoint.pk}"]
    for path in (LIST, f"{LIST}/{endpoint.pk}", *posts):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
        assert client.post(path).headers["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert "127.0.0.1:9" not in client.get(LIST).text
    assert client.get(f"{LIST}/{endpoint.pk}").status_code == 404
    for path in posts:
        assert client.post(path).status_code == 404, path
    assert rows == (WebhookEndpoint.objects.values().get(), WebhookDelivery.objects.values().get())


def test_acts_are_posts(client, owner):
    endpoint = endpoint_for(owner)
    send_test_event(owner=owner, endpoint_id=endpoint.pk)
    for path in paths(endpoint, WebhookDelivery.objects.get()):
        assert client.get(path).status_code == 405


def test_the_pages_ask_the_database_as_often_for_many_rows(client, owner, django_assert_max_num_queries):
    endpoint = endpoint_for(owner)
    for _ in range(9):
        endpoint_for(owner)
    for _ in range(10):
        send_test_event(owner=owner, endpoint_id=endpoint.pk)
    for delivery in WebhookDelivery.objects.all():
        for number in (1, 2, 3):
            WebhookAttempt.objects.create(delivery=delivery, number=number, began_at=now(), duration_ms=5, status=500)
    with django_assert_max_num_queries(6):
        client.get(LIST)
    with django_assert_max_num_queries(9):
        client.get(f"{LIST}/{endpoint.pk}")


def test_a_long_log_comes_in_pages(client, owner):
    endpoint = endpoint_for(owner)
    for _ in range(3):
        for _ in range(10):
            send_test_event(owner=owner, endpoint_id=endpoint.pk)
        WebhookDelivery.objects.update(created_at=now().replace(year=2020))
    assert client.get(f"{LIST}/{endpoint.pk}").text.count('id="delivery-') == 20
    assert client.get(f"{LIST}/{endpoint.pk}?page=2").text.count('id="delivery-') == 10


def test_how_to_verify_names_every_event(client, owner):
    page = client.get(f"{LIST}/how-to-verify").text
    for told in (
        "webhook-signature",
        "HMAC-SHA256",
        "sale.completed",
        "gross_minor",
        "generation.failed",
        "Retry-After",
    ):
        assert told in page


def test_nothing_of_it_for_an_unknown_id(client, owner):
    assert client.get(f"{LIST}/{uuid4()}").status_code == 404


def test_administrators_look_at_endpoints_and_deliveries_and_see_no_secret(client, owner, receiver):
    receiver.says = [status(500, b"out of order")]
    endpoint = endpoint_for(UserFactory(), receiver.url)
    send_test_event(owner=endpoint.owner, endpoint_id=endpoint.pk)
    attempt_all()
    paths = [
        "/admin/integrations/webhookendpoint/",
        f"/admin/integrations/webhookendpoint/{endpoint.pk}/change/",
        f"/admin/integrations/webhookdelivery/{WebhookDelivery.objects.get().pk}/change/",
    ]
    for path in paths:
        assert client.get(path).status_code == 302
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    shown = [client.get(path).text for path in paths]
    assert "out of order" in shown[2]
    for page in shown:
        assert endpoint.secret_sealed not in page
        assert "Save" not in page
