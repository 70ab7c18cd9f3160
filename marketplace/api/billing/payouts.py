"""When an artist is paid, and what waits for it, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.selectors import currencies_of, payout_holds, schedule_of
from billing.services import choose_payout_schedule
from marketplace.api.billing.earnings import artist_or_told
from marketplace.api.billing.payout_serializers import PayoutScheduleSerializer, PayoutScheduleWishSerializer
from marketplace.api.billing.serializers import HoldSerializer


class MyPayoutSchedule(APIView):
    """When I am paid."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PayoutScheduleSerializer)
    def get(self, request: Request) -> Response:
        """What I chose, or the shop's default, and the next date."""
        return Response(PayoutScheduleSerializer(schedule_of(artist_or_told(request))).data)

    @extend_schema(request=PayoutScheduleWishSerializer, responses=PayoutScheduleSerializer)
    def put(self, request: Request) -> Response:
        """Choose a weekday, a day of the month, or only when I ask."""
        artist = artist_or_told(request)
        wish = PayoutScheduleWishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        return Response(PayoutScheduleSerializer(choose_payout_schedule(artist=artist, **wish.validated_data)).data)


class Holds(ListAPIView[Any]):
    """What is not with me yet: how much, why, since when and until when, in every currency.

    `cause` is stable, `reason` in my language.
    """

    permission_classes = [IsAuthenticated]
    serializer_class = HoldSerializer

    def get_queryset(self) -> Any:
        """Mine only: what is held now, which is no table's rows."""
        if getattr(self, "swagger_fake_view", False):
            return []
        artist = artist_or_told(self.request)
        return [hold for currency in currencies_of(artist) for hold in payout_holds(artist, currency)]
