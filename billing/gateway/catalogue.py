"""Products and prices at Stripe, found by the price's lookup key."""

from dataclasses import dataclass
from typing import Any

from billing.gateway.client import client, done_once, options, translated
from billing.gateway.facts import id_of
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class CataloguePrice:
    """A price at Stripe and the product that it belongs to. ``interval``: month or year; empty: paid once."""

    price_id: str
    product_id: str
    amount: Money
    interval: str


def price_by_lookup_key(lookup_key: str) -> CataloguePrice | None:
    """The active price under ``lookup_key``; None where there is none."""
    params: Any = {"lookup_keys": [lookup_key], "active": True, "limit": 1}
    with translated():
        found = client().v1.prices.list(params).data
    return _price(found[0].to_dict()) if found else None


def keep_tax_code(product_id: str, tax_code: str) -> None:
    """Let Stripe Tax know what sort of thing a product is."""
    with translated():
        client().v1.products.update(product_id, {"tax_code": tax_code})


def create_product(*, name: str, metadata: dict[str, str], idempotency_key: str) -> str:
    """Make a product; answers its id."""
    params: Any = {"name": name, "metadata": metadata}
    return done_once(lambda key: _create_product(params, key), idempotency_key, find=lambda: _product_with(metadata))


def _create_product(params: Any, idempotency_key: str) -> str:
    with translated():
        return client().v1.products.create(params, options(idempotency_key)).id


def _product_with(metadata: dict[str, str]) -> str | None:
    params: Any = {"active": True, "limit": 100}
    with translated():
        for product in client().v1.products.list(params).auto_paging_iter():
            if (product.to_dict().get("metadata") or {}) == metadata:
                return product.id
    return None


def create_price(
    *, product_id: str, amount: Money, interval: str, lookup_key: str, price_tax: str = "", idempotency_key: str
) -> CataloguePrice:
    """Make a price under ``lookup_key``, paid every ``interval`` (month, year; empty: once). It takes the key from an
    older price, which stays for those who have it. ``price_tax``: Stripe's word for whether tax is in it; empty:
    nothing is said of tax.
    """
    params: dict[str, Any] = {
        "product": product_id,
        "currency": amount.currency.lower(),
        "unit_amount": amount.amount_minor,
        "lookup_key": lookup_key,
        "transfer_lookup_key": True,
    }
    if price_tax:
        params["tax_behavior"] = price_tax
    if interval:
        params["recurring"] = {"interval": interval}
    return done_once(
        lambda key: _create_price(params, key),
        idempotency_key,
        find=lambda: _price_made(lookup_key, product_id, amount, interval),
    )


def _create_price(params: dict[str, Any], idempotency_key: str) -> CataloguePrice:
    with translated():
        answer = client().v1.prices.create(params, options(idempotency_key))  # type: ignore[arg-type]
    return _price(answer.to_dict())


def _price_made(lookup_key: str, product_id: str, amount: Money, interval: str) -> CataloguePrice | None:
    found = price_by_lookup_key(lookup_key)
    wanted = (product_id, amount, interval)
    is_it = found is not None and (found.product_id, found.amount, found.interval) == wanted
    return found if is_it else None


def _price(price: dict[str, Any]) -> CataloguePrice:
    return CataloguePrice(
        price_id=price["id"],
        product_id=id_of(price["product"]) or "",
        amount=Money(price["unit_amount"], price["currency"].upper()),
        interval=(price["recurring"] or {}).get("interval", ""),
    )
