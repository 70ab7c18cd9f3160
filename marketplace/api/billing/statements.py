"""An artist's statement, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import selectors
from billing.periods import period_of
from billing.selectors import StatementLine
from marketplace.api.billing.earnings import artist_or_told
from marketplace.api.billing.serializers import MoneySerializer
from marketplace.core.money import CREDITS, EXPONENTS


class StatementWishSerializer(serializers.Serializer[dict[str, str]]):
    """A period and a currency; without them the present month, and the first currency in which I have sold."""

    period = serializers.CharField(required=False, help_text="a month, 2026-11, or a year, 2026; in UTC")
    currency = serializers.ChoiceField(required=False, choices=[code for code in EXPONENTS if code != CREDITS])

    def validate_period(self, value: str) -> str:
        """What is no period is refused: another one's lines would be taken for those that were asked for."""
        if period_of(value).code != value:
            raise serializers.ValidationError("It must be a month such as 2026-11 or a year such as 2026.")
        return value


class StatementLineSerializer(serializers.Serializer[StatementLine]):
    """A movement; `gross` and `fee` are those of a sale or refund, `balance` is what I have after it."""

    at = serializers.DateTimeField()
    reason = serializers.CharField(help_text="stable, for programs")
    object_ref = serializers.CharField()
    work = serializers.UUIDField(source="work.pk", allow_null=True, default=None)
    gross = MoneySerializer(allow_null=True)
    fee = MoneySerializer(allow_null=True)
    amount = MoneySerializer()
    balance = MoneySerializer()


class StatementSerializer(serializers.Serializer[Any]):
    """All lines of `since` <= at < `until`, the oldest first."""

    period = serializers.CharField()
    currency = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    opening = MoneySerializer()
    closing = MoneySerializer()
    lines = StatementLineSerializer(many=True)


class MyStatement(APIView):
    """My money in a month or a year."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[StatementWishSerializer], responses=StatementSerializer)
    def get(self, request: Request) -> Response:
        """Every line with its balance, as the page, the CSV and the PDF show them."""
        artist = artist_or_told(request)
        wish = StatementWishSerializer(data=request.query_params)
        wish.is_valid(raise_exception=True)
        period = period_of(wish.validated_data.get("period"))
        currency = wish.validated_data.get("currency") or selectors.currencies_of(artist)[0]
        found = selectors.statement_of(artist, currency=currency, since=period.since, until=period.until)
        facts = {
            "period": period.code,
            "currency": found.currency,
            "since": found.since,
            "until": found.until,
            "opening": found.opening,
            "closing": found.closing,
            "lines": found.lines,
        }
        return Response(StatementSerializer(facts).data)
