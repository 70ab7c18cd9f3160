"""Attempts and what follows from them: signed, retried by the specification's schedule, logged, given up, told."""

import json
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks import WebhookVerificationError

from marketplace.core.clock import now
from marketplace.integrations.errors import DeliveryNotFound
from marketplace.integrations.event_types import EventType
from marketplace.integrations.letters import write_about_disabled
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from marketplace.integrations.services import (
    add_endpoint,
    change_endpoint,
    deliver,
    deliveries_left_behind,
    disable_endpoint,
    enable_endpoint,
    publish_event,
    remove_endpoint,
    remove_old_events,
    renew_secret,
    send_again,
    send_test_event,
)
from marketplace.integrations.services.delivering import SCHEDULE_S
from tests.factories.accounts import UserFactory
from tests.factories.billing import sell
from tests.integrations.receiver import status

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(artist, added) -> WebhookDelivery:
    """A sale of the artist's, on its way."""
    sell(artist, 2000)
    return WebhookDelivery.objects.get()


def attempt(delivery: WebhookDelivery) -> WebhookDelivery:
    """The time has come: one attempt."""
    WebhookDelivery.objects.filter(pk=delivery.pk, state="waiting").update(next_at=now())
    deliver(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="integrations.deliver", status="todo").order_by("id"))


def test_what_arrives_verifies_with_the_secret_and_with_no_other(receiver, added, delivery):
    attempt(delivery)
    (got,) = receiver.received
    said = got.verified(added.secret)
    assert said["type"] == "sale.completed"
    assert said["data"]["gross_minor"] == 2000
    event = WebhookEvent.objects.get()
    assert (got.id, got.body.decode()) == (event.message_id, event.body)
    with pytest.raises(WebhookVerificationError):
        got.verified("whsec_" + "A" * 43 + "=")
    assert (delivery.state, delivery.next_at, delivery.attempts_made) == ("delivered", None, 1)
    logged = WebhookAttempt.objects.get()
    assert (logged.number, logged.status, logged.error, logged.answer_start) == (1, 200, "", "ok")
    assert logged.duration_ms is not None
    deliver(delivery_id=delivery.pk)
    assert len(receiver.received) == 1


def test_while_the_secret_changes_both_verify(receiver, artist, added, delivery):
    renewed = renew_secret(owner=artist.user, endpoint_id=added.endpoint.pk)
    attempt(delivery)
    for secret in (added.secret, renewed.secret):
        assert receiver.received[0].verified(secret)["type"] == "sale.completed"
    WebhookEndpoint.objects.update(former_secret_until=now() - timedelta(seconds=1))
    send_again(owner=artist.user, delivery_id=delivery.pk)
    attempt(delivery)
    assert receiver.received[1].verified(renewed.secret)
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].verified(added.secret)


def test_a_failure_is_tried_again_by_the_schedule_under_the_same_id(receiver, added, delivery):
    receiver.says = [status(500, b"out of order")]
    for number, wait_s in enumerate(SCHEDULE_S[1:], start=1):
        before = now()
        attempt(delivery)
        assert (delivery.state, delivery.tried) == ("waiting", number)
        waits_s = (delivery.next_at - before).total_seconds()
        assert wait_s <= waits_s <= wait_s * 1.2 + 5
        assert jobs()[-1].scheduled_at == delivery.next_at
    attempt(delivery)
    assert (delivery.state, delivery.next_at, delivery.tried) == ("failed", None, len(SCHEDULE_S))
    assert len({got.id for got in receiver.received}) == 1
    assert len({got.body for got in receiver.received}) == 1
    assert len(receiver.received) == 10
    assert [one.answer_start for one in delivery.attempts.all()] == ["out of order"] * 10


def test_the_waits_are_the_specifications_and_jittered():
    assert SCHEDULE_S == (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)


def test_what_failed_together_does_not_come_back_together(receiver, artist, added):
    receiver.says = [status(503)]
    for _ in range(6):
        sell(artist)
    for one in WebhookDelivery.objects.all():
        attempt(one)
        attempt(one)
    minutes = set(WebhookDelivery.objects.values_list("next_at", flat=True))
    assert (max(minutes) - min(minutes)).total_seconds() > 1


def test_a_receiver_that_mends_gets_it_and_is_not_failing_any_more(receiver, added, delivery):
    receiver.says = [status(500), status(200)]
    attempt(delivery)
    assert WebhookEndpoint.objects.get().failing_since is not None
    attempt(delivery)
    assert delivery.state == "delivered"
    assert WebhookEndpoint.objects.get().failing_since is None
    assert [one.status for one in delivery.attempts.all()] == [500, 200]


@pytest.mark.parametrize(
    ("code", "told", "least", "most"),
    [
        (429, "600", 600, 605),
        (429, None, 60, 65),
        (503, "5", 60, 65),
        (503, "999999999", 86_395, 86_405),
        (500, "600", 600, 605),
        (500, None, 5, 7),
    ],
)
def test_a_receiver_that_asks_for_patience_gets_it(receiver, delivery, code, told, least, most):
    receiver.says = [status(code, b"", **({"Retry_After": told} if told else {}))]
    attempt(delivery)
    waits_s = (delivery.next_at - now()).total_seconds()
    assert least - 2 <= waits_s <= most


def test_gone_disables_the_endpoint_and_tells_its_owner(receiver, artist, delivery, outbox):
    receiver.says = [status(410)]
    attempt(delivery)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.disabled_because, delivery.state) == (False, "gone", "cancelled")
    assert ProcrastinateJob.objects.filter(task_name="integrations.tell_disabled").count() == 1
    write_about_disabled(endpoint_id=endpoint.pk)
    letter = outbox.wait_for(to=artist.user.email)
    assert receiver.url in letter.text
    assert "410" in letter.text
    sell(artist)
    assert WebhookDelivery.objects.count() == 1


def test_failing_for_days_disables_it_once_and_tells_its_owner(receiver, artist, added, outbox, settings):
    artist.user.language = "en"
    receiver.says = [status(500)]
    days = settings.CONFIGURATION.webhook_failing_days
    for _ in range(3):
        sell(artist)
    first, second, third = WebhookDelivery.objects.order_by("created_at")
    attempt(first)
    WebhookEndpoint.objects.update(failing_since=now() - timedelta(days=days) + timedelta(minutes=1))
    attempt(second)
    assert WebhookEndpoint.objects.get().is_enabled
    WebhookEndpoint.objects.update(failing_since=now() - timedelta(days=days, minutes=1))
    attempt(first)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.disabled_because) == (False, "failing")
    for one in (first, second, third):
        one.refresh_from_db()
        assert one.state == "cancelled"
    attempt(second)
    assert ProcrastinateJob.objects.filter(task_name="integrations.tell_disabled").count() == 1
    write_about_disabled(endpoint_id=endpoint.pk)
    letter = outbox.wait_for(to=artist.user.email)
    assert f"/account/webhooks/{endpoint.pk}" in letter.text
    enabled = enable_endpoint(owner=artist.user, endpoint_id=endpoint.pk)
    assert (enabled.is_enabled, enabled.failing_since) == (True, None)


def test_two_failures_with_a_quiet_time_between_do_not_disable(receiver, artist, added, settings):
    receiver.says = [status(500)]
    sell(artist)
    one = WebhookDelivery.objects.get()
    attempt(one)
    long_ago = now() - timedelta(days=settings.CONFIGURATION.webhook_failing_days, minutes=1)
    WebhookEndpoint.objects.update(failing_since=long_ago, last_failed_at=long_ago)
    attempt(one)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.is_enabled
    assert endpoint.failing_since > now() - timedelta(minutes=1)


def test_no_letter_about_an_endpoint_that_is_enabled_again(artist, added, outbox):
    write_about_disabled(endpoint_id=added.endpoint.pk)
    assert outbox.letters(to=artist.user.email) == []


def test_disabled_in_between_nothing_is_sent(receiver, artist, added, delivery):
    # As when an event is written while its endpoint is being disabled: the delivery is still on its way.
    disable_endpoint(owner=artist.user, endpoint_id=added.endpoint.pk)
    WebhookDelivery.objects.update(state="waiting", next_at=now(), ended_at=None)
    attempt(delivery)
    assert (delivery.state, receiver.received) == ("cancelled", [])


def test_a_changed_address_gets_what_waits(receiver, artist, added, delivery):
    change_endpoint(owner=artist.user, endpoint_id=added.endpoint.pk, url="http://127.0.0.1:9/gone")
    attempt(delivery)
    assert (delivery.attempts.get().error, receiver.received) == ("connection", [])
    change_endpoint(owner=artist.user, endpoint_id=added.endpoint.pk, url=receiver.url)
    attempt(delivery)
    assert delivery.state == "delivered"


def test_a_secret_that_cannot_be_read_is_told_and_nothing_is_sent_unsigned(receiver, delivery, settings):
    settings.SECRET_KEY = "another" * 10
    attempt(delivery)
    assert (delivery.attempts.get().error, delivery.state, receiver.received) == ("secret", "waiting", [])


def test_an_address_that_turns_inwards_is_not_called(receiver, delivery, settings):
    settings.IN_PRODUCTION = True
    attempt(delivery)
    assert (delivery.attempts.get().error, receiver.received) == ("address", [])


def test_sending_again_keeps_the_id_and_begins_the_schedule_anew(receiver, artist, delivery):
    attempt(delivery)
    receiver.says = [status(500)]
    send_again(owner=artist.user, delivery_id=delivery.pk)
    attempt(delivery)
    assert (delivery.state, delivery.tried, delivery.attempts_made) == ("waiting", 1, 2)
    assert (delivery.next_at - now()).total_seconds() < 7
    assert len({got.id for got in receiver.received}) == 1


def test_another_member_cannot_send_it_again(receiver, artist, delivery):
    attempt(delivery)
    with pytest.raises(DeliveryNotFound):
        send_again(owner=UserFactory(), delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_a_test_event_goes_to_its_endpoint_alone_whatever_it_chose(receiver, artist):
    made = [add_endpoint(owner=artist.user, url=receiver.url, event_types=["payout.sent"]) for _ in range(2)]
    event = send_test_event(owner=artist.user, endpoint_id=made[0].endpoint.pk)
    one = WebhookDelivery.objects.get()
    attempt(one)
    (got,) = receiver.received
    said = got.verified(made[0].secret)
    assert (said["type"], said["data"], got.id) == (
        "webhook.test",
        {"endpoint": str(made[0].endpoint.pk)},
        event.message_id,
    )
    with pytest.raises(WebhookVerificationError):
        got.verified(made[1].secret)


def test_the_log_goes_with_its_time_and_what_is_on_its_way_stays(receiver, artist, added, delivery, settings):
    attempt(delivery)
    sell(artist)
    old = now() - timedelta(days=settings.CONFIGURATION.webhook_log_days + 1)
    WebhookEvent.objects.update(created_at=old)
    sell(artist)
    assert remove_old_events() == 1
    assert not WebhookAttempt.objects.exists()
    assert list(WebhookDelivery.objects.values_list("state", flat=True)) == ["waiting", "waiting"]
    remove_endpoint(owner=artist.user, endpoint_id=added.endpoint.pk)
    WebhookEndpoint.objects.update(deleted_at=old)
    assert remove_old_events() == 1
    assert WebhookEndpoint.objects.exists()
    WebhookEvent.objects.update(created_at=old)
    assert remove_old_events() == 1
    assert not WebhookEndpoint.objects.exists()


def test_what_is_left_behind_is_found_after_its_time(delivery):
    assert deliveries_left_behind() == []
    WebhookDelivery.objects.update(next_at=now() - timedelta(seconds=31))
    assert deliveries_left_behind() == [delivery.pk]


def test_chinese_titles_and_names_are_sent_as_they_are(receiver, artist, added):
    publish_event(owner_id=artist.user_id, event_type=EventType.PAYOUT_FAILED, object_ref="1", data={"reason": "山水"})
    attempt(WebhookDelivery.objects.get())
    assert receiver.received[0].verified(added.secret)["data"] == {"reason": "山水"}
    assert "山水" in receiver.received[0].body.decode()
    assert json.loads(receiver.received[0].body)["timestamp"].endswith("Z")
