"""The webhook's door: only signed events come in, each once, with its job in the same transaction."""

import json
import time

import pytest
import stripe
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.errors import EventNotProcessed
from billing.models import StripeEvent
from billing.webhooks import process_event, registry
from billing.webhooks.registry import register_handler
from marketplace.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/webhooks/stripe/"


@pytest.fixture
def seen(monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {})
    events = []
    register_handler("thing.happened", events.append)
    register_handler("thing.happened", events.append)
    return events


def body(event_id="evt_1", event_type="thing.happened", **fields):
    data = {"id": event_id, "type": event_type, "created": 1_790_000_000, "data": {"object": {"id": "th_1"}}, **fields}
    return json.dumps(data)


def send(client, payload, *, secret=None, at=None, header=None):
    secret = secret or settings.CONFIGURATION.stripe_webhook_secret
    made = stripe.WebhookSignature.generate_signature_header(payload, secret, at)
    headers = {"Stripe-Signature": made if header is None else header}
    return client.post(ADDRESS, payload, content_type="application/json", headers=headers)


def jobs():
    return ProcrastinateJob.objects.filter(task_name="billing.process_event")


def test_a_signed_event_is_stored_with_its_job(client, seen):
    assert send(client, body()).status_code == 200
    event = StripeEvent.objects.get()
    assert (event.id, event.type, event.state) == ("evt_1", "thing.happened", "received")
    assert [job.args for job in jobs()] == [{"event_id": "evt_1"}]
    assert seen == []


def test_an_event_that_comes_twice_is_stored_and_queued_once(client, seen):
    assert [send(client, body()).status_code for _ in range(3)] == [200, 200, 200]
    assert StripeEvent.objects.count() == 1
    assert jobs().count() == 1


def test_a_handler_is_called_once_for_an_event_that_is_processed_twice(client, seen):
    send(client, body())
    process_event("evt_1")
    process_event("evt_1")
    assert [(event.id, event.object) for event in seen] == [("evt_1", {"id": "th_1"})]
    assert StripeEvent.objects.get().state == StripeEvent.State.PROCESSED


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_of_somebody_else"},
        {"header": ""},
        {"header": "t=1,v1=nonsense"},
        {"header": "nonsense"},
        {"at": int(time.time()) - 301},
    ],
)
def test_what_stripe_did_not_sign_changes_nothing(client, seen, how):
    assert send(client, body(), **how).status_code == 400
    assert not StripeEvent.objects.exists()
    assert not jobs().exists()


def test_a_signed_body_that_is_no_event_is_refused(client, seen):
    for payload in ("[]", "{}", "not json"):
        assert send(client, payload).status_code == 400
    assert not StripeEvent.objects.exists()


def test_an_event_that_nobody_waits_for_is_kept_and_needs_no_job(client, seen):
    assert send(client, body(event_type="other.thing")).status_code == 200
    assert StripeEvent.objects.get().state == StripeEvent.State.PROCESSED
    assert not jobs().exists()


def test_only_a_post_is_answered(client):
    assert client.get(ADDRESS).status_code == 405


def test_what_a_handler_raises_is_noted_and_the_event_stays(client, monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {})

    def fail(event):
        raise LookupError("not here")

    register_handler("thing.happened", fail)
    send(client, body())
    with pytest.raises(LookupError):
        process_event("evt_1")
    event = StripeEvent.objects.get()
    assert (event.state, event.attempts, event.last_error) == ("received", 1, "LookupError: not here")
    StripeEvent.objects.update(attempts=11)
    with pytest.raises(LookupError):
        process_event("evt_1")
    assert StripeEvent.objects.get().state == StripeEvent.State.FAILED


def test_what_the_database_refuses_is_noted_without_the_rows_contents(client, monkeypatch, caplog):
    def break_(event):
        with transaction.atomic():
            User.objects.create(email="mei@example.org")

    UserFactory(email="mei@example.org")
    monkeypatch.setattr(registry, "_handlers", {"thing.happened": [break_]})
    send(client, body())
    with pytest.raises(EventNotProcessed) as told:
        process_event("evt_1")
    noted = StripeEvent.objects.get().last_error
    assert noted.startswith("IntegrityError: duplicate key value violates unique constraint")
    assert told.value.__cause__ is None
    for text in (noted, str(told.value), caplog.text):
        assert "mei@example.org" not in text


def test_two_secrets_are_good_while_one_is_being_changed(client, seen, monkeypatch):
    old = settings.CONFIGURATION.stripe_webhook_secret
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_webhook_secret", "whsec_new")
    assert send(client, body("evt_1"), secret=old).status_code == 400
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_former_webhook_secret", old)
    assert send(client, body("evt_2"), secret=old).status_code == 200
    assert send(client, body("evt_3"), secret="whsec_new").status_code == 200
    assert send(client, body("evt_4"), secret="whsec_of_a_stranger").status_code == 400
    assert send(client, body("evt_5"), secret=old, at=int(time.time()) - 3600).status_code == 400
    assert set(StripeEvent.objects.values_list("id", flat=True)) == {"evt_2", "evt_3"}
