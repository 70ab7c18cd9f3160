"""Any steps in any order, and Stripe misbehaving: the ledger always balanced, and equal to Stripe's books at the end.

``make check`` takes some 200 steps, ``make faults`` 10,000. ``ATELIER_MACHINE_SEED`` takes other steps than usual.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.models import Dispute, Entry, Payout, Sale, StripeEvent
from billing.services.reconciling import copy_movements, post_what_stripe_says
from marketplace.core.clock import now
from tests.billing.machine.machine import Billing
from tests.billing.machine.world import World
from tests.billing.quiet_books import end_plans_of_other_tests
from tests.faults.size import campaign_size

SEED = int(os.environ.get("ATELIER_MACHINE_SEED", "20261127"))
STEPS_A_RUN = 50


@pytest.fixture
def world(shop):
    end_plans_of_other_tests()
    copy_movements()
    post_what_stripe_says()
    time.sleep(1.1)  # Stripe's moments are whole seconds
    world = World(now().replace(microsecond=0))
    yield world
    world.come_to_rest()


def take(world: World, *, steps: int) -> None:
    """So many steps, in runs of ``STEPS_A_RUN``."""
    Billing.world = world
    began = time.monotonic()
    run_state_machine_as_test(
        seed(SEED)(Billing),
        settings=settings(
            max_examples=max(1, steps // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=timedelta(minutes=10),
            database=None,
            # What happened cannot be made to happen again: Stripe's books go on.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(
        f"steps: {world.steps}\nseed: {SEED}\nseconds: {time.monotonic() - began:.0f}\n"
        f"sales: {Sale.objects.count()}\ndisputes: {Dispute.objects.count()}\npayouts: {Payout.objects.count()}\n"
        f"events: {StripeEvent.objects.count()}\nentries: {Entry.objects.count()}"
    )
    assert Sale.objects.count() > steps // 50


def test_some_steps_of_all_of_billing_agree_with_stripes_books(world):
    take(world, steps=200)


@pytest.mark.faults
def test_10000_steps_of_all_of_billing_agree_with_stripes_books(world):
    take(world, steps=campaign_size(short=50, full=10_000))
