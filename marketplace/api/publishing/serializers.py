"""Uploads, publishing and one's own works, as the API takes and gives them."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from marketplace.catalog.models import Work
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


class PublicationSerializer(serializers.Serializer[Any]):
    """What is published, and how. The first of `texts` is the work's first language."""

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
            "id", "slug", "status", "sold_exclusively", "language", "made_by_model", "published_at", "address", "texts",
        ]  # fmt: skip
        read_only_fields = fields

    def get_texts(self, work: Work) -> list[dict[str, str]]:
        return [
            {"language": text.language, "title": text.title, "description": text.description}
            for text in work.texts.all()
        ]
