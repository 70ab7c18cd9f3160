"""Tiers and memberships as programs read them. Amounts are whole minor units beside their currency."""

from rest_framework import serializers

from marketplace.core.clock import now
from marketplace.memberships.models import Membership, Tier, TierPrice


class TierPriceSerializer(serializers.ModelSerializer[TierPrice]):
    """What a tier costs, per month or per year."""

    class Meta:
        model = TierPrice
        fields = ["id", "interval", "amount_minor", "currency"]


class TierSerializer(serializers.ModelSerializer[Tier]):
    """A tier that takes members. Names and descriptions are empty in a language in which there is none."""

    prices = TierPriceSerializer(source="current_prices", many=True, read_only=True)

    class Meta:
        model = Tier
        fields = ["id", "level", "name_en", "name_zh_hans", "description_en", "description_zh_hans", "prices"]


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """One of my memberships. ``gives_access``: whether what is for members of ``level`` and below is open to me now."""

    artist = serializers.CharField(source="artist.handle", read_only=True)
    tier = serializers.UUIDField(source="price.tier_id", read_only=True)
    level = serializers.IntegerField(source="price.tier.level", read_only=True)
    interval = serializers.CharField(source="price.interval", read_only=True)
    amount_minor = serializers.IntegerField(source="price.amount_minor", read_only=True)
    currency = serializers.CharField(source="price.currency", read_only=True)
    gives_access = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = [
            "id",
            "artist",
            "tier",
            "level",
            "interval",
            "amount_minor",
            "currency",
            "state",
            "gives_access",
            "joined_at",
            "current_period_end",
            "cancel_at_period_end",
            "grace_ends_at",
            "ended_at",
            "ended_because",
        ]

    def get_gives_access(self, row: Membership) -> bool:
        """As of now."""
        return row.gives_benefits_at(now())
