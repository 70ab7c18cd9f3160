"""Taking events in: quickly, once each, with the job that processes them in the same transaction."""

from datetime import timedelta

from django.db import transaction

from billing.gateway import EventFacts, read_event, undelivered_events
from billing.models import StripeEvent
from billing.webhooks.registry import handlers_of
from marketplace.core.clock import now

STRIPE_KEEPS_DAYS = 30


def receive_event(*, payload: bytes, signature: str) -> bool:
    """Verify and store a webhook's event; answers whether it is new. Raises SignatureInvalid."""
    return store_event(read_event(payload, signature))


@transaction.atomic
def store_event(event: EventFacts) -> bool:
    """Store ``event`` under its id and defer its job; a repetition changes nothing. Answers whether it is
    new.
    """
    from billing.tasks import defer_event

    wanted = bool(handlers_of(event.type))
    _, is_new = StripeEvent.objects.get_or_create(
        id=event.id,
        defaults={
            "type": event.type,
            "created": event.created,
            "payload": dict(event.object),
            "account": event.account,
            "state": StripeEvent.State.RECEIVED if wanted else StripeEvent.State.PROCESSED,
            "processed_at": None if wanted else now(),
        },
    )
    if is_new and wanted:
        defer_event(event.id)
    return is_new


def fetch_undelivered_events(*, days: int = STRIPE_KEEPS_DAYS) -> int:
    """Ask Stripe for events whose webhook never reached us, as far back as it lists them; answers how many were new."""
    return sum(store_event(event) for event in undelivered_events(since=now() - timedelta(days=days)))


def events_left_behind(*, older_than_s: int = 120) -> list[str]:
    """Events whose job may have died with its worker."""
    late = StripeEvent.objects.filter(
        state=StripeEvent.State.RECEIVED, received_at__lt=now() - timedelta(seconds=older_than_s)
    )
    return list(late.values_list("id", flat=True))
