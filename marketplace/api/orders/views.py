"""Orders, for programs."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.addresses import visit_of
from marketplace.accounts.models import User
from marketplace.api.orders.baskets import basket_in
from marketplace.api.orders.serializers import (
    BundleSerializer,
    DownloadSerializer,
    NewPurchaseSerializer,
    PurchaseSerializer,
)
from marketplace.licensing.selectors import grant_by_number
from marketplace.orders.consent import given_consent
from marketplace.orders.models import Order
from marketplace.orders.selectors import bundle_by_id, order_of, orders_of, present_bundles
from marketplace.orders.services import cancel_order, download_url, open_order
from marketplace.orders.services.downloads import EXPIRES_S
from marketplace.risk.services import note_visit


class Orders(ListAPIView[Order]):
    """My orders, newest first; a new one."""

    permission_classes = [IsAuthenticated]
    serializer_class = PurchaseSerializer
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Order]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assert isinstance(self.request.user, User)
        return orders_of(self.request.user)

    @extend_schema(request=NewPurchaseSerializer, responses={201: PurchaseSerializer})
    def post(self, request: Request) -> Response:
        """Begin to buy; the buyer pays at `checkout_url` (empty where there is nothing to pay).

        The same order again answers the same open one. `consent` must be true: nothing is delivered without it.
        """
        assert isinstance(request.user, User)
        wanted = NewPurchaseSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        consent = given_consent(is_given=said["consent"])
        note_visit(person=request.user, visit=visit_of(request))
        order = open_order(buyer=request.user, basket=basket_in(said), consent=consent, country=said["country"])
        return Response(PurchaseSerializer(order_of(request.user, order.pk)).data, status=201)


class OneBundle(APIView):
    """Works that are sold together."""

    @extend_schema(responses=BundleSerializer)
    def get(self, request: Request, bundle_id: UUID) -> Response:
        """A bundle as it stands for you."""
        buyer = request.user if isinstance(request.user, User) else None
        (present,) = present_bundles([bundle_by_id(bundle_id)], buyer=buyer)
        return Response(BundleSerializer(present).data)


class OneOrder(APIView):
    """One of my orders."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PurchaseSerializer)
    def get(self, request: Request, order_id: UUID) -> Response:
        """Its present state."""
        assert isinstance(request.user, User)
        return Response(PurchaseSerializer(order_of(request.user, order_id)).data)


class Cancel(APIView):
    """Giving up an open order."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=PurchaseSerializer)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Close it at Stripe and here."""
        assert isinstance(request.user, User)
        return Response(PurchaseSerializer(cancel_order(order=order_of(request.user, order_id))).data)


class Download(APIView):
    """The file of a licence that I hold."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=DownloadSerializer)
    def get(self, request: Request, number: str) -> Response:
        """An address that works for some minutes."""
        url = download_url(user=request.user, grant=grant_by_number(number), visit=visit_of(request))
        return Response({"url": url, "expires_in_s": EXPIRES_S})
