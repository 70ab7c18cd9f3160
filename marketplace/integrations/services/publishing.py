"""Writing down what is to be told, in the transaction in which it happens: it is told if and only if it happened."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from marketplace.core.clock import now
from marketplace.integrations.event_types import EventType
from marketplace.integrations.models import WebhookDelivery, WebhookEndpoint, WebhookEvent


def publish_event(
    *, owner_id: UUID, event_type: EventType, object_ref: str, data: Mapping[str, object], at: datetime | None = None
) -> WebhookEvent | None:
    """Tell ``owner_id``'s endpoints that chose ``event_type``; None where there is none, or for a repetition.

    ``object_ref`` makes it one event for each type and owner. ``data`` is JSON: ids and what has changed; whoever wants
    more asks the API.
    """
    chosen = WebhookEndpoint.objects.filter(
        owner_id=owner_id, event_types__contains=[event_type.value], disabled_at=None, deleted_at=None
    )
    endpoints = list(chosen.values_list("pk", flat=True))
    if not endpoints:
        return None
    return _publish(owner_id, event_type, object_ref, data, at or now(), endpoints)


@transaction.atomic
def _publish(
    owner_id: UUID,
    event_type: EventType,
    object_ref: str,
    data: Mapping[str, object],
    at: datetime,
    endpoints: list[UUID],
) -> WebhookEvent | None:
    event = WebhookEvent(
        owner_id=owner_id,
        type=event_type.value,
        once_key=f"{event_type.value}:{object_ref}",
        body=body_of(event_type.value, at, data),
        happened_at=at,
    )
    WebhookEvent.objects.bulk_create([event], ignore_conflicts=True)
    if not WebhookEvent.objects.filter(pk=event.pk).exists():
        return None
    put_on_their_way(event, endpoints)
    return event


def body_of(event_type: str, at: datetime, data: Mapping[str, object]) -> str:
    """The JSON that is sent and signed."""
    told = {"type": event_type, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": dict(data)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def put_on_their_way(event: WebhookEvent, endpoints: list[UUID]) -> None:
    """A delivery to each of ``endpoints``, with its job."""
    from marketplace.integrations import tasks

    deliveries = [WebhookDelivery(event=event, endpoint_id=endpoint_id, next_at=now()) for endpoint_id in endpoints]
    for delivery in WebhookDelivery.objects.bulk_create(deliveries):
        tasks.deliver.defer(delivery_id=str(delivery.pk))
