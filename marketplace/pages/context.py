"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.accounts.countries import country_name
from marketplace.accounts.selectors import artist_of
from marketplace.pages.billing.countries import place_of_visitor


def shop(request: HttpRequest) -> dict[str, Any]:
    """The visitor's storefront and her place for the tax (both lazily), and where the demo's outbox is."""
    cache: dict[str, Any] = {}

    def my_storefront() -> Any:
        if "artist" not in cache:
            cache["artist"] = artist_of(getattr(request, "user", None))
        return cache["artist"]

    def tax_place() -> Any:
        if "place" not in cache:
            cache["place"] = place_of_visitor(request)
        return cache["place"]

    return {
        "my_storefront": my_storefront,
        "tax_place": tax_place,
        "tax_country": lambda: country_name(tax_place().country),
        "OUTBOX_URL": settings.CONFIGURATION.outbox_url,
        "BASE_URL": settings.BASE_URL,
    }
