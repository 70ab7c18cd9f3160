"""What a plan gives in the studio: a share of the workers, and room for LoRA files."""

from datetime import timedelta

import pytest

from billing.models import PlanSubscription
from marketplace.core.clock import now
from marketplace.studio.loras.adding import MOST_LORAS, most_loras
from marketplace.studio.models import PlanShare
from marketplace.studio.shares import share_of, shares_of
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory

pytestmark = pytest.mark.django_db


def person_with(plan, **fields):
    return PlanSubscription.objects.create(user=UserFactory(), plan=plan, **{"state": "active", **fields}).user


def test_the_share_is_the_plans_unless_an_administrator_says_otherwise():
    plan = PlanFactory(queue_weight=8)
    user = person_with(plan)
    assert share_of(user) == 8.0
    assert share_of(UserFactory()) == 1.0
    PlanShare.objects.create(plan=plan, weight="2.5")
    assert share_of(user) == 2.5


def test_shares_take_one_query_however_many_plans(django_assert_num_queries):
    plans = [PlanFactory(queue_weight=number) for number in range(1, 6)]
    with django_assert_num_queries(1):
        assert list(shares_of(plans).values()) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_plan_keeps_more_lora_files_and_never_fewer():
    assert most_loras(UserFactory()) == MOST_LORAS
    assert most_loras(person_with(PlanFactory(private_loras=50))) == 50
    assert most_loras(person_with(PlanFactory(private_loras=1))) == MOST_LORAS
    assert most_loras(person_with(PlanFactory(private_loras=None))) == MOST_LORAS


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "past_due", "grace_ends_at": now() - timedelta(days=1)},
        {"state": "canceled"},
        {"paused_from": now() - timedelta(days=1), "paused_until": now() + timedelta(days=1)},
    ],
)
def test_a_plan_that_is_not_in_force_gives_neither(fields):
    user = person_with(PlanFactory(private_loras=50, queue_weight=8), **fields)
    assert (most_loras(user), share_of(user)) == (MOST_LORAS, 1.0)
