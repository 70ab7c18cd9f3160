"""Processing a stored event: every handler of its type, each in its own transactions, repeatable as a
whole.
"""

import logging

from django.db import DatabaseError, transaction
from django.db.models import F, Q

from billing.errors import EventNotProcessed
from billing.gateway import EventFacts
from billing.models import StripeEvent
from billing.webhooks.registry import handlers_of
from marketplace.core.clock import now

log = logging.getLogger(__name__)

# With waits of 2, 4, 8 … seconds the last attempt is about 4.5 hours after the first.
MOST_ATTEMPTS = 12


@transaction.atomic
def run_again(event_id: str) -> None:
    """Queue an event for another processing, also one that was processed: its handlers record each effect once."""
    from billing.tasks import defer_event

    StripeEvent.objects.filter(pk=event_id).update(state=StripeEvent.State.RECEIVED)
    defer_event(event_id)


def run_given_up_again(*, payment_ref: str) -> int:
    """Queue the events about a payment that were given up while it waited for something, and at once those whose next
    try would come in hours; answers how many.
    """
    from billing.tasks import defer_event_now

    waiting = StripeEvent.objects.exclude(state=StripeEvent.State.PROCESSED).filter(
        Q(state=StripeEvent.State.FAILED) | Q(attempts__gt=0), payload__payment_intent=payment_ref
    )
    ids = list(waiting.values_list("pk", flat=True))
    StripeEvent.objects.filter(pk__in=ids).update(attempts=0, state=StripeEvent.State.RECEIVED)
    for event_id in ids:
        defer_event_now(event_id)
    return len(ids)


def process_event(event_id: str) -> None:
    """Call the handlers of a stored event and mark it; nothing happens where it is marked already.

    Whatever a handler raises is noted on the event and raised on, so that the queue tries again; of what the database
    refuses, not the row's contents, which stand in its message.
    """
    stored = StripeEvent.objects.get(pk=event_id)
    if stored.state == StripeEvent.State.PROCESSED:
        return
    event = EventFacts(
        id=stored.id, type=stored.type, created=stored.created, object=stored.payload, account=stored.account
    )
    waiting = StripeEvent.objects.filter(pk=event_id).exclude(state=StripeEvent.State.PROCESSED)
    waiting.update(attempts=F("attempts") + 1)
    try:
        for handler in handlers_of(event.type):
            handler(event)
    except Exception as error:
        said = _said_of(error)
        given_up = stored.attempts + 1 >= MOST_ATTEMPTS
        state = StripeEvent.State.FAILED if given_up else StripeEvent.State.RECEIVED
        waiting.update(last_error=said[:2000], state=state)
        log.warning("event %s (%s) was not processed: %s", event.id, event.type, said)
        if isinstance(error, DatabaseError):
            raise EventNotProcessed(said) from None
        raise
    waiting.update(state=StripeEvent.State.PROCESSED, processed_at=now(), last_error="")


def _said_of(error: Exception) -> str:
    """Kind and message; PostgreSQL's own sentence without the details, in which values of the row stand."""
    diagnosis = getattr(error.__cause__, "diag", None) if isinstance(error, DatabaseError) else None
    if isinstance(error, DatabaseError):
        message = getattr(diagnosis, "message_primary", None) or ""
        return f"{type(error).__name__}: {message}".strip(": ")
    return f"{type(error).__name__}: {error}"
