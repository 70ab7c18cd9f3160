"""A person as she sees herself."""

from rest_framework import serializers

from marketplace.accounts.models import Artist, User


class StorefrontSerializer(serializers.ModelSerializer[Artist]):
    """A storefront in short."""

    class Meta:
        model = Artist
        fields = ["id", "handle", "name", "bio"]


class MyselfSerializer(serializers.ModelSerializer[User]):
    """The person whose key or session asks."""

    storefront = StorefrontSerializer(source="artist", read_only=True, allow_null=True, default=None)

    class Meta:
        model = User
        fields = ["id", "email", "display_name", "language", "storefront"]


class KeySerializer(serializers.Serializer[dict[str, str]]):
    """A new key; it is shown once."""

    key = serializers.CharField(read_only=True, help_text="Send it as `Authorization: Token <key>`.")
