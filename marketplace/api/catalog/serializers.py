"""Works as programs read them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from rest_framework import serializers

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import TagLabel, Work, WorkFile, WorkText, WorkVersion
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.selectors import active_offers_prefetch


class ArtistInShortSerializer(serializers.ModelSerializer[Artist]):
    """Who made a work."""

    class Meta:
        model = Artist
        fields = ["handle", "name"]


class TextSerializer(serializers.ModelSerializer[WorkText]):
    """Title and description in one language."""

    class Meta:
        model = WorkText
        fields = ["language", "title", "description"]


class LabelSerializer(serializers.ModelSerializer[TagLabel]):
    """A tag's word in one language."""

    class Meta:
        model = TagLabel
        fields = ["language", "label"]


class OfferSerializer(serializers.ModelSerializer[LicenceOffer]):
    """A licence and its price."""

    licence = serializers.CharField(source="terms.code")

    class Meta:
        model = LicenceOffer
        fields = ["id", "licence", "price_minor", "currency"]


class PreviewSerializer(serializers.ModelSerializer[WorkFile]):
    """A public preview. Sizes in pixels."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = WorkFile
        fields = ["media_type", "width", "height", "url"]

    def get_url(self, file: WorkFile) -> str:
        """Where it can be read without a key."""
        base: str = settings.CONFIGURATION.s3_public_base_url
        if base:
            return f"{base.rstrip('/')}/{file.storage_key}"
        return f"{settings.BASE_URL}{reverse('media', args=[file.storage_key])}"


class WorkSerializer(serializers.ModelSerializer[Work]):
    """A work as the shop shows it."""

    artist = ArtistInShortSerializer()
    texts = TextSerializer(many=True)
    url = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    offers = serializers.SerializerMethodField()
    previews = serializers.SerializerMethodField()

    class Meta:
        model = Work
        fields = [
            "id",
            "url",
            "artist",
            "medium",
            "language",
            "texts",
            "tags",
            "offers",
            "previews",
            "sold_exclusively",
            "audience",
            "public_from",
            "members_level",
            "made_by_model",
            "published_at",
        ]

    def get_url(self, work: Work) -> str:
        """The work's page."""
        return f"{settings.BASE_URL}{work.get_absolute_url()}"

    def get_tags(self, work: Work) -> list[dict[str, Any]]:
        """Each tag's preferred label in each language."""
        return [
            {"slug": tag.slug, "labels": {label.language: label.label for label in tag.labels.all() if label.preferred}}
            for tag in work.tags.all()
        ]

    def get_offers(self, work: Work) -> list[dict[str, Any]]:
        """What can be bought, the cheapest first; empty where the work is sold exclusively."""
        return (
            [] if work.sold_exclusively else list(OfferSerializer(getattr(work, "active_offers", []), many=True).data)
        )

    def get_previews(self, work: Work) -> list[dict[str, Any]]:
        """The current version's previews, the smallest first."""
        versions: list[WorkVersion] = getattr(work, "current_versions", [])
        files = [file for version in versions for file in getattr(version, "previews", [])]
        return list(PreviewSerializer(files, many=True).data)


def with_all_that_is_shown(works: QuerySet[Work]) -> QuerySet[Work]:
    """``works`` with what WorkSerializer reads, in a fixed number of queries."""
    previews = WorkFile.objects.filter(role=WorkFile.Role.PREVIEW).order_by("width", "media_type")
    current = WorkVersion.objects.filter(is_current=True).prefetch_related(
        Prefetch("files", queryset=previews, to_attr="previews")
    )
    return works.select_related("artist").prefetch_related(
        "texts",
        "tags__labels",
        active_offers_prefetch(),
        Prefetch("versions", queryset=current, to_attr="current_versions"),
    )


def works_in_order(work_ids: Sequence[UUID], access: Access = STRANGER) -> list[Work]:
    """These works in this order; those that are no longer shown, or that ``access`` does not open, are left out."""
    works = Work.objects.reachable().open_to(access).filter(pk__in=work_ids)
    found = {work.pk: work for work in with_all_that_is_shown(works)}
    return [found[key] for key in work_ids if key in found]
