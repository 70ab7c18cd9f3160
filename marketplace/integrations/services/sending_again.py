"""What an owner sends by a button: a delivery once more, or a test event."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.integrations.errors import DeliveryNotFound, EndpointDisabled, SentTooOften
from marketplace.integrations.event_types import TEST
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from marketplace.integrations.selectors import endpoint_of
from marketplace.integrations.services.publishing import body_of, put_on_their_way

# By hand, within a minute, to one endpoint; so that the shop cannot be made to hammer somebody else's server.
MOST_A_MINUTE = 10


@transaction.atomic
def send_test_event(*, owner: User, endpoint_id: UUID) -> WebhookEvent:
    """Tell one endpoint a ``webhook.test``. Raises EndpointNotFound, EndpointDisabled, SentTooOften."""
    endpoint = _usable(owner, endpoint_id)
    event_id = new_id()
    event = WebhookEvent.objects.create(
        id=event_id,
        owner=owner,
        type=TEST,
        once_key=f"{TEST}:{event_id}",
        body=body_of(TEST, now(), {"endpoint": str(endpoint.pk)}),
        happened_at=now(),
    )
    put_on_their_way(event, [endpoint.pk])
    return event


@transaction.atomic
def send_again(*, owner: User, delivery_id: UUID) -> WebhookDelivery:
    """Send a delivery now, also one that arrived, under the same ``webhook-id``; if it fails the schedule begins anew.

    Raises DeliveryNotFound, EndpointDisabled, SentTooOften.
    """
    from marketplace.integrations import tasks

    found = WebhookDelivery.objects.filter(pk=delivery_id, endpoint__owner=owner, endpoint__deleted_at=None).first()
    if found is None:
        raise DeliveryNotFound(way_out=_("Look at the list of deliveries."))
    _usable(owner, found.endpoint_id)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    delivery.state, delivery.tried, delivery.next_at = WebhookDelivery.State.WAITING, 0, now()
    delivery.ended_at = None
    delivery.save(update_fields=["state", "tried", "next_at", "ended_at"])
    tasks.deliver.defer(delivery_id=str(delivery.pk))
    return delivery


def _usable(owner: User, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint_of(owner, endpoint_id)
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    if not endpoint.is_enabled:
        raise EndpointDisabled(way_out=_("Enable it first."))
    a_minute_ago = now() - timedelta(minutes=1)
    tests = WebhookDelivery.objects.filter(endpoint=endpoint, event__type=TEST, created_at__gt=a_minute_ago).count()
    again = WebhookAttempt.objects.filter(delivery__endpoint=endpoint, number__gt=1, began_at__gt=a_minute_ago).count()
    if tests + again >= MOST_A_MINUTE:
        raise SentTooOften(way_out=_("Wait a minute."))
    return endpoint
