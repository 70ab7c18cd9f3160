"""Removing what is old: events with their deliveries and attempts, then the endpoints that were deleted."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from marketplace.core.clock import now
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

AT_ONCE = 1000


def remove_old_events() -> int:
    """Remove events older than the log is kept, but for those that are still on their way; answers how many."""
    before = now() - timedelta(days=settings.CONFIGURATION.webhook_log_days)
    removed = 0
    while batch := _remove_some(before):
        removed += batch
    kept = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"))
    WebhookEndpoint.objects.filter(~Exists(kept), deleted_at__lt=before).delete()
    return removed


@transaction.atomic
def _remove_some(before: datetime) -> int:
    waiting = WebhookDelivery.objects.filter(event=OuterRef("pk"), state=WebhookDelivery.State.WAITING)
    old = list(
        WebhookEvent.objects.filter(~Exists(waiting), created_at__lt=before)
        .order_by("created_at")
        .select_for_update(no_key=True, skip_locked=True)
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    WebhookAttempt.objects.filter(delivery__event__in=old).delete()
    WebhookDelivery.objects.filter(event__in=old).delete()
    WebhookEvent.objects.filter(pk__in=old).delete()
    return len(old)
