"""The query string under which the search page shows a search, for whoever did not come from that page."""

from decimal import Decimal
from urllib.parse import urlencode

from recommendations.selectors.filters import WorkFilter


def address_of_search(query: str, filters: WorkFilter) -> str:
    """What the page's form would send, its fields in its order. A tag has a page of its own, and no place there."""
    words = {
        "q": " ".join(query.split()),
        "medium": filters.medium,
        "licence": filters.licence,
        "colour": filters.colour,
        "price_from": _major(filters.price_from_minor),
        "price_to": _major(filters.price_to_minor),
        "aspect": filters.aspect,
        "origin": filters.origin,
        "model": filters.model,
        "artist": filters.artist_handle,
    }
    return urlencode({name: value for name, value in words.items() if value})


def _major(minor: int | None) -> str:
    return "" if minor is None else format(Decimal(minor) / 100, "f").removesuffix(".00")
