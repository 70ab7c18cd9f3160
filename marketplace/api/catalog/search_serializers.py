"""Search as programs ask for it, and what it answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from marketplace.api.catalog.serializers import WorkSerializer
from marketplace.catalog.models import Work
from recommendations.models import WorkColour
from recommendations.origins import Origin
from recommendations.palette import CHANGES, colour_of_hex
from recommendations.selectors import ColourWish, WorkFilter


class SearchSerializer(serializers.Serializer[Any]):
    """What a search asks for."""

    q = serializers.CharField(required=False, default="", allow_blank=True, help_text="Words in English or Chinese.")
    medium = serializers.ChoiceField(choices=Work.Medium.choices, required=False, default="")
    licence = serializers.CharField(required=False, default="", help_text="personal, commercial or exclusive")
    price_from_minor = serializers.IntegerField(required=False, default=None, min_value=0)
    price_to_minor = serializers.IntegerField(required=False, default=None, min_value=0)
    artist = serializers.CharField(required=False, default="", help_text="The address of a storefront.")
    colour = serializers.CharField(required=False, default="", help_text="red, orange … dark, light, grey")
    tag = serializers.CharField(required=False, default="", help_text="A tag's slug.")
    aspect = serializers.ChoiceField(choices=WorkColour.Aspect.choices, required=False, default="")
    origin = serializers.ChoiceField(
        choices=Origin.choices, required=False, default="", help_text="How much of it people made, by its record."
    )
    model = serializers.CharField(required=False, default="", help_text="`made_by_model` of works.")
    near = serializers.CharField(required=False, default="", help_text="A colour to be near: 3a6fb5.")
    near_weight = serializers.FloatField(required=False, default=0.5, min_value=0, max_value=1)
    facets = serializers.BooleanField(
        required=False, default=False, help_text="Whether to count each filter's choices."
    )
    page = serializers.IntegerField(required=False, default=1, min_value=1)
    page_size = serializers.IntegerField(required=False, default=24, min_value=1, max_value=100)

    def validate_near(self, near: str) -> str:
        """Six hexadecimal digits."""
        if near and colour_of_hex(near) is None:
            raise serializers.ValidationError(_("Give a colour by six hexadecimal digits, as in 3a6fb5."))
        return near

    @property
    def filters(self) -> WorkFilter:
        """What it narrows down to."""
        given = self.validated_data
        return WorkFilter(
            medium=given["medium"],
            licence=given["licence"],
            price_from_minor=given["price_from_minor"],
            price_to_minor=given["price_to_minor"],
            artist_handle=given["artist"].removeprefix("@"),
            colour=given["colour"],
            tag_slug=given["tag"],
            aspect=given["aspect"],
            origin=given["origin"],
            model=given["model"],
        )

    @property
    def colour_wish(self) -> ColourWish | None:
        """The colour that works should be near."""
        colour = colour_of_hex(self.validated_data["near"])
        return ColourWish(colour, self.validated_data["near_weight"]) if colour else None


class ChoiceSerializer(serializers.Serializer[Any]):
    """A choice of a filter, and how many works it keeps."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class PriceBandSerializer(serializers.Serializer[Any]):
    """A band of prices, both ends included; null is open."""

    from_minor = serializers.IntegerField(allow_null=True)
    to_minor = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """Counts for the present query and the other filters."""

    choices = serializers.DictField(
        child=ChoiceSerializer(many=True),
        help_text="By filter: medium, licence, aspect, model, artist, colour, origin.",
    )
    prices = PriceBandSerializer(many=True)


class SearchAnswerSerializer(serializers.Serializer[Any]):
    """A page of works, best first."""

    count = serializers.IntegerField(help_text="All that were found.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    corrected = serializers.CharField(help_text="What was searched for instead of a misspelt query; else empty.")
    lifted = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="With `facets` and nothing found: works there would be without that filter.",
    )
    facets = FacetsSerializer(allow_null=True)
    results = WorkSerializer(many=True)


class TypedSerializer(serializers.Serializer[Any]):
    """What was typed so far."""

    q = serializers.CharField(allow_blank=True, max_length=200)
    language = serializers.ChoiceField(choices=["en", "zh-hans"], required=False, default="en")


class SuggestedTagSerializer(serializers.Serializer[Any]):
    """A tag, in the asked language."""

    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class SuggestedArtistSerializer(serializers.Serializer[Any]):
    """An artist."""

    handle = serializers.CharField()
    name = serializers.CharField()


class SuggestedTitleSerializer(serializers.Serializer[Any]):
    """A work by its title."""

    work_id = serializers.UUIDField()
    title = serializers.CharField()
    language = serializers.CharField()


class SuggestionsSerializer(serializers.Serializer[Any]):
    """What the query may become; at most four of each."""

    tags = SuggestedTagSerializer(many=True)
    artists = SuggestedArtistSerializer(many=True)
    titles = SuggestedTitleSerializer(many=True)
    words = serializers.ListField(child=serializers.CharField())


class ChangeSerializer(serializers.Serializer[Any]):
    """How the works are to differ."""

    but = serializers.ChoiceField(choices=sorted(CHANGES), required=False, default="")
    composed = serializers.BooleanField(
        required=False, default=False, help_text="True: composed alike, whatever they show; `but` may narrow them."
    )
    limit = serializers.IntegerField(required=False, default=24, min_value=1, max_value=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something must be asked for."""
        if not attrs["but"] and not attrs["composed"]:
            raise serializers.ValidationError({"but": _("Say how the works are to differ, or ask for composed alike.")})
        return attrs


class SearchPictureSerializer(serializers.Serializer[Any]):
    """A picture to search by; it is not kept."""

    picture = serializers.FileField(help_text="PNG, JPEG, WebP or AVIF, at most 10 MB.")
    limit = serializers.IntegerField(required=False, default=24, min_value=1, max_value=50)
