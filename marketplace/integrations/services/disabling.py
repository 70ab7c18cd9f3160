"""An endpoint is disabled, enabled again, or removed. What waits for it ends then, and can be sent again by hand."""

from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.integrations.models import WebhookDelivery, WebhookEndpoint
from marketplace.integrations.selectors import endpoint_of

State, Disabled = WebhookDelivery.State, WebhookEndpoint.Disabled


@transaction.atomic
def disable_endpoint(*, owner: User, endpoint_id: UUID) -> WebhookEndpoint:
    """Its owner wants nothing more for now. Raises EndpointNotFound."""
    _disable(endpoint_of(owner, endpoint_id), Disabled.BY_OWNER)
    return endpoint_of(owner, endpoint_id)


@transaction.atomic
def enable_endpoint(*, owner: User, endpoint_id: UUID) -> WebhookEndpoint:
    """From now on it is told again; what happened in between it is not told. Raises EndpointNotFound."""
    endpoint_of(owner, endpoint_id)
    WebhookEndpoint.objects.filter(pk=endpoint_id, deleted_at=None).update(
        disabled_at=None, disabled_because="", failing_since=None
    )
    return endpoint_of(owner, endpoint_id)


@transaction.atomic
def remove_endpoint(*, owner: User, endpoint_id: UUID) -> None:
    """Delete it: its secrets are gone at once, its log goes with its time. Raises EndpointNotFound."""
    endpoint = endpoint_of(owner, endpoint_id)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        deleted_at=now(), secret_sealed="", former_secret_sealed="", former_secret_until=None
    )
    _cancel_what_waits(endpoint)


def disable_by_itself(endpoint: WebhookEndpoint, because: str) -> None:
    """Nothing can be delivered: disable it and write to its owner, once. The caller has locked its row."""
    from marketplace.integrations import tasks

    if _disable(endpoint, because):
        tasks.tell_disabled.defer(endpoint_id=str(endpoint.pk))


def _disable(endpoint: WebhookEndpoint, because: str) -> bool:
    enabled = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None, deleted_at=None)
    disabled = bool(enabled.update(disabled_at=now(), disabled_because=because))
    if disabled:
        _cancel_what_waits(endpoint)
    return disabled


def _cancel_what_waits(endpoint: WebhookEndpoint) -> None:
    WebhookDelivery.objects.filter(endpoint=endpoint, state=State.WAITING).update(
        state=State.CANCELLED, next_at=None, ended_at=now()
    )
