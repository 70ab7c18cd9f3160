"""Answers about files and licences, as the API gives them."""

from typing import Any

from rest_framework import serializers

from marketplace.api.billing.serializers import MoneySerializer
from marketplace.verification.answers import CertificateAnswer, FileAnswer, Verdict


class QuestionSerializer(serializers.Serializer[Any]):
    """A file to check: a picture, or a certificate as JSON."""

    file = serializers.FileField(help_text="PNG, JPEG, WebP, AVIF or a certificate's JSON, up to 25 MB.")


class LicenceOfferedSerializer(serializers.Serializer[Any]):
    """A licence that can be bought."""

    code = serializers.CharField()
    name = serializers.CharField()
    price = MoneySerializer()


class WorkFactsSerializer(serializers.Serializer[Any]):
    """A work's public face; `address` is empty while its page is not shown."""

    work_id = serializers.UUIDField()
    title = serializers.CharField()
    artist_name = serializers.CharField()
    address = serializers.CharField()
    sold_exclusively = serializers.BooleanField()
    licences = LicenceOfferedSerializer(many=True)


class OriginFactsSerializer(serializers.Serializer[Any]):
    """How and when the picture came to be, from the site's own record."""

    how = serializers.CharField(source="source", help_text="generated, image_to_image, picture_tool or uploaded")
    model = serializers.CharField()
    model_version = serializers.CharField()
    made_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField()
    manifest_label = serializers.CharField()
    file_sha256 = serializers.CharField()
    prompt = serializers.CharField(help_text="Empty unless the artist chose to show it.")
    log_sequence = serializers.IntegerField(allow_null=True)


class MatchSerializer(serializers.Serializer[Any]):
    """A work that looks like the file's picture; `distance` in bits of 256."""

    work = WorkFactsSerializer()
    origin = OriginFactsSerializer(allow_null=True)
    distance = serializers.IntegerField()
    likeness_percent = serializers.IntegerField()


class FileAnswerSerializer(serializers.Serializer[FileAnswer]):
    """What a file is."""

    kind = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])
    signed_here = serializers.BooleanField()
    tampered = serializers.BooleanField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    work = WorkFactsSerializer(allow_null=True)
    origin = OriginFactsSerializer(allow_null=True)
    matches = MatchSerializer(many=True)
    picture_changed = serializers.BooleanField()
    words_changed = serializers.BooleanField()
    credentials_signed_by = serializers.CharField()
    training_allowed = serializers.BooleanField(allow_null=True)
    problems = serializers.ListField(child=serializers.CharField())

    def get_kind(self, answer: FileAnswer) -> str:
        return "file"


class CertificateAnswerSerializer(serializers.Serializer[CertificateAnswer]):
    """A licence as its certificate shows it, and whether it is still valid."""

    kind = serializers.SerializerMethodField()
    number = serializers.CharField()
    holder_name = serializers.CharField()
    granted_at = serializers.DateTimeField()
    licence_code = serializers.CharField()
    licence_name = serializers.CharField()
    wording_version = serializers.IntegerField()
    is_exclusive = serializers.BooleanField()
    in_force = serializers.BooleanField(source="is_valid")
    ended_at = serializers.DateTimeField(allow_null=True)
    work = WorkFactsSerializer()
    file_sha256 = serializers.CharField()
    from_signed_file = serializers.BooleanField()

    def get_kind(self, answer: CertificateAnswer) -> str:
        return "certificate"
