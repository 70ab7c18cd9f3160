"""People who join through Stripe's hosted page, and what tests read of them."""

from __future__ import annotations

from typing import Any

from billing.models import Interval
from marketplace.accounts.models import User
from marketplace.memberships.models import Membership, Tier
from marketplace.memberships.services import StartedMembership, join
from tests.billing.subscribers import GOOD_CARD, stripe_api
from tests.demo.localstripe.server import card_form, visit
from tests.factories.memberships import price_of

WORDING = "1/en"


def begin(user: User, tier: Tier, interval: str = Interval.MONTH) -> StartedMembership:
    return join(user=user, price_id=price_of(tier, interval).pk, consent=WORDING)


def pay(url: str, card: str = GOOD_CARD) -> None:
    page = visit(url, card_form(card))
    assert page.status == 303, page.text


def join_and_pay(user: User, tier: Tier, interval: str = Interval.MONTH, *, card: str = GOOD_CARD) -> StartedMembership:
    started = begin(user, tier, interval)
    pay(started.checkout_url, card)
    return started


def subscriptions_of(membership: Membership) -> list[Any]:
    """All that Stripe has for this member, in any state."""
    found = stripe_api().v1.subscriptions.list({"customer": membership.customer_id, "status": "all", "limit": 100})
    return list(found.data)
