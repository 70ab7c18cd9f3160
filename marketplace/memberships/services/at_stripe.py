"""Tiers and members as Stripe knows them: a product with prices, a customer per currency. Made when first needed."""

from django.db.models import Q

from billing import gateway
from billing.models import StripeCustomer
from billing.services.customers import customer_of
from billing.tax import codes
from marketplace.accounts.models import User
from marketplace.memberships.models import MemberCustomer, TaxedTierPrice, Tier, TierPrice

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


def price_at_stripe(price: TierPrice, price_tax: str = "") -> str:
    """The id of a tier's price at Stripe that says ``price_tax`` of tax (empty: nothing); it is made there once, also
    by two calls at once or after a crash.
    """
    if price_tax:
        return _taxed_price(price, price_tax)
    if price.stripe_price_id:
        return price.stripe_price_id
    found = _found_or_made(price, "")
    TierPrice.objects.filter(pk=price.pk, stripe_price_id=None).update(stripe_price_id=found)
    price.refresh_from_db(fields=["stripe_price_id"])
    return price.stripe_price_id or found


def price_known_as(stripe_price_id: str) -> TierPrice | None:
    """The tier's price that Stripe knows so, with tax or without; None for another room's."""
    prices = TierPrice.objects.select_related("tier").filter(
        Q(stripe_price_id=stripe_price_id) | Q(taxed__stripe_price_id=stripe_price_id)
    )
    return prices.first() if stripe_price_id else None


def _taxed_price(price: TierPrice, price_tax: str) -> str:
    known = price.taxed.filter(price_tax=price_tax).first()
    if known is None:
        made = TaxedTierPrice(price=price, price_tax=price_tax, stripe_price_id=_found_or_made(price, price_tax))
        TaxedTierPrice.objects.bulk_create([made], ignore_conflicts=True)
        known = price.taxed.get(price_tax=price_tax)
    return known.stripe_price_id


def _found_or_made(price: TierPrice, price_tax: str) -> str:
    name = f"{price.pk}:{price_tax}" if price_tax else str(price.pk)
    lookup_key = f"membership_{name}"
    found = gateway.price_by_lookup_key(lookup_key)
    if found is not None:
        return found.price_id
    product_id = _product_of(price.tier)
    if price_tax:
        gateway.keep_tax_code(product_id, codes.SERVICE)
    made = gateway.create_price(
        product_id=product_id,
        amount=price.amount,
        interval=price.interval,
        lookup_key=lookup_key,
        price_tax=price_tax,
        idempotency_key=f"membership-price:{name}",
    )
    return made.price_id


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
