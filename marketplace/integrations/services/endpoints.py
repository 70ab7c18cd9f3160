"""Adding and changing an endpoint, and its secret, which is told once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.integrations.addresses import check_url
from marketplace.integrations.errors import EventTypesUnusable, TooManyEndpoints
from marketplace.integrations.event_types import EventType
from marketplace.integrations.models import WebhookEndpoint
from marketplace.integrations.secrets import new_secret, seal
from marketplace.integrations.selectors import endpoint_of

MOST_ENDPOINTS = 10
# How long the secret before goes on signing beside a new one.
FORMER_SECRET_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class EndpointWithSecret:
    """The only time that a secret leaves the shop."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


def add_endpoint(*, owner: User, url: str, event_types: Iterable[str], description: str = "") -> EndpointWithSecret:
    """Tell ``url`` of what happens to ``owner`` from now on.

    Raises EndpointUrlUnusable, EventTypesUnusable, TooManyEndpoints.
    """
    url, types = url.strip(), _known(event_types)
    check_url(url)
    secret = new_secret()
    with transaction.atomic():
        # Two at once must not both be the tenth.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if WebhookEndpoint.objects.filter(owner=owner, deleted_at=None).count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints(
                _("One person can have %(most)d endpoints.") % {"most": MOST_ENDPOINTS},
                way_out=_("Delete one that you do not need any more."),
            )
        endpoint = WebhookEndpoint.objects.create(
            owner=owner, url=url, event_types=types, description=description.strip()[:120], secret_sealed=seal(secret)
        )
    return EndpointWithSecret(endpoint, secret)


def change_endpoint(
    *,
    owner: User,
    endpoint_id: UUID,
    url: str | None = None,
    event_types: Iterable[str] | None = None,
    description: str | None = None,
) -> WebhookEndpoint:
    """Change what is given. What waits for it goes to the new address. Raises EndpointNotFound and as above."""
    endpoint = endpoint_of(owner, endpoint_id)
    changed: dict[str, object] = {}
    if url is not None and url.strip() != endpoint.url:
        check_url(url.strip())
        changed["url"] = url.strip()
    if event_types is not None:
        changed["event_types"] = _known(event_types)
    if description is not None:
        changed["description"] = description.strip()[:120]
    if changed:
        WebhookEndpoint.objects.filter(pk=endpoint.pk, deleted_at=None).update(**changed)
    return endpoint_of(owner, endpoint_id)


@transaction.atomic
def renew_secret(*, owner: User, endpoint_id: UUID) -> EndpointWithSecret:
    """A new secret. The one before signs beside it for a day, so that a receiver can change over without a gap; one
    before that ends at once. Raises EndpointNotFound.
    """
    endpoint_of(owner, endpoint_id)
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    secret = new_secret()
    endpoint.former_secret_sealed = endpoint.secret_sealed
    endpoint.former_secret_until = now() + FORMER_SECRET_LASTS
    endpoint.secret_sealed = seal(secret)
    endpoint.save(update_fields=["secret_sealed", "former_secret_sealed", "former_secret_until"])
    return EndpointWithSecret(endpoint, secret)


def _known(event_types: Iterable[str]) -> list[str]:
    wanted = set(event_types)
    unknown = sorted(wanted - set(EventType.values))
    if unknown:
        raise EventTypesUnusable(
            _("There is no event “%(type)s”.") % {"type": unknown[0]}, way_out=_("Choose from the list of events.")
        )
    if not wanted:
        raise EventTypesUnusable(way_out=_("You can change it later."))
    return [value for value in EventType.values if value in wanted]
