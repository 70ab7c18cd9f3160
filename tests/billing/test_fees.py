"""The platform's fee by the artist's plan."""

from datetime import timedelta

import pytest

from billing.errors import SaleDiffers
from billing.models import PlanSubscription
from billing.selectors import fee_basis_points_of
from billing.services import platform_fee, record_sale
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PlanFactory, sell

pytestmark = pytest.mark.django_db
STATE = PlanSubscription.State


def plan_for(user, *, fee=400, **fields):
    audience = fields.pop("audience", "artist")
    return PlanSubscription.objects.create(
        **{
            "user": user,
            "plan": PlanFactory(fee_basis_points=fee, audience=audience),
            "audience": audience,
            "state": STATE.ACTIVE,
            **fields,
        }
    )


def test_a_sale_takes_the_fee_of_the_artists_plan():
    artist = ArtistFactory()
    plan_for(artist.user)
    assert platform_fee(Money(1999, "USD"), artist) == Money(80, "USD")
    assert sell(artist, 2000).fee == Money(80, "USD")
    assert sell(ArtistFactory(), 2000).fee == Money(200, "USD")


def test_a_repetition_after_the_plan_changed_is_the_same_sale():
    artist = ArtistFactory()
    what = {"order_ref": "order:1", "line_ref": "line:1", "artist": artist, "gross": Money(2000, "USD")}
    first = record_sale(**what)
    plan_for(artist.user)
    assert record_sale(**what) == first
    assert first.fee == Money(200, "USD")
    with pytest.raises(SaleDiffers):
        record_sale(**what, fee=Money(80, "USD"))


def test_a_plan_never_makes_the_fee_larger():
    user = UserFactory()
    plan_for(user, fee=2500)
    assert fee_basis_points_of(user.pk) == 1000


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 400),
        ({"state": STATE.TRIALING}, 400),
        ({"state": STATE.STARTING}, 1000),
        ({"state": STATE.INCOMPLETE}, 1000),
        ({"state": STATE.CANCELED}, 1000),
        ({"state": STATE.UNPAID}, 1000),
        ({"fee": None}, 1000),
        ({"audience": "buyer"}, 1000),
        ({"state": STATE.PAST_DUE, "grace_ends_at": now() + timedelta(days=1)}, 400),
        ({"state": STATE.PAST_DUE, "grace_ends_at": now() - timedelta(days=1)}, 1000),
        ({"paused_from": now() + timedelta(days=1), "paused_until": now() + timedelta(days=9)}, 400),
        ({"paused_from": now() - timedelta(days=1), "paused_until": now() + timedelta(days=9)}, 1000),
        ({"paused_from": now() - timedelta(days=9), "paused_until": now() - timedelta(days=1)}, 400),
    ],
)
def test_the_fee_is_lower_while_the_plan_is_in_force(fields, expected):
    user = UserFactory()
    plan_for(user, **fields)
    assert fee_basis_points_of(user.pk) == expected
