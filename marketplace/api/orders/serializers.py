"""Orders as programs see them."""

from uuid import UUID

from rest_framework import serializers

from marketplace.core.money import CREDITS, EXPONENTS
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.selectors.bundles import BundlePart, PresentBundle


class LineSerializer(serializers.ModelSerializer[OrderLine]):
    """One licence in an order."""

    licence = serializers.CharField(source="offer.terms.code", read_only=True)
    number = serializers.CharField(
        source="grant.number", read_only=True, allow_null=True, default=None, help_text="once it is paid"
    )

    class Meta:
        model = OrderLine
        fields = [
            "work",
            "version",
            "licence",
            "price_minor",
            "discount_minor",
            "tax_minor",
            "tax_added_minor",
            "currency",
            "refusal",
            "bundle",
            "number",
        ]


class PurchaseSerializer(serializers.ModelSerializer[Order]):
    """An order; amounts in minor units (cents)."""

    lines = LineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id",
            "state",
            "total_minor",
            "price_tax",
            "tax_minor",
            "tax_added_minor",
            "currency",
            "checkout_url",
            "held_until",
            "decline_code",
            "refusal",
            "created_at",
            "paid_at",
            "lines",
        ]


class WantedSerializer(serializers.Serializer[dict[str, object]]):
    """One licence to buy."""

    offer = serializers.UUIDField(help_text="the id of one of a work's offers")
    amount_minor = serializers.IntegerField(
        required=False, min_value=1, help_text="where the price is open: what you give, in minor units"
    )


class TipSerializer(serializers.Serializer[dict[str, object]]):
    """A tip for an artist."""

    artist = serializers.CharField(help_text="the handle of a storefront", max_length=40)
    amount_minor = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(choices=[code for code in EXPONENTS if code != CREDITS])
    words = serializers.CharField(required=False, max_length=280, allow_blank=True, default="")


class GiftSerializer(serializers.Serializer[dict[str, object]]):
    """Whom the licences are for."""

    email = serializers.EmailField()
    name = serializers.CharField(required=False, max_length=80, allow_blank=True, default="")
    words = serializers.CharField(required=False, max_length=1000, allow_blank=True, default="")


class NewPurchaseSerializer(serializers.Serializer[dict[str, object]]):
    """What to buy: one `offer`, or several `items`; all in one currency."""

    offer = serializers.UUIDField(required=False, help_text="the id of one of a work's offers")
    items = WantedSerializer(many=True, required=False)
    bundles = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=10, help_text="ids of bundles, each bought whole"
    )
    tips = TipSerializer(many=True, required=False)
    code = serializers.CharField(required=False, max_length=24, allow_blank=True, default="")
    gift = GiftSerializer(required=False)
    country = serializers.RegexField(
        r"^[A-Z]{2}$",
        required=False,
        default="",
        help_text="where the buyer is (ISO 3166), for prices with tax or without it; her billing details go before it",
    )
    consent = serializers.BooleanField(
        help_text="true: the buyer agrees to delivery at once and knows that the right of withdrawal ends with it"
    )


class BundlePartSerializer(serializers.Serializer[BundlePart]):
    """A licence of a bundle with its share of the price."""

    work = serializers.UUIDField(source="offer.work_id")
    offer = serializers.UUIDField(source="offer.pk")
    price_minor = serializers.IntegerField(source="price.amount_minor")


class BundleSerializer(serializers.Serializer[PresentBundle]):
    """A bundle as you would get it; amounts in minor units. `problem`: why it cannot be bought, empty where it can."""

    id = serializers.UUIDField(source="bundle.pk")
    artist = serializers.CharField(source="bundle.artist.handle")
    title = serializers.CharField(source="bundle.title")
    description = serializers.CharField(source="bundle.description")
    language = serializers.CharField(source="bundle.language")
    licence = serializers.CharField(source="bundle.licence")
    works = serializers.SerializerMethodField()
    parts = BundlePartSerializer(many=True, help_text="what you would buy: without what you hold already")
    price_minor = serializers.IntegerField(source="price.amount_minor")
    singly_minor = serializers.IntegerField(source="singly.amount_minor", help_text="of the same parts one by one")
    currency = serializers.CharField(source="price.currency")
    problem = serializers.CharField()

    def get_works(self, present: PresentBundle) -> list[UUID]:
        """All that are in it."""
        return [work.pk for work in present.works]


class DownloadSerializer(serializers.Serializer[dict[str, object]]):
    """Where the file is, for minutes."""

    url = serializers.URLField()
    expires_in_s = serializers.IntegerField()
