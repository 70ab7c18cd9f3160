"""A worker of the real queue, the local Stripe, an artist with tiers, and a member on a test clock."""

from __future__ import annotations

import pytest

from marketplace.memberships.models import Membership
from tests.billing.conftest import run_jobs, shop, wait_for_event
from tests.billing.subscribers import put_on_clock, utc
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.memberships import offered_tier
from tests.memberships.members import join_and_pay

__all__ = ["run_jobs", "shop", "wait_for_event"]
START = utc(2027, 1, 31, 10)


@pytest.fixture
def artist(transactional_db):
    return ArtistFactory(name="Aoi")


@pytest.fixture
def low(artist):
    return offered_tier(artist, 1, 500, 5000, name_en="Friend", name_zh_hans="朋友")


@pytest.fixture
def high(artist):
    return offered_tier(artist, 3, 1500, 15000, name_en="Patron")


@pytest.fixture
def user(shop):
    return UserFactory(language="en")


@pytest.fixture
def clock(user):
    return put_on_clock(user, START)


@pytest.fixture
def member(user, clock, low, wait_for_event) -> Membership:
    """A member at the lower tier, whose first month is paid."""
    started = join_and_pay(user, low)
    wait_for_event("invoice.paid")
    started.membership.refresh_from_db()
    return started.membership
