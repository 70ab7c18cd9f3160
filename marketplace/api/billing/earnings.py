"""An artist's earnings, for programs."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import selectors
from billing.errors import NoStorefront
from billing.models import Payout, Sale
from billing.services import onboard_artist
from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_of
from marketplace.api.billing.serializers import (
    EarningsSerializer,
    OnboardingSerializer,
    PayoutSerializer,
    SaleSerializer,
)


def artist_or_told(request: Request) -> Artist:
    """The person's storefront. Raises NoStorefront."""
    artist = artist_of(request.user)
    if artist is None:
        raise NoStorefront(way_out=_("Open a storefront first; it is free."))
    return artist


class Earnings(APIView):
    """My balances."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=EarningsSerializer)
    def get(self, request: Request) -> Response:
        """What is pending, available and on its way, and why it waits."""
        artist = artist_or_told(request)
        balances: list[dict[str, Any]] = []
        for currency in selectors.currencies_of(artist):
            found = selectors.artist_balance(artist, currency)
            balances.append(
                {
                    "pending": found.pending,
                    "reserve": found.reserve,
                    "available": found.available,
                    "in_transit": found.in_transit,
                    "debt": found.debt,
                    "next_payout": selectors.next_payout(artist, currency),
                    "holds": selectors.payout_holds(artist, currency),
                }
            )
        enabled = selectors.payouts_enabled(artist)
        return Response(EarningsSerializer({"payouts_enabled": enabled, "balances": balances}).data)


class Sales(ListAPIView[Sale]):
    """My sales, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = SaleSerializer
    queryset = Sale.objects.none()

    def get_queryset(self) -> QuerySet[Sale]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.sales_of(artist_or_told(self.request))


class Payouts(ListAPIView[Payout]):
    """My payouts, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = PayoutSerializer
    queryset = Payout.objects.none()

    def get_queryset(self) -> QuerySet[Payout]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.payouts_of(artist_or_told(self.request))


class Onboarding(APIView):
    """Setting payouts up."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={201: OnboardingSerializer})
    def post(self, request: Request) -> Response:
        """The address where I tell Stripe where my money goes."""
        url = onboard_artist(
            artist=artist_or_told(request),
            return_url=f"{settings.BASE_URL}{reverse('back_from_payout_set_up')}",
            refresh_url=f"{settings.BASE_URL}{reverse('continue_payout_set_up')}",
        )
        return Response({"url": url}, status=201)
