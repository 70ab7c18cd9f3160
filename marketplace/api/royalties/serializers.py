"""Shares in works as the API tells and takes them. Shares are in basis points: 1250 is 12.5 %."""

from typing import Any

from rest_framework import serializers

from marketplace.royalties.models import LEAST_SHARE, MOST_OF_A_REMIX, MOST_SHARED, WorkShare


class ShareSerializer(serializers.ModelSerializer[WorkShare]):
    """A share in a work. `artist`: the storefront that has it; `by`: that of the work."""

    artist = serializers.CharField(source="artist.handle", read_only=True)
    by = serializers.CharField(source="work.artist.handle", read_only=True)

    class Meta:
        model = WorkShare
        fields = ["id", "work", "by", "artist", "basis_points", "state", "offered_at", "decided_at", "ended_at"]
        read_only_fields = fields


class ShareOfferSerializer(serializers.Serializer[Any]):
    """Whom (the address of a storefront), and how much."""

    artist = serializers.CharField(max_length=41)
    basis_points = serializers.IntegerField(min_value=LEAST_SHARE, max_value=MOST_SHARED)


class ShareDecisionSerializer(serializers.Serializer[Any]):
    """What to do with a share."""

    decision = serializers.ChoiceField(choices=["accept", "decline", "end"])


class RemixShareSerializer(serializers.Serializer[Any]):
    """What works that are made from this one owe it, from their publication on."""

    basis_points = serializers.IntegerField(min_value=0, max_value=MOST_OF_A_REMIX)
