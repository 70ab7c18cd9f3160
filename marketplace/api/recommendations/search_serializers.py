"""Saved searches as programs read and write them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceTerms
from recommendations.models import SavedSearch, WorkColour
from recommendations.origins import Origin
from recommendations.search_addresses import address_of_search
from recommendations.selectors import WorkFilter

LONGEST_ADDRESS = SavedSearch._meta.get_field("address").max_length or 0
ALERTS_HELP = "How often a letter tells of new works: none, daily or weekly."


class SavedSearchSerializer(serializers.ModelSerializer[SavedSearch]):
    """A search that I keep. `page`: where it is shown."""

    page = serializers.CharField(source="get_absolute_url", read_only=True)
    filters = serializers.DictField(help_text="What it is narrowed down to; prices in minor units.")

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "query", "filters", "page", "alerts", "saved_at"]


class SavedSearchChangeSerializer(serializers.Serializer[Any]):
    """What of a saved search can be changed."""

    name = serializers.CharField(max_length=80)
    alerts = serializers.ChoiceField(choices=SavedSearch.Alerts.choices, help_text=ALERTS_HELP)


class SearchToSaveSerializer(serializers.Serializer[Any]):
    """What to search for, as in `/search`; what is left out narrows nothing."""

    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    medium = serializers.ChoiceField(choices=Work.Medium.choices, required=False, default="")
    licence = serializers.CharField(required=False, default="", help_text="personal, commercial or exclusive")
    price_from_minor = serializers.IntegerField(required=False, default=None, min_value=0, max_value=100_000_000)
    price_to_minor = serializers.IntegerField(required=False, default=None, min_value=0, max_value=100_000_000)
    artist = serializers.CharField(required=False, default="", max_length=40, help_text="The address of a storefront.")
    colour = serializers.CharField(required=False, default="", help_text="red, orange … dark, light, grey")
    aspect = serializers.ChoiceField(choices=WorkColour.Aspect.choices, required=False, default="")
    origin = serializers.ChoiceField(choices=Origin.choices, required=False, default="")
    model = serializers.CharField(required=False, default="", max_length=80, help_text="`made_by_model` of works.")
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=80)
    alerts = serializers.ChoiceField(choices=SavedSearch.Alerts.choices, required=False, help_text=ALERTS_HELP)

    def validate_licence(self, code: str) -> str:
        """A licence that there is."""
        return _one_of(LicenceTerms.Code.values, code)

    def validate_colour(self, colour: str) -> str:
        """A colour that works are sorted into."""
        return _one_of(WorkColour.Colour.values, colour)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """A lowest price above the highest finds nothing; and a page must be able to show it."""
        low, high = given["price_from_minor"], given["price_to_minor"]
        if low is not None and high is not None and low > high:
            raise serializers.ValidationError({"price_from_minor": _("This is more than the highest price.")})
        if len(address_of_search(given["q"], _filters(given))) > LONGEST_ADDRESS:
            raise serializers.ValidationError(_("This is too long to be kept."))
        return given

    @property
    def filters(self) -> WorkFilter:
        """What it narrows down to."""
        return _filters(self.validated_data)

    @property
    def address(self) -> str:
        """The query string of its page."""
        return address_of_search(self.validated_data["q"], self.filters)


def _filters(given: dict[str, Any]) -> WorkFilter:
    names = ("medium", "licence", "price_from_minor", "price_to_minor", "colour", "aspect", "origin", "model")
    return WorkFilter(artist_handle=given["artist"].removeprefix("@"), **{name: given[name] for name in names})


def _one_of(known: list[str], value: str) -> str:
    if value and value not in known:
        raise serializers.ValidationError(_("Choose one of these: %(known)s.") % {"known": ", ".join(known)})
    return value
