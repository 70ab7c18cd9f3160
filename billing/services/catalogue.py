"""Bringing the tables and Stripe into line with the catalogue. May run at every start, and twice at once."""

from collections.abc import Sequence

from django.db import transaction

from billing import gateway
from billing.catalogue import PACKS, PLANS, Offer, PlanOffer
from billing.gateway import CataloguePrice, StripeObjectMissing
from billing.models import CreditPack, Interval, Plan, PlanPrice
from marketplace.core.money import Money


def sync_catalogue() -> list[str]:
    """Write every pack and plan, take down what is not in the catalogue; answers the codes that are on sale.

    A changed price becomes a new price at Stripe; who subscribed at the old one keeps it.
    """
    return [*_sync_packs(PACKS), *_sync_plans(PLANS)]


def _sync_packs(offers: Sequence[Offer]) -> list[str]:
    codes = [offer.code for offer in offers]
    CreditPack.objects.exclude(code__in=codes).update(is_active=False)
    for offer in offers:
        row, _ = CreditPack.objects.update_or_create(code=offer.code, defaults=_common(offer))
        _take_price(row, _price_at_stripe(row, row.price, interval="", lookup_key=row.lookup_key))
    return codes


def _sync_plans(offers: Sequence[PlanOffer]) -> list[str]:
    codes = [offer.code for offer in offers]
    Plan.objects.exclude(code__in=codes).update(is_active=False)
    for offer in offers:
        row, _ = Plan.objects.update_or_create(
            code=offer.code,
            defaults={
                **_common(offer),
                "audience": offer.audience,
                "rank": offer.rank,
                "annual_price_minor": offer.annual_price_minor,
                "trial_days": offer.trial_days,
                "trial_credits": offer.trial_credits,
                "fee_basis_points": offer.fee_basis_points,
                "private_loras": offer.private_loras,
                "queue_weight": offer.queue_weight,
                "licences_each_month": offer.licences_each_month,
                "early_access_hours": offer.early_access_hours,
            },
        )
        monthly = _price_at_stripe(row, row.price, interval="month", lookup_key=row.lookup_key)
        _take_price(row, monthly)
        _keep_plan_price(row, Interval.MONTH, monthly)
        annual = row.annual_price
        if annual is not None:
            key = f"{row.lookup_key}_annual"
            _keep_plan_price(row, Interval.YEAR, _price_at_stripe(row, annual, interval="year", lookup_key=key))
        else:
            PlanPrice.objects.filter(plan=row, interval=Interval.YEAR).update(is_current=False)
    return codes


def _common(offer: Offer) -> dict[str, object]:
    return {
        "name_en": offer.name_en,
        "name_zh_hans": offer.name_zh_hans,
        "credits": offer.credits,
        "credits_last_days": offer.credits_last_days,
        "price_minor": offer.price_minor,
        "currency": offer.currency,
        "lookup_key": offer.lookup_key,
        "is_active": True,
    }


def _take_price(row: CreditPack | Plan, price: CataloguePrice) -> None:
    row.stripe_price_id = price.price_id
    row.stripe_product_id = price.product_id
    row.save(update_fields=["stripe_price_id", "stripe_product_id"])


@transaction.atomic
def _keep_plan_price(plan: Plan, interval: Interval, price: CataloguePrice) -> None:
    """Note the price as the current one of its interval."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    PlanPrice.objects.filter(plan=plan, interval=interval).exclude(stripe_price_id=price.price_id).update(
        is_current=False
    )
    PlanPrice.objects.update_or_create(
        stripe_price_id=price.price_id,
        defaults={
            "plan": plan,
            "interval": interval,
            "amount_minor": price.amount.amount_minor,
            "currency": price.amount.currency,
            "is_current": True,
        },
    )


def _price_at_stripe(row: CreditPack | Plan, amount: Money, *, interval: str, lookup_key: str) -> CataloguePrice:
    price = gateway.price_by_lookup_key(lookup_key)
    if price is not None and (price.amount, price.interval) == (amount, interval):
        return price
    product_id = price.product_id if price else row.stripe_product_id
    instead_of = price.price_id if price else "none"
    terms = (amount, interval, lookup_key, instead_of)
    try:
        return _new_price(product_id or _new_product(row), *terms)
    except StripeObjectMissing:  # this Stripe does not know the product that we remember
        return _new_price(_new_product(row), *terms)


def _new_product(row: CreditPack | Plan) -> str:
    return gateway.create_product(
        name=f"Atelier {row.name_en}",
        metadata={"code": row.code},
        idempotency_key=f"product:{row.lookup_key}",
    )


def _new_price(product_id: str, amount: Money, interval: str, lookup_key: str, instead_of: str) -> CataloguePrice:
    # What it replaces is part of the key, so that a price that comes back is made anew.
    key = f"price:{product_id}:{instead_of}:{amount.amount_minor}:{amount.currency}"
    return gateway.create_price(
        product_id=product_id,
        amount=amount,
        interval=interval,
        lookup_key=lookup_key,
        idempotency_key=f"{key}:{interval}" if interval == "year" else key,
    )
