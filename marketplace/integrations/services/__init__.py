"""Writes on webhooks; each file has one subject. Order of locks: the endpoint, then its deliveries."""

from marketplace.integrations.services.delivering import deliver, deliveries_left_behind
from marketplace.integrations.services.disabling import disable_endpoint, enable_endpoint, remove_endpoint
from marketplace.integrations.services.endpoints import add_endpoint, change_endpoint, renew_secret
from marketplace.integrations.services.pruning import remove_old_events
from marketplace.integrations.services.publishing import publish_event
from marketplace.integrations.services.sending_again import send_again, send_test_event

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "deliver",
    "deliveries_left_behind",
    "disable_endpoint",
    "enable_endpoint",
    "publish_event",
    "remove_endpoint",
    "remove_old_events",
    "renew_secret",
    "send_again",
    "send_test_event",
]
