"""Webhook endpoints."""

from __future__ import annotations

from .parts import Json


def webhook_endpoint(*, id: str, created: int, url: str, enabled_events: list[str]) -> Json:
    """Without ``secret``, which is shown once, in the answer to its creation."""
    return {
        "id": id,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": created,
        "description": None,
        "enabled_events": enabled_events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
