"""My referral link and what it brought, for programs."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.billing.serializers import MoneySerializer
from marketplace.api.billing.views import person_of
from marketplace.orders.models import ReferralReward
from marketplace.orders.selectors import referral_totals, rewards_of
from marketplace.orders.services import referral_link_of


class ReferralsSerializer(serializers.Serializer[Any]):
    """My link; what it brought after refunds: money for artists, by currency, and credits for others."""

    code = serializers.CharField()
    address = serializers.URLField(help_text="with `?to=/works/…` it leads there")
    share_basis_points = serializers.IntegerField(help_text="of the platform's fee, in 1/100 of a percent")
    window_days = serializers.IntegerField()
    clicks = serializers.IntegerField()
    orders = serializers.IntegerField(help_text="paid ones")
    money = MoneySerializer(many=True)
    credits = serializers.IntegerField()
    credits_waiting = serializers.IntegerField(help_text="licences whose credits are granted after the holding time")


class RewardSerializer(serializers.ModelSerializer[ReferralReward]):
    """What one licence brought; who bought it is not told. Not for artists: credits, at `credits_due_at`."""

    work = serializers.UUIDField(source="line.work_id")
    at = serializers.DateTimeField(source="sale.created_at")
    share = MoneySerializer(help_text="before refunds")
    earned = serializers.SerializerMethodField()
    credits = serializers.IntegerField(source="credits_left")

    class Meta:
        model = ReferralReward
        fields = ["work", "at", "share", "earned", "credits", "credits_due_at"]

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_earned(self, reward: ReferralReward) -> Any:
        """Money after refunds; null where it is credits."""
        return None if reward.part is None else MoneySerializer(reward.part.net_left).data


class MyReferrals(APIView):
    """My referral link."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=ReferralsSerializer)
    def get(self, request: Request) -> Response:
        """The link, made where there is none, and its totals."""
        link = referral_link_of(user=person_of(request))
        totals = referral_totals(link)
        facts = {
            "code": link.code,
            "address": f"{settings.BASE_URL}{reverse('referral', args=[link.code])}",
            "share_basis_points": settings.CONFIGURATION.referral_share_basis_points,
            "window_days": settings.CONFIGURATION.referral_window_days,
            "clicks": totals.clicks,
            "orders": totals.orders,
            "money": totals.money,
            "credits": totals.credits,
            "credits_waiting": totals.credits_waiting,
        }
        return Response(ReferralsSerializer(facts).data)


class Rewards(ListAPIView[ReferralReward]):
    """What each licence brought, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = RewardSerializer
    queryset = ReferralReward.objects.none()

    def get_queryset(self) -> QuerySet[ReferralReward]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return rewards_of(referral_link_of(user=person_of(self.request)))
