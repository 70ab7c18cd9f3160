"""Credits, plans and earnings as programs read them. Amounts are whole minor units beside their currency."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework import serializers

from billing.models import CreditPack, Entry, Payout, Plan, PlanSubscription, Sale
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
    """Credits every month."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Plan
        fields = ["code", "name", "credits", "credits_last_days", "price_minor", "currency"]


class PlanSubscriptionSerializer(serializers.ModelSerializer[PlanSubscription]):
    """My plan; it renews at ``current_period_end`` unless it ends with the period."""

    plan = PlanSerializer(read_only=True)

    class Meta:
        model = PlanSubscription
        fields = ["id", "plan", "state", "current_period_end", "cancel_at_period_end"]


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


class HoldSerializer(serializers.Serializer[Any]):
    """Why money is not paid out yet."""

    amount = MoneySerializer()
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class BalanceSerializer(serializers.Serializer[Any]):
    """An artist's money in one currency."""

    pending = MoneySerializer()
    available = MoneySerializer()
    in_transit = MoneySerializer()
    debt = MoneySerializer()
    holds = HoldSerializer(many=True)


class EarningsSerializer(serializers.Serializer[Any]):
    """Balances by currency, and whether payouts reach the artist."""

    payouts_enabled = serializers.BooleanField()
    balances = BalanceSerializer(many=True)


class SaleSerializer(serializers.ModelSerializer[Sale]):
    """A sale with what the buyer paid, the platform's fee and the artist's share.

    `kind` "promotion": the discount that the platform pays for; "referral": for bringing the buyer.
    """

    gross = MoneySerializer(read_only=True)
    fee = MoneySerializer(read_only=True)
    net = MoneySerializer(read_only=True)

    class Meta:
        model = Sale
        fields = ["id", "kind", "work", "gross", "fee", "net", "state", "available_at", "created_at", "refunded_at"]


class PayoutSerializer(serializers.ModelSerializer[Payout]):
    """A payout; a failed one says why."""

    amount = MoneySerializer(read_only=True)

    class Meta:
        model = Payout
        fields = ["id", "amount", "state", "failure_reason", "created_at", "ended_at"]


class OnboardingSerializer(serializers.Serializer[Any]):
    """Stripe's page for the artist's details; good once, for minutes."""

    url = serializers.URLField()
