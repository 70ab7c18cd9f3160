"""An artist's discount codes, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import Artist
from marketplace.api.billing.earnings import artist_or_told
from marketplace.api.billing.serializers import MoneySerializer
from marketplace.core.money import CREDITS, EXPONENTS, Money
from marketplace.orders.models import DiscountCode
from marketplace.orders.selectors import CodeUse, discount_codes_of, uses_of
from marketplace.orders.services import Limits, create_code, switch_code

# A code for more than that is one for all works.
MOST_WORKS = 200


class CodeTotalsSerializer(serializers.Serializer[Any]):
    """In one currency: what a code took off, and what buyers paid; refunds are not taken off."""

    taken_off = MoneySerializer()
    sold = MoneySerializer()


class DiscountCodeSerializer(serializers.Serializer[CodeUse]):
    """A code takes a share of each price or an amount off the order; `works` empty: of all my works."""

    id = serializers.UUIDField(source="code.pk")
    code = serializers.CharField(source="code.code")
    share_basis_points = serializers.IntegerField(
        source="code.share_basis_points", allow_null=True, help_text="in 1/100 of a percent"
    )
    amount_minor = serializers.IntegerField(source="code.amount_minor", allow_null=True)
    currency = serializers.CharField(source="code.currency", help_text="of the amount; empty where it takes a share")
    works = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField(source="code.starts_at", allow_null=True)
    ends_at = serializers.DateTimeField(source="code.ends_at", allow_null=True)
    most_uses = serializers.IntegerField(source="code.most_uses", allow_null=True, help_text="null: no limit")
    most_uses_per_buyer = serializers.IntegerField(source="code.most_uses_per_buyer", allow_null=True)
    is_active = serializers.BooleanField(source="code.is_active")
    created_at = serializers.DateTimeField(source="code.created_at")
    used = serializers.IntegerField(help_text="in paid orders")
    kept = serializers.IntegerField(help_text="for open orders")
    totals = CodeTotalsSerializer(many=True)

    def get_works(self, use: CodeUse) -> list[UUID]:
        """Those that it is for."""
        return [work.pk for work in use.code.works.all()]


class NewDiscountCodeSerializer(serializers.Serializer[dict[str, Any]]):
    """Give `share_basis_points`, or `amount_minor` with its `currency`."""

    code = serializers.CharField(max_length=24)
    share_basis_points = serializers.IntegerField(required=False, min_value=1, max_value=10_000)
    amount_minor = serializers.IntegerField(required=False, min_value=1, max_value=10**9)
    currency = serializers.ChoiceField(required=False, choices=[code for code in EXPONENTS if code != CREDITS])
    works = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_WORKS)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    most_uses = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1_000_000)
    most_uses_per_buyer = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1_000_000, help_text="left out: one; null: no limit"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two, and an amount never without its currency."""
        if ("share_basis_points" in attrs) == ("amount_minor" in attrs):
            raise serializers.ValidationError("Give share_basis_points or amount_minor, one of them.")
        if ("amount_minor" in attrs) != ("currency" in attrs):
            raise serializers.ValidationError({"currency": "An amount has a currency; a share has none."})
        return attrs


class DiscountCodeSwitchSerializer(serializers.Serializer[dict[str, Any]]):
    """false: it ends now; open orders keep what they were promised."""

    is_active = serializers.BooleanField()


def _answer(artist: Artist, code: DiscountCode, status: int) -> Response:
    (use,) = uses_of(discount_codes_of(artist).filter(pk=code.pk))
    return Response(DiscountCodeSerializer(use).data, status=status)


class DiscountCodes(ListAPIView[DiscountCode]):
    """My discount codes."""

    permission_classes = [IsAuthenticated]
    serializer_class = DiscountCodeSerializer  # type: ignore[assignment]  # of a code with its uses
    queryset = DiscountCode.objects.none()

    def get_queryset(self) -> QuerySet[DiscountCode]:
        """Mine only, the newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return discount_codes_of(artist_or_told(self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of codes, each with what came of it."""
        return uses_of(super().paginate_queryset(queryset) or [])

    @extend_schema(request=NewDiscountCodeSerializer, responses={201: DiscountCodeSerializer})
    def post(self, request: Request) -> Response:
        """Make one; no two codes of the shop have one name."""
        artist = artist_or_told(request)
        sent = NewDiscountCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        share = said.get("share_basis_points")
        limits = {name: said[name] for name in Limits.__dataclass_fields__ if name in said}
        made = create_code(
            artist=artist,
            text=said["code"],
            takes=Money(said["amount_minor"], said["currency"]) if share is None else share,
            works=said.get("works", ()),
            limits=Limits(**limits),
        )
        return _answer(artist, made, 201)


class OneDiscountCode(APIView):
    """One of my discount codes."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=DiscountCodeSwitchSerializer, responses=DiscountCodeSerializer)
    def patch(self, request: Request, code_id: UUID) -> Response:
        """End it, or let it be used again."""
        artist = artist_or_told(request)
        wish = DiscountCodeSwitchSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        code = switch_code(artist=artist, code_id=code_id, is_active=wish.validated_data["is_active"])
        return _answer(artist, code, 200)
