"""Credits, plans and earnings as programs read them. Amounts are whole minor units beside their currency."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.models import (
    Audience,
    AutomaticTopUp,
    CreditPack,
    Entry,
    Interval,
    Payout,
    Plan,
    PlanChange,
    PlanSubscription,
    Sale,
)
from billing.selectors import waiting_change
from marketplace.core.money import Money


class MoneySerializer(serializers.Serializer[Money]):
    """An amount in minor units (cents, yen) of a currency."""

    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()


class ExpiringSerializer(serializers.Serializer[Any]):
    """Credits that expire first."""

    amount = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class CreditsSerializer(serializers.Serializer[Any]):
    """What can be spent now, what running jobs hold, and what expires first."""

    available = serializers.IntegerField()
    held = serializers.IntegerField()
    expiring_next = ExpiringSerializer(allow_null=True)


class CreditLineSerializer(serializers.ModelSerializer[Entry]):
    """A line of the history; negative where credits went out."""

    amount = serializers.IntegerField(source="amount_minor")
    reason = serializers.CharField(source="transaction.reason")
    at = serializers.DateTimeField(source="transaction.created_at")
    object_ref = serializers.CharField(source="transaction.object_ref")

    class Meta:
        model = Entry
        fields = ["amount", "reason", "at", "object_ref"]


class CreditPackSerializer(serializers.ModelSerializer[CreditPack]):
    """Credits bought once."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = CreditPack
        fields = ["code", "name", "credits", "credits_last_days", "price_minor", "currency"]


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """Credits and benefits every month; ``annual_price_minor`` pays twelve of them. Null: as without a plan."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Plan
        fields = [
            "code",
            "name",
            "audience",
            "rank",
            "credits",
            "credits_last_days",
            "price_minor",
            "annual_price_minor",
            "currency",
            "trial_days",
            "trial_credits",
            "fee_basis_points",
            "private_loras",
            "queue_weight",
            "licences_each_month",
            "early_access_hours",
        ]


class PlanChangeSerializer(serializers.ModelSerializer[PlanChange]):
    """A change of a plan: done, or waiting for ``effective_at``."""

    to_plan = serializers.CharField(source="to_plan.code")

    class Meta:
        model = PlanChange
        fields = ["id", "to_plan", "to_interval", "is_at_once", "effective_at", "state"]


class PlanSubscriptionSerializer(serializers.ModelSerializer[PlanSubscription]):
    """My plan; it renews at ``current_period_end`` unless it ends with the period."""

    plan = PlanSerializer(read_only=True)
    waiting_change = serializers.SerializerMethodField()

    class Meta:
        model = PlanSubscription
        fields = [
            "id",
            "plan",
            "interval",
            "state",
            "current_period_end",
            "cancel_at_period_end",
            "trial_ends_at",
            "paused_from",
            "paused_until",
            "grace_ends_at",
            "waiting_change",
        ]

    @extend_schema_field(PlanChangeSerializer(allow_null=True))
    def get_waiting_change(self, subscription: PlanSubscription) -> Any:
        """The change that begins with the next period."""
        change = waiting_change(subscription)
        return None if change is None else PlanChangeSerializer(change).data


class AudienceSerializer(serializers.Serializer[Any]):
    """Which of my plans is meant."""

    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.ARTIST)


class ChangeWishSerializer(AudienceSerializer):
    """Another plan or interval."""

    plan = serializers.SlugField()
    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.MONTH)


class ChangeOrderSerializer(ChangeWishSerializer):
    """A change as it was looked at: where the amount has become another one, nothing is changed."""

    at = serializers.DateTimeField(help_text="of the offer; good for 30 minutes")
    due_minor = serializers.IntegerField(help_text="of the offer")


class ChangeLineSerializer(serializers.Serializer[Any]):
    """What the charge is made of; negative where something is given back."""

    description = serializers.CharField()
    amount = MoneySerializer()


class ChangeOfferSerializer(serializers.Serializer[Any]):
    """What a change would charge now, and when it would begin."""

    is_at_once = serializers.BooleanField()
    effective_at = serializers.DateTimeField()
    at = serializers.DateTimeField()
    due = MoneySerializer()
    lines = ChangeLineSerializer(many=True)


class PauseSerializer(AudienceSerializer):
    """How many months are skipped."""

    months = serializers.IntegerField(min_value=1, max_value=3)


class TopUpSerializer(serializers.ModelSerializer[AutomaticTopUp]):
    """What I agreed to, and why it stopped."""

    pack = serializers.CharField(source="pack.code")
    currency = serializers.CharField(source="pack.currency")

    class Meta:
        model = AutomaticTopUp
        fields = [
            "is_on",
            "pack",
            "threshold",
            "ceiling_minor",
            "currency",
            "card_label",
            "agreed_at",
            "agreed_to",
            "stopped_at",
            "stopped_because",
        ]


class TopUpWishSerializer(serializers.Serializer[Any]):
    """When, what, at most for how much a month. ``agreed``: my card may be charged without asking me again."""

    pack = serializers.SlugField()
    threshold = serializers.IntegerField(min_value=1)
    ceiling_minor = serializers.IntegerField(min_value=1)
    agreed = serializers.BooleanField()


class StartedCheckoutSerializer(serializers.Serializer[Any]):
    """Where to pay."""

    id = serializers.UUIDField(help_text="of the purchase or the subscription")
    checkout_url = serializers.URLField()


def is_return_address(address: str) -> None:
    """Raises ValidationError unless ``address`` is the shop's or of an origin that the operator trusts.

    The payment page would else send people, still in good faith, wherever the sender of the request wants.
    """
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}".lower() not in settings.CONFIGURATION.return_origins:
        raise serializers.ValidationError(
            f"It must begin with {settings.BASE_URL}, or with an address that this shop's operator trusts."
        )


class ReturnAddressesSerializer(serializers.Serializer[Any]):
    """Where the payment page sends the person afterwards; the shop's own page where nothing is given."""

    success_url = serializers.URLField(required=False, validators=[is_return_address])
    cancel_url = serializers.URLField(required=False, validators=[is_return_address])


class PlanCheckoutSerializer(ReturnAddressesSerializer):
    """By the month or the year."""

    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.MONTH)


class HoldSerializer(serializers.Serializer[Any]):
    """Why money is not paid out yet: how much, since when, until when, and what ends it where no date does."""

    amount = MoneySerializer()
    cause = serializers.CharField(help_text="stable, for programs")
    reason = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    way_out = serializers.CharField()


class NextPayoutSerializer(serializers.Serializer[Any]):
    """When the next payout is (null: when the artist asks), and about how much it will be."""

    at = serializers.DateTimeField(allow_null=True)
    expected = MoneySerializer()


class BalanceSerializer(serializers.Serializer[Any]):
    """An artist's money in one currency."""

    pending = MoneySerializer()
    reserve = MoneySerializer(help_text="kept back while the artist is new")
    available = MoneySerializer()
    in_transit = MoneySerializer()
    debt = MoneySerializer()
    next_payout = NextPayoutSerializer()
    holds = HoldSerializer(many=True)


class EarningsSerializer(serializers.Serializer[Any]):
    """Balances by currency, and whether payouts reach the artist."""

    payouts_enabled = serializers.BooleanField()
    balances = BalanceSerializer(many=True)


class SaleSerializer(serializers.ModelSerializer[Sale]):
    """A sale: what the buyer paid, and what of it is tax, the platform's fee, others' royalties and the artist's share.

    `kind` "promotion": the discount that the platform pays for; "referral": for bringing the buyer; "royalty": for a
    share in another's work, or in one that was made from hers.
    """

    gross = MoneySerializer(read_only=True)
    tax = MoneySerializer(read_only=True)
    fee = MoneySerializer(read_only=True)
    royalties = MoneySerializer(read_only=True)
    net = MoneySerializer(read_only=True)

    class Meta:
        model = Sale
        fields = [
            "id",
            "kind",
            "work",
            "gross",
            "tax",
            "fee",
            "royalties",
            "net",
            "state",
            "available_at",
            "created_at",
            "refunded_at",
        ]


class PayoutSerializer(serializers.ModelSerializer[Payout]):
    """A payout; a failed one says why."""

    amount = MoneySerializer(read_only=True)

    class Meta:
        model = Payout
        fields = ["id", "amount", "state", "failure_reason", "created_at", "ended_at"]


class OnboardingSerializer(serializers.Serializer[Any]):
    """Stripe's page for the artist's details; good once, for minutes."""

    url = serializers.URLField()
