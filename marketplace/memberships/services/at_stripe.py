"""Tiers and members as Stripe knows them: a product with prices, a customer per currency. Made when first needed."""

from billing import gateway
from billing.models import StripeCustomer
from billing.services.customers import customer_of
from marketplace.accounts.models import User
from marketplace.memberships.models import MemberCustomer, Tier, TierPrice

# Plans and credits are sold in it, so a person's first customer is for it.
FIRST_CURRENCY = "USD"


def customer_in(user: User, currency: str) -> str:
    """The id of ``user``'s customer at Stripe for ``currency``; two calls at once make one."""
    if currency == FIRST_CURRENCY:
        return customer_of(user).stripe_customer_id
    known = MemberCustomer.objects.filter(user=user, currency=currency).first()
    if known is None:
        made = gateway.create_customer(
            email=user.email,
            name=user.display_name,
            pseudonym=str(user.pseudonym),
            idempotency_key=f"customer:{user.pseudonym}:{currency}",
        )
        row = MemberCustomer(user=user, currency=currency, stripe_customer_id=made)
        MemberCustomer.objects.bulk_create([row], ignore_conflicts=True)
        known = MemberCustomer.objects.get(user=user, currency=currency)
    return known.stripe_customer_id


def is_first_customer(customer_id: str) -> bool:
    """Whether a customer at Stripe is also that of the person's plans and credits."""
    return StripeCustomer.objects.filter(stripe_customer_id=customer_id).exists()


def price_at_stripe(price: TierPrice) -> str:
    """The id of a tier's price at Stripe; it is made there once, also by two calls at once or after a crash."""
    if price.stripe_price_id:
        return price.stripe_price_id
    lookup_key = f"membership_{price.pk}"
    found = gateway.price_by_lookup_key(lookup_key) or gateway.create_price(
        product_id=_product_of(price.tier),
        amount=price.amount,
        interval=price.interval,
        lookup_key=lookup_key,
        idempotency_key=f"membership-price:{price.pk}",
    )
    TierPrice.objects.filter(pk=price.pk, stripe_price_id=None).update(stripe_price_id=found.price_id)
    price.refresh_from_db(fields=["stripe_price_id"])
    return price.stripe_price_id or found.price_id


def _product_of(tier: Tier) -> str:
    if not tier.stripe_product_id:
        made = gateway.create_product(
            name=f"{tier.artist.name}: {tier.name_en or tier.name_zh_hans}",
            metadata={"membership_tier": str(tier.pk)},
            idempotency_key=f"membership-tier:{tier.pk}",
        )
        Tier.objects.filter(pk=tier.pk, stripe_product_id="").update(stripe_product_id=made)
        tier.refresh_from_db(fields=["stripe_product_id"])
    return tier.stripe_product_id
