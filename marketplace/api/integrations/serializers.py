"""Webhooks as programs read them."""

from typing import Any

from rest_framework import serializers

from marketplace.integrations.event_types import EventType
from marketplace.integrations.models import LONGEST_URL, WebhookAttempt, WebhookDelivery, WebhookEndpoint


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """An endpoint, without its secret."""

    event_types = serializers.ListField(child=serializers.CharField())
    is_enabled = serializers.BooleanField()

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id",
            "url",
            "description",
            "event_types",
            "is_enabled",
            "disabled_because",
            "failing_since",
            "former_secret_until",
            "created_at",
        ]


class EndpointInputSerializer(serializers.Serializer[dict[str, Any]]):
    """What can be said of an endpoint."""

    url = serializers.CharField(max_length=LONGEST_URL, help_text="https://")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=EventType.values), help_text="At least one; see `webhooks/event-types`."
    )
    description = serializers.CharField(max_length=120, required=False, allow_blank=True)


class EndpointChangeSerializer(EndpointInputSerializer):
    """The same, and whether it is enabled."""

    is_enabled = serializers.BooleanField(required=False)


class EndpointWithSecretSerializer(serializers.Serializer[Any]):
    """The secret is told here and never again."""

    endpoint = EndpointSerializer()
    secret = serializers.CharField(help_text="`whsec_…`: with it a receiver verifies `webhook-signature`.")


class EventTypeSerializer(serializers.Serializer[Any]):
    """A type of event, when it is sent, and the names of the fields in its `data`."""

    type = serializers.CharField()
    when = serializers.CharField()
    fields_of_data = serializers.ListField(child=serializers.CharField())


class AttemptSerializer(serializers.ModelSerializer[WebhookAttempt]):
    """One request and what came back; neither status nor error: it runs, or was cut off."""

    class Meta:
        model = WebhookAttempt
        fields = ["number", "began_at", "duration_ms", "status", "error", "answer_start"]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """An event to an endpoint, with every attempt."""

    webhook_id = serializers.CharField(source="event.message_id")
    type = serializers.CharField(source="event.type")
    happened_at = serializers.DateTimeField(source="event.happened_at")
    attempts = AttemptSerializer(many=True)

    class Meta:
        model = WebhookDelivery
        fields = ["id", "webhook_id", "type", "happened_at", "state", "next_at", "ended_at", "attempts"]


class SentSerializer(serializers.Serializer[Any]):
    """What was put on its way."""

    webhook_id = serializers.CharField()
