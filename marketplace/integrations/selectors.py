"""Reads on webhooks. An endpoint that was deleted is seen by nobody."""

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.integrations.errors import EndpointNotFound
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


def endpoints_of(owner: User) -> QuerySet[WebhookEndpoint]:
    """``owner``'s endpoints, newest first, each with ``waiting``: how many deliveries are on their way to it."""
    waiting = Count("deliveries", filter=Q(deliveries__state=WebhookDelivery.State.WAITING))
    return (
        WebhookEndpoint.objects.filter(owner=owner, deleted_at=None).annotate(waiting=waiting).order_by("-created_at")
    )


def endpoint_of(owner: User, endpoint_id: UUID) -> WebhookEndpoint:
    """One of ``owner``'s. Raises EndpointNotFound, also for another's."""
    found = WebhookEndpoint.objects.filter(pk=endpoint_id, owner=owner, deleted_at=None).first()
    if found is None:
        raise EndpointNotFound(way_out=_("Look at your webhooks."))
    return found


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """What was sent to ``endpoint``, newest first, with event and attempts; two queries for a page of any size."""
    attempts = Prefetch("attempts", WebhookAttempt.objects.order_by("number"))
    return endpoint.deliveries.select_related("event").prefetch_related(attempts).order_by("-created_at", "-id")
