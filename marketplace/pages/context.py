"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.accounts.selectors import artist_of


def shop(request: HttpRequest) -> dict[str, Any]:
    """The visitor's storefront (lazily), and where the demo's outbox is."""
    cache: dict[str, Any] = {}

    def my_storefront() -> Any:
        if "artist" not in cache:
            cache["artist"] = artist_of(getattr(request, "user", None))
        return cache["artist"]

    return {
        "my_storefront": my_storefront,
        "OUTBOX_URL": settings.CONFIGURATION.outbox_url,
        "BASE_URL": settings.BASE_URL,
    }
