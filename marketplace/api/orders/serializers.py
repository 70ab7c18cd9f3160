"""Orders as programs see them."""

from rest_framework import serializers

from marketplace.orders.models import Order, OrderLine


class LineSerializer(serializers.ModelSerializer[OrderLine]):
    """One licence in an order."""

    licence = serializers.CharField(source="offer.terms.code", read_only=True)
    number = serializers.CharField(
        source="grant.number", read_only=True, allow_null=True, default=None, help_text="once it is paid"
    )

    class Meta:
        model = OrderLine
        fields = ["work", "version", "licence", "price_minor", "currency", "number"]


class PurchaseSerializer(serializers.ModelSerializer[Order]):
    """An order; amounts in minor units (cents)."""

    lines = LineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id",
            "state",
            "total_minor",
            "currency",
            "checkout_url",
            "held_until",
            "decline_code",
            "refusal",
            "created_at",
            "paid_at",
            "lines",
        ]


class NewPurchaseSerializer(serializers.Serializer[dict[str, object]]):
    """What to buy."""

    offer = serializers.UUIDField(help_text="the id of one of a work's offers")


class DownloadSerializer(serializers.Serializer[dict[str, object]]):
    """Where the file is, for minutes."""

    url = serializers.URLField()
    expires_in_s = serializers.IntegerField()
