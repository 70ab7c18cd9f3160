"""What a person's referral link has brought."""

from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from marketplace.core.money import Money
from marketplace.orders.models import Order, ReferralLink, ReferralReward


@dataclass(frozen=True, slots=True)
class ReferralTotals:
    """Clicks, paid orders, and what they brought after refunds: money by currency, and credits."""

    clicks: int
    orders: int
    money: tuple[Money, ...]
    credits: int
    credits_waiting: int


def referral_totals(link: ReferralLink) -> ReferralTotals:
    """Four queries, however many orders."""
    rewards = ReferralReward.objects.filter(referral__link=link)
    money = (
        rewards.exclude(part=None)
        .order_by("currency")
        .values_list("currency")
        .annotate(left=Sum(F("part__gross_minor") - F("part__refunded_minor")))
    )
    in_credits = rewards.aggregate(total=Sum(F("credits_granted") - F("credits_returned")))["total"]
    return ReferralTotals(
        clicks=link.clicks,
        orders=link.referrals.filter(order__state=Order.State.PAID).count(),
        money=tuple(Money(left, currency) for currency, left in money),
        credits=in_credits or 0,
        credits_waiting=rewards.exclude(credits_due_at=None).count(),
    )


def rewards_of(link: ReferralLink) -> QuerySet[ReferralReward]:
    """Each licence that brought something, the newest first; who bought it is not told."""
    return (
        ReferralReward.objects.filter(referral__link=link)
        .select_related("line__work", "part", "sale")
        .prefetch_related("line__work__texts")
        .order_by("-sale__created_at")
    )
