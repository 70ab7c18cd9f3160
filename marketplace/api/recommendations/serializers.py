"""Recommendations as programs read them."""

from typing import Any

from rest_framework import serializers

from marketplace.api.catalog.serializers import WorkSerializer


class HowManySerializer(serializers.Serializer[Any]):
    """How many works are wanted."""

    limit = serializers.IntegerField(required=False, default=12, min_value=1, max_value=50)


class RecommendationSerializer(serializers.Serializer[Any]):
    """A work and why it is shown."""

    reason = serializers.ChoiceField(choices=["like", "popular", "new"])
    because_of = serializers.UUIDField(allow_null=True, help_text="With `like`: the work that it is like.")
    work = WorkSerializer()


class LikeSerializer(serializers.Serializer[Any]):
    """Whether I like a work, and how many do."""

    is_liked = serializers.BooleanField()
    likes = serializers.IntegerField()
