"""Terms, offers and licences as programs see them."""

from rest_framework import serializers

from marketplace.licensing.models import LicenceGrant, LicenceOffer, LicenceTerms


class TermsSerializer(serializers.ModelSerializer[LicenceTerms]):
    """One licence's wording, in the reader's language (Accept-Language) and in both."""

    name = serializers.CharField(read_only=True)
    summary = serializers.CharField(read_only=True)
    can = serializers.ListField(child=serializers.CharField(), read_only=True)
    cannot = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = LicenceTerms
        fields = ["code", "version", "is_exclusive", "name", "summary", "can", "cannot", "text_en", "text_zh"]


class ListedOfferSerializer(serializers.ModelSerializer[LicenceOffer]):
    """A licence at a price; amounts in minor units (cents).

    With `suggested_minor`, buyers may give the price or more.
    """

    licence = serializers.CharField(source="terms.code", read_only=True)
    name = serializers.CharField(source="terms.name", read_only=True)
    summary = serializers.CharField(source="terms.summary", read_only=True)

    class Meta:
        model = LicenceOffer
        fields = ["id", "licence", "name", "summary", "price_minor", "suggested_minor", "currency"]


class WorkOffersSerializer(serializers.Serializer[dict[str, object]]):
    """What can be bought of a work now."""

    sold_exclusively = serializers.BooleanField()
    held_until = serializers.DateTimeField(allow_null=True, help_text="while somebody is buying it exclusively")
    licences_given = serializers.IntegerField()
    offers = ListedOfferSerializer(many=True)


class LicenceSerializer(serializers.ModelSerializer[LicenceGrant]):
    """A licence that I hold."""

    licence = serializers.CharField(source="terms.code", read_only=True)
    wording_version = serializers.IntegerField(source="terms.version", read_only=True)
    ended = serializers.SerializerMethodField()

    class Meta:
        model = LicenceGrant
        fields = ["number", "work", "version", "licence", "wording_version", "is_exclusive", "granted_at", "ended"]

    def get_ended(self, grant: LicenceGrant) -> bool:
        """Whether it has come to an end."""
        return getattr(grant, "ending", None) is not None
