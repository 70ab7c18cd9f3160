"""Bringing the tables and Stripe into line with the catalogue. May run at every start, and twice at once."""

from collections.abc import Sequence

from billing import gateway
from billing.catalogue import PACKS, PLANS, Offer
from billing.gateway import StripeObjectMissing
from billing.models import CreditPack, Plan


def sync_catalogue() -> list[str]:
    """Write every pack and plan, take down what is not in the catalogue; answers the codes that are on sale.

    A changed price becomes a new price at Stripe; who subscribed at the old one keeps it.
    """
    return [*_sync(CreditPack, PACKS, every_month=False), *_sync(Plan, PLANS, every_month=True)]


def _sync(model: type[CreditPack] | type[Plan], offers: Sequence[Offer], *, every_month: bool) -> list[str]:
    codes = [offer.code for offer in offers]
    model.objects.exclude(code__in=codes).update(is_active=False)
    for offer in offers:
        row, _ = model.objects.update_or_create(
            code=offer.code,
            defaults={
                "name_en": offer.name_en,
                "name_zh_hans": offer.name_zh_hans,
                "credits": offer.credits,
                "credits_last_days": offer.credits_last_days,
                "price_minor": offer.price_minor,
                "currency": offer.currency,
                "lookup_key": offer.lookup_key,
                "is_active": True,
            },
        )
        _sync_price(row, every_month=every_month)
    return codes


def _sync_price(row: CreditPack | Plan, *, every_month: bool) -> None:
    price = gateway.price_by_lookup_key(row.lookup_key)
    if price is None or (price.amount, price.every_month) != (row.price, every_month):
        product_id = price.product_id if price else row.stripe_product_id
        instead_of = price.price_id if price else "none"
        try:
            price = _new_price(row, product_id or _new_product(row), instead_of, every_month=every_month)
        except StripeObjectMissing:  # this Stripe does not know the product that we remember
            price = _new_price(row, _new_product(row), instead_of, every_month=every_month)
    row.stripe_price_id = price.price_id
    row.stripe_product_id = price.product_id
    row.save(update_fields=["stripe_price_id", "stripe_product_id"])


def _new_product(row: CreditPack | Plan) -> str:
    return gateway.create_product(
        name=f"Atelier {row.name_en}",
        metadata={"code": row.code},
        idempotency_key=f"product:{row.lookup_key}",
    )


def _new_price(
    row: CreditPack | Plan, product_id: str, instead_of: str, *, every_month: bool
) -> gateway.CataloguePrice:
    return gateway.create_price(
        product_id=product_id,
        amount=row.price,
        every_month=every_month,
        lookup_key=row.lookup_key,
        # What it replaces is part of the key, so that a price that comes back is made anew.
        idempotency_key=f"price:{product_id}:{instead_of}:{row.price_minor}:{row.currency}",
    )
