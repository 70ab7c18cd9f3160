"""Uploads, publishing and one's own works, as the API takes and gives them."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.models import Work
from marketplace.catalog.services.audiences import HIGHEST_LEVEL
from marketplace.core.money import EXPONENTS, Money
from marketplace.licensing.models import LicenceTerms
from marketplace.licensing.services import OfferTerms
from marketplace.publishing.models import Upload


class FileSerializer(serializers.Serializer[Any]):
    """A file to bring in."""

    file = serializers.FileField(help_text="PNG, JPEG or WebP, up to 25 MB; metadata is removed.")


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file that was brought in."""

    class Meta:
        model = Upload
        fields = ["id", "media_type", "width", "height", "size_bytes", "sha256", "created_at"]
        read_only_fields = fields


class WordsSerializer(serializers.Serializer[Any]):
    """A title and a description in one language."""

    language = serializers.ChoiceField(choices=[code for code, _name in settings.LANGUAGES])
    title = serializers.CharField(max_length=140)
    description = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class OfferSerializer(serializers.Serializer[Any]):
    """A licence and its price."""

    code = serializers.ChoiceField(choices=LicenceTerms.Code.values)
    price_minor = serializers.IntegerField(min_value=1, help_text="Minor units of the currency.")
    suggested_minor = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        help_text="Buyers may pay more: the price is the least, this is what they are asked for.",
    )
    currency = serializers.ChoiceField(choices=[code for code in EXPONENTS if len(code) == 3], default="USD")

    @staticmethod
    def terms_in(said: list[dict[str, Any]]) -> list[OfferTerms]:
        """From valid offers."""
        return [
            OfferTerms(
                one["code"],
                Money(one["price_minor"], one["currency"]),
                None if one["suggested_minor"] is None else Money(one["suggested_minor"], one["currency"]),
            )
            for one in said
        ]


class OffersSerializer(serializers.Serializer[Any]):
    """All that a work is sold for."""

    offers = OfferSerializer(many=True, allow_empty=False)


class AudienceSerializer(serializers.Serializer[Any]):
    """Whom a work is for."""

    audience = serializers.ChoiceField(choices=Audience.choices)
    public_from = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="With `club_first`: when everybody sees it, from one hour to thirty days ahead.",
    )
    members_level = serializers.IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=HIGHEST_LEVEL,
        help_text="With `members`: the lowest tier of your membership that opens it; 1 is every member.",
    )

    @staticmethod
    def choice_in(said: dict[str, Any]) -> AudienceChoice:
        """From valid data."""
        return AudienceChoice(said["audience"], said["public_from"], said["members_level"])


class PublicationSerializer(AudienceSerializer):
    """What is published, and how. The first of `texts` is the work's first language."""

    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.EVERYONE)
    output = serializers.UUIDField(required=False, help_text="A picture that was generated here.")
    upload = serializers.UUIDField(required=False, help_text="A file that was brought in.")
    texts = WordsSerializer(many=True, allow_empty=False)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=12
    )
    offers = OfferSerializer(many=True, allow_empty=False)
    show_prompt = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("output" in attrs) == ("upload" in attrs):
            raise serializers.ValidationError("Give either `output` or `upload`.")
        return attrs


class OwnWorkSerializer(serializers.ModelSerializer[Work]):
    """A work as its artist sees it."""

    address = serializers.CharField(source="get_absolute_url", read_only=True)
    texts = serializers.SerializerMethodField()

    class Meta:
        model = Work
        fields = [
            "id", "slug", "status", "sold_exclusively", "audience", "public_from", "members_level", "language",
            "made_by_model", "published_at", "address", "texts",
        ]  # fmt: skip
        read_only_fields = fields

    def get_texts(self, work: Work) -> list[dict[str, str]]:
        return [
            {"language": text.language, "title": text.title, "description": text.description}
            for text in work.texts.all()
        ]
