"""Pieces that several objects share."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
ADDRESS_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")


def empty_address() -> Json:
    return dict.fromkeys(ADDRESS_FIELDS)


def empty_list(url: str) -> Json:
    return {"object": "list", "data": [], "has_more": False, "url": url}


def billing_details(
    *, email: str | None = None, name: str | None = None, address: Json | None = None, phone: str | None = None
) -> Json:
    return {
        "address": address or empty_address(),
        "email": email,
        "name": name,
        "phone": phone,
        "tax_id": None,
    }


def automatic_tax() -> Json:
    """Tax is not computed by this server."""
    return {"enabled": False, "liability": None, "status": None, "provider": None}
