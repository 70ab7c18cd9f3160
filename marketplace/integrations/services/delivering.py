"""One attempt at a delivery, and what follows from its outcome.

The attempt is claimed in one transaction and its outcome is written in another; between the two nothing is locked. A
worker that dies in between leaves a delivery whose ``next_at`` passes: the sweep takes it up again, under the same
``webhook-id``, by which a receiver that had it already can tell. The specification's schedule spans three days.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from marketplace.core.clock import now
from marketplace.integrations.errors import SecretUnreadable
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from marketplace.integrations.secrets import open_sealed, signed_headers
from marketplace.integrations.sending import TOTAL_TIMEOUT_S, Answer, post
from marketplace.integrations.services.disabling import disable_by_itself

State, Disabled = WebhookDelivery.State, WebhookEndpoint.Disabled
# Seconds before each attempt, as the specification has them: at once, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 hours.
SCHEDULE_S = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
# So that what failed together does not come back together.
MOST_JITTER = 0.2
# A running attempt is taken for dead after this.
LEASE = timedelta(seconds=TOTAL_TIMEOUT_S + 70)
# A job may be a little ahead of the clock that wrote ``next_at``.
TOLERANCE = timedelta(seconds=2)
# After these answers nothing is sent sooner than this, whatever the schedule says.
THROTTLED, THROTTLED_S = {429, 502, 503, 504}, 60
LONGEST_WAIT_S = 86400


@dataclass(frozen=True, slots=True)
class _Claimed:
    delivery_id: UUID
    attempt: WebhookAttempt
    endpoint: WebhookEndpoint
    event: WebhookEvent


def deliver(*, delivery_id: UUID) -> None:
    """Make one attempt where one is due. May run twice at once: one of the two does nothing."""
    claimed = _claim(delivery_id)
    if claimed is not None:
        _write_outcome(claimed, _send(claimed))


@transaction.atomic
def _claim(delivery_id: UUID) -> _Claimed | None:
    delivery = (
        WebhookDelivery.objects.select_for_update(no_key=True, of=("self",))
        .select_related("endpoint", "event")
        .filter(pk=delivery_id, state=State.WAITING, next_at__lte=now() + TOLERANCE)
        .first()
    )
    if delivery is None:
        return None
    if not delivery.endpoint.is_enabled:  # it was disabled while the event was being written
        delivery.state, delivery.next_at, delivery.ended_at = State.CANCELLED, None, now()
        delivery.save(update_fields=["state", "next_at", "ended_at"])
        return None
    delivery.attempts_made += 1
    delivery.tried += 1
    delivery.next_at = now() + LEASE
    delivery.save(update_fields=["attempts_made", "tried", "next_at"])
    attempt = WebhookAttempt.objects.create(delivery=delivery, number=delivery.attempts_made, began_at=now())
    return _Claimed(delivery.pk, attempt, delivery.endpoint, delivery.event)


def _send(claimed: _Claimed) -> Answer:
    endpoint, event = claimed.endpoint, claimed.event
    try:
        keys = [open_sealed(endpoint.secret_sealed)]
        if endpoint.has_two_secrets:
            keys.append(open_sealed(endpoint.former_secret_sealed))
    except SecretUnreadable:
        return Answer(duration_ms=0, error=WebhookAttempt.Error.SECRET)
    headers = signed_headers(message_id=event.message_id, at=claimed.attempt.began_at, body=event.body, keys=keys)
    return post(endpoint.url, headers=headers, body=event.body.encode())


@transaction.atomic
def _write_outcome(claimed: _Claimed, answer: Answer) -> None:
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=claimed.endpoint.pk)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=claimed.delivery_id)
    attempt = claimed.attempt
    attempt.duration_ms, attempt.status, attempt.error = answer.duration_ms, answer.status, answer.error
    attempt.answer_start = answer.start
    attempt.save(update_fields=["duration_ms", "status", "error", "answer_start"])
    if answer.is_success:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        if delivery.state == State.WAITING:
            _end(delivery, State.DELIVERED)
        return
    # A worker that comes late says nothing about what another has begun since.
    if delivery.state == State.WAITING and delivery.attempts_made == attempt.number:
        _again_or_never(delivery, answer)
    _note_failure(endpoint, answer)


def _again_or_never(delivery: WebhookDelivery, answer: Answer) -> None:
    if delivery.tried >= len(SCHEDULE_S):
        _end(delivery, State.FAILED)
        return
    delivery.next_at = _next_at(delivery.tried, answer)
    delivery.save(update_fields=["next_at"])
    _queue(delivery, delivery.next_at)


def _next_at(tried: int, answer: Answer) -> datetime:
    wait_s = SCHEDULE_S[tried] * random.uniform(1, 1 + MOST_JITTER)
    least_s = THROTTLED_S if answer.status in THROTTLED else 0
    asked_s = min(answer.retry_after_s or 0, LONGEST_WAIT_S)
    return now() + timedelta(seconds=max(wait_s, least_s, asked_s))


def _end(delivery: WebhookDelivery, state: str) -> None:
    delivery.state, delivery.next_at, delivery.ended_at = state, None, now()
    delivery.save(update_fields=["state", "next_at", "ended_at"])


def _note_failure(endpoint: WebhookEndpoint, answer: Answer) -> None:
    if answer.status == 410:
        disable_by_itself(endpoint, Disabled.GONE)
        return
    long_ago = now() - timedelta(days=settings.CONFIGURATION.webhook_failing_days)
    # Failures with nothing in between for as long say nothing of the time between: they begin anew.
    is_new = endpoint.failing_since is None or endpoint.last_failed_at is None or endpoint.last_failed_at < long_ago
    if is_new:
        endpoint.failing_since = now()
    endpoint.last_failed_at = now()
    endpoint.save(update_fields=["failing_since", "last_failed_at"])
    if endpoint.failing_since is not None and endpoint.failing_since < long_ago:
        disable_by_itself(endpoint, Disabled.FAILING)


def _queue(delivery: WebhookDelivery, at: datetime) -> None:
    from marketplace.integrations import tasks

    tasks.deliver.configure(schedule_at=at).defer(delivery_id=str(delivery.pk))


def deliveries_left_behind(*, most: int = 500) -> list[UUID]:
    """Deliveries that are due and whose job may have died with its worker, the longest due first."""
    due = WebhookDelivery.objects.filter(state=State.WAITING, next_at__lt=now() - timedelta(seconds=30))
    return list(due.order_by("next_at").values_list("pk", flat=True)[:most])
