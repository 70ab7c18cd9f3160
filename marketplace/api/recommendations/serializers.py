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


class FollowSerializer(serializers.Serializer[Any]):
    """Whether I follow an artist, and how many do."""

    is_followed = serializers.BooleanField()
    followers = serializers.IntegerField()


class FollowFeedPageSerializer(serializers.Serializer[Any]):
    """Which page of the follow feed is wanted."""

    after = serializers.CharField(required=False, default="", help_text="`next` of the page before.")
    limit = serializers.IntegerField(required=False, default=24, min_value=1, max_value=100)


class FollowFeedSerializer(serializers.Serializer[Any]):
    """New works of the artists whom I follow."""

    next = serializers.CharField(help_text="`after` of the next page; empty at the end.")
    works = WorkSerializer(many=True)
