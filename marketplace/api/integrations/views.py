"""My webhooks, for programs."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.api.integrations.serializers import (
    DeliverySerializer,
    EndpointChangeSerializer,
    EndpointInputSerializer,
    EndpointSerializer,
    EndpointWithSecretSerializer,
    EventTypeSerializer,
    SentSerializer,
)
from marketplace.integrations import services
from marketplace.integrations.event_types import FIELDS, EventType
from marketplace.integrations.models import WebhookDelivery, WebhookEndpoint
from marketplace.integrations.selectors import deliveries_of, endpoint_of, endpoints_of


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # IsAuthenticated stands before every view that asks
    return request.user


class Webhooks(ListAPIView[WebhookEndpoint]):
    """My endpoints."""

    permission_classes = [IsAuthenticated]
    serializer_class = EndpointSerializer
    queryset = WebhookEndpoint.objects.none()

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        """Mine only, newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return endpoints_of(_person(self.request))

    @extend_schema(request=EndpointInputSerializer, responses={201: EndpointWithSecretSerializer})
    def post(self, request: Request) -> Response:
        """Add an endpoint; its secret is in this answer and nowhere else."""
        sent = EndpointInputSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        added = services.add_endpoint(owner=_person(request), **sent.validated_data)
        return Response(EndpointWithSecretSerializer(added).data, status=201)


class EventTypes(APIView):
    """What can be told."""

    permission_classes = [AllowAny]

    @extend_schema(responses=EventTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every type of event."""
        types = [
            {"type": kind.value, "when": gettext(str(kind.label)), "fields_of_data": FIELDS[kind]} for kind in EventType
        ]
        return Response(EventTypeSerializer(types, many=True).data)


class OneWebhook(APIView):
    """One of my endpoints."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=EndpointSerializer)
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """How it stands."""
        return Response(EndpointSerializer(endpoint_of(_person(request), endpoint_id)).data)

    @extend_schema(request=EndpointChangeSerializer(partial=True), responses=EndpointSerializer)
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Change what is given; `is_enabled` disables and enables it."""
        sent = EndpointChangeSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        given, owner = dict(sent.validated_data), _person(request)
        enabled = given.pop("is_enabled", None)
        endpoint = services.change_endpoint(owner=owner, endpoint_id=endpoint_id, **given)
        if enabled is not None:
            act = services.enable_endpoint if enabled else services.disable_endpoint
            endpoint = act(owner=owner, endpoint_id=endpoint_id)
        return Response(EndpointSerializer(endpoint).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Delete it; what waits for it is not sent."""
        services.remove_endpoint(owner=_person(request), endpoint_id=endpoint_id)
        return Response(status=204)


class Secret(APIView):
    """The secret of one of my endpoints."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={201: EndpointWithSecretSerializer})
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Make a new one; the one before signs too for a day."""
        renewed = services.renew_secret(owner=_person(request), endpoint_id=endpoint_id)
        return Response(EndpointWithSecretSerializer(renewed).data, status=201)


class TestEvent(APIView):
    """Trying an endpoint."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={202: SentSerializer})
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send a `webhook.test`."""
        event = services.send_test_event(owner=_person(request), endpoint_id=endpoint_id)
        return Response(SentSerializer({"webhook_id": event.message_id}).data, status=202)


class Deliveries(ListAPIView[WebhookDelivery]):
    """What was sent to one of my endpoints."""

    permission_classes = [IsAuthenticated]
    serializer_class = DeliverySerializer
    queryset = WebhookDelivery.objects.none()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        """Newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return deliveries_of(endpoint_of(_person(self.request), self.kwargs["endpoint_id"]))


class Again(APIView):
    """Sending a delivery again."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={202: SentSerializer})
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Send it now, also one that arrived, under the same `webhook-id`."""
        delivery = services.send_again(owner=_person(request), delivery_id=delivery_id)
        return Response(SentSerializer({"webhook_id": delivery.event.message_id}).data, status=202)
