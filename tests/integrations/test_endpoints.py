"""Adding, changing, renewing, disabling and removing an endpoint: its owner, another member, racing processes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from marketplace.core.clock import now
from marketplace.integrations.errors import (
    EndpointDisabled,
    EndpointNotFound,
    EndpointUrlUnusable,
    EventTypesUnusable,
    SentTooOften,
    TooManyEndpoints,
)
from marketplace.integrations.event_types import FIELDS, EventType
from marketplace.integrations.models import WebhookDelivery, WebhookEndpoint
from marketplace.integrations.secrets import open_sealed
from marketplace.integrations.selectors import endpoints_of
from marketplace.integrations.services import (
    add_endpoint,
    change_endpoint,
    disable_endpoint,
    enable_endpoint,
    remove_endpoint,
    renew_secret,
    send_again,
    send_test_event,
)
from marketplace.integrations.services.endpoints import MOST_ENDPOINTS
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory

URL = "http://127.0.0.1:9/hooks"


def test_an_endpoint_keeps_what_was_said_and_its_secret_sealed(db):
    owner = UserFactory()
    added = add_endpoint(
        owner=owner, url=f" {URL} ", event_types=["sale.refunded", "sale.completed"], description=" mine "
    )
    row = WebhookEndpoint.objects.get()
    assert (row.url, row.description, row.owner) == (URL, "mine", owner)
    assert row.event_types == ["sale.completed", "sale.refunded"]
    assert row.is_enabled
    assert added.secret not in row.secret_sealed
    assert open_sealed(row.secret_sealed) == added.secret


@pytest.mark.parametrize("types", [[], ["sale.unheard"], ["sale.completed", "webhook.test"]])
def test_events_must_be_known(db, types):
    with pytest.raises(EventTypesUnusable):
        add_endpoint(owner=UserFactory(), url=URL, event_types=types)
    assert not WebhookEndpoint.objects.exists()


def test_an_address_inwards_is_refused_in_production(db, settings):
    settings.IN_PRODUCTION = True
    for url in ("https://localhost/x", "http://1.1.1.1/"):
        with pytest.raises(EndpointUrlUnusable):
            add_endpoint(owner=UserFactory(), url=url, event_types=["payout.sent"])
    assert not WebhookEndpoint.objects.exists()


def test_it_can_be_changed_in_part(artist, added):
    mine = {"owner": artist.user, "endpoint_id": added.endpoint.pk}
    change_endpoint(**mine, description="other")
    change_endpoint(**mine, event_types=["payout.sent"])
    changed = change_endpoint(**mine, url=URL)
    assert (changed.description, changed.event_types, changed.url) == ("other", ["payout.sent"], URL)
    with pytest.raises(EndpointUrlUnusable):
        change_endpoint(**mine, url="no address", description="lost")
    assert WebhookEndpoint.objects.get().description == "other"


def test_a_new_secret_leaves_the_one_before_valid_for_a_day(artist, added):
    mine = {"owner": artist.user, "endpoint_id": added.endpoint.pk}
    renewed = renew_secret(**mine)
    row = WebhookEndpoint.objects.get()
    assert renewed.secret != added.secret
    assert (open_sealed(row.secret_sealed), open_sealed(row.former_secret_sealed)) == (renewed.secret, added.secret)
    assert row.has_two_secrets
    assert now() + timedelta(hours=23) < row.former_secret_until < now() + timedelta(hours=25)
    third = renew_secret(**mine)
    row.refresh_from_db()
    assert (open_sealed(row.secret_sealed), open_sealed(row.former_secret_sealed)) == (third.secret, renewed.secret)
    WebhookEndpoint.objects.update(former_secret_until=now() - timedelta(seconds=1))
    row.refresh_from_db()
    assert not row.has_two_secrets


def test_disabling_ends_what_waits_and_enabling_begins_anew(artist, added):
    mine = {"owner": artist.user, "endpoint_id": added.endpoint.pk}
    send_test_event(**mine)
    disabled = disable_endpoint(**mine)
    assert (disabled.is_enabled, disabled.disabled_because) == (False, "by_owner")
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "cancelled"
    for act in (lambda: send_test_event(**mine), lambda: send_again(owner=artist.user, delivery_id=delivery.pk)):
        with pytest.raises(EndpointDisabled):
            act()
    assert disable_endpoint(**mine).disabled_at == disabled.disabled_at
    assert enable_endpoint(**mine).is_enabled
    assert send_again(owner=artist.user, delivery_id=delivery.pk).state == "waiting"


def test_removing_leaves_no_secret(artist, added):
    send_test_event(owner=artist.user, endpoint_id=added.endpoint.pk)
    renew_secret(owner=artist.user, endpoint_id=added.endpoint.pk)
    remove_endpoint(owner=artist.user, endpoint_id=added.endpoint.pk)
    row = WebhookEndpoint.objects.get()
    assert (row.secret_sealed, row.former_secret_sealed, row.is_enabled) == ("", "", False)
    assert WebhookDelivery.objects.get().state == "cancelled"
    assert not endpoints_of(artist.user)
    with pytest.raises(EndpointNotFound):
        enable_endpoint(owner=artist.user, endpoint_id=row.pk)


def test_another_member_can_do_nothing_with_it(artist, added):
    before = WebhookEndpoint.objects.values().get()
    for who, what in ((UserFactory(), added.endpoint.pk), (artist.user, uuid4())):
        for act in (change_endpoint, renew_secret, disable_endpoint, enable_endpoint, remove_endpoint, send_test_event):
            with pytest.raises(EndpointNotFound):
                act(owner=who, endpoint_id=what)
        assert added.endpoint not in endpoints_of(UserFactory())
    assert WebhookEndpoint.objects.values().get() == before
    assert not WebhookDelivery.objects.exists()


def test_test_events_cannot_be_used_to_hammer_a_server(artist, added):
    for _ in range(10):
        send_test_event(owner=artist.user, endpoint_id=added.endpoint.pk)
    with pytest.raises(SentTooOften):
        send_test_event(owner=artist.user, endpoint_id=added.endpoint.pk)
    assert WebhookDelivery.objects.count() == 10


def add_one(n: int, *, owner: str) -> None:
    from marketplace.accounts.models import User

    add_endpoint(owner=User.objects.get(pk=owner), url=URL, event_types=["payout.sent"])


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_more_endpoints_than_the_limit_by_asking_at_once():
    owner = UserFactory()
    codes = at_once("tests.integrations.test_endpoints:add_one", {"owner": str(owner.pk)}, processes=4, threads=4)
    assert codes.count("ok") == MOST_ENDPOINTS
    assert codes.count("too_many_webhook_endpoints") == 16 - MOST_ENDPOINTS
    assert WebhookEndpoint.objects.filter(owner=owner).count() == MOST_ENDPOINTS
    with pytest.raises(TooManyEndpoints):
        add_endpoint(owner=owner, url=URL, event_types=["payout.sent"])
    remove_endpoint(owner=owner, endpoint_id=WebhookEndpoint.objects.first().pk)
    add_endpoint(owner=owner, url=URL, event_types=["payout.sent"])


def test_every_type_says_its_fields():
    assert set(FIELDS) == set(EventType)
    assert all(FIELDS.values())
