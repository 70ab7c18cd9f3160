"""Tiers through their services; members as rows, as they stand after Stripe has said that they are."""

from datetime import timedelta

from billing.models import Interval
from billing.services import record_sale
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.memberships.models import Membership, MembershipPayment, Tier, TierPrice
from marketplace.memberships.services import TierWords, create_tier
from tests.factories.accounts import ArtistFactory, UserFactory


def offered_tier(
    artist: Artist | None = None,
    level: int = 1,
    monthly: int = 500,
    annual: int | None = None,
    *,
    currency: str = "USD",
    **words: str,
) -> Tier:
    """An open tier; amounts in minor units."""
    return create_tier(
        artist=artist or ArtistFactory(),
        level=level,
        words=TierWords(**{"name_en": f"Tier {level}", **words}),
        monthly=Money(monthly, currency),
        annual=None if annual is None else Money(annual, currency),
    )


def price_of(tier: Tier, interval: str = Interval.MONTH) -> TierPrice:
    return TierPrice.objects.get(tier=tier, interval=interval, is_current=True)


def member_in(tier: Tier, user: User | None = None, *, paid: bool = False, **more: object) -> Membership:
    """A member at ``tier``'s monthly price; ``paid``: with the sale of her first month."""
    key = new_id().hex
    membership = Membership.objects.create(
        **{
            "user": user or UserFactory(),
            "artist": tier.artist,
            "price": price_of(tier),
            "customer_id": f"cus_{key}",
            "locale": "en",
            "consented_at": now(),
            "consent_wording": "1/en",
            "state": "active",
            "stripe_subscription_id": f"sub_{key}",
            "joined_at": now(),
            "current_period_end": now() + timedelta(days=30),
            **more,
        }
    )
    if paid:
        pay_month(membership)
    return membership


def pay_month(membership: Membership) -> MembershipPayment:
    """A month's payment with its sale."""
    key, amount = new_id().hex, membership.price.amount
    reference = f"membership_invoice:in_{key}"
    sale = record_sale(
        order_ref=reference,
        line_ref=reference,
        artist=membership.artist,
        gross=amount,
        payment_ref=f"pi_{key}",
    )
    return MembershipPayment.objects.create(
        membership=membership,
        price=membership.price,
        invoice_id=f"in_{key}",
        payment_ref=f"pi_{key}",
        sale=sale,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        starts_at=now(),
        ends_at=now() + timedelta(days=30),
    )
