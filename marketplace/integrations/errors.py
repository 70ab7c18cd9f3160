"""What can go wrong with webhooks of one's own."""

from marketplace.core.errors import Conflict, Final, InvalidInput, NotFound


class EndpointNotFound(NotFound):
    """There is no such endpoint."""

    code = "webhook_endpoint_not_found"


class DeliveryNotFound(NotFound):
    """There is no such delivery."""

    code = "webhook_delivery_not_found"


class EndpointUrlUnusable(InvalidInput):
    """This address cannot be used."""

    code = "webhook_url_unusable"


class EventTypesUnusable(InvalidInput):
    """Choose at least one event."""

    code = "webhook_event_types_unusable"


class TooManyEndpoints(Conflict):
    """You have as many endpoints as one person can have."""

    code = "too_many_webhook_endpoints"


class EndpointDisabled(Conflict):
    """This endpoint is disabled."""

    code = "webhook_endpoint_disabled"


class SentTooOften(Conflict):
    """That was sent often enough for a while."""

    code = "webhook_sent_too_often"
    http_status = 429


class AddressRefused(Final):
    """The address is not one of the public internet."""

    code = "webhook_address_refused"


class SecretUnreadable(Final):
    """The secret was sealed with another key of the shop."""

    code = "webhook_secret_unreadable"
