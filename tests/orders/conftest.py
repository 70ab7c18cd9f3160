"""A worker of the real queue, the local Stripe, and buyers at its hosted page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.orders.models import Order
from tests.billing.conftest import run_jobs, wait_for_event
from tests.demo.localstripe.server import Page, card_form, visit

__all__ = ["run_jobs", "wait_for_event"]


@pytest.fixture
def shop(local_stripe: object, settings: object, live_server: object) -> None:
    """Stripe sends buyers back to the test server."""
    settings.BASE_URL = live_server.url  # type: ignore[attr-defined]


@pytest.fixture
def pay() -> Callable[..., Page]:
    """Fills and sends the hosted page's form of an order."""

    def send(order: Order, number: str = "4242 4242 4242 4242", *, address: str = "") -> Page:
        return visit(address or order.checkout_url, card_form(number))

    return send
