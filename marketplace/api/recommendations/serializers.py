"""Recommendations as programs read them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from marketplace.api.catalog.serializers import WorkSerializer
from recommendations.selectors import Reason
from recommendations.viewers import Consent


class HowManySerializer(serializers.Serializer[Any]):
    """How many works are wanted."""

    limit = serializers.IntegerField(required=False, default=12, min_value=1, max_value=50)


class RecommendationSerializer(serializers.Serializer[Any]):
    """A work and why it is shown."""

    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])
    because_of = serializers.UUIDField(
        allow_null=True, help_text="With `like`, `taste` and `bought`: the person’s work that it goes with."
    )
    of_tag = serializers.UUIDField(allow_null=True, help_text="With `picked`: the tag that the person chose.")
    work = WorkSerializer()


class LikeSerializer(serializers.Serializer[Any]):
    """Whether I like a work, and how many do."""

    is_liked = serializers.BooleanField()
    likes = serializers.IntegerField()


class FeedSettingsSerializer(serializers.Serializer[Any]):
    """How my feeds are made, and whether I may be remembered."""

    novelty = serializers.IntegerField(
        min_value=0, max_value=100, help_text="0: as familiar as can be, 100: as new as can be."
    )
    diversity = serializers.IntegerField(min_value=0, max_value=100)
    is_personal = serializers.BooleanField(help_text="Off: feeds show what is popular and new for everybody.")
    consent = serializers.ChoiceField(
        choices=Consent.choices,
        help_text="With `refused` all my events are deleted. `unasked` cannot be set.",
    )

    def validate_consent(self, value: str) -> str:
        """Nobody can be unasked again."""
        if value == Consent.UNASKED:
            raise serializers.ValidationError(_("Answer `given` or `refused`."))
        return value


class MuteSerializer(serializers.Serializer[Any]):
    """Something muted: exactly one of an artist, a medium and a tag."""

    id = serializers.UUIDField(read_only=True)
    artist = serializers.UUIDField(required=False, allow_null=True, default=None)
    medium = serializers.CharField(required=False, allow_blank=True, default="", max_length=16)
    tag = serializers.UUIDField(required=False, allow_null=True, default=None)


class ResetSerializer(serializers.Serializer[Any]):
    """Whether what was before is deleted too."""

    delete = serializers.BooleanField(required=False, default=False)


class DeletedSerializer(serializers.Serializer[Any]):
    """How many events were deleted."""

    deleted = serializers.IntegerField()


class TastesSerializer(serializers.Serializer[Any]):
    """The tags that I like, by their ids; at least three."""

    tags = serializers.ListField(child=serializers.UUIDField(), max_length=24)


class HiddenSerializer(serializers.Serializer[Any]):
    """Whether I hid the work."""

    is_hidden = serializers.BooleanField()


class SavedSerializer(serializers.Serializer[Any]):
    """Whether the work is in my list."""

    is_saved = serializers.BooleanField()


class TraceSerializer(serializers.Serializer[Any]):
    """All that is kept of me."""

    wishes = serializers.DictField()
    events = serializers.ListField(child=serializers.DictField())


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
