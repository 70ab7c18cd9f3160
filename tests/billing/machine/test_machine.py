"""Any steps in any order, and Stripe misbehaving: the ledger always balanced, and equal to Stripe's books at the end.

``make check`` takes some 200 steps, ``make faults`` 10,000. ``ATELIER_MACHINE_SEED`` takes other steps than usual.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.models import Dispute, Entry, Payout, PlanChange, Sale, StripeEvent
from billing.services import reconciling
from billing.services.reconciling import copy_movements, post_what_stripe_says
from marketplace.core.clock import now
from marketplace.orders.models import RefundRequest
from marketplace.risk.models import Verdict
from tests.billing.machine.machine import Billing
from tests.billing.machine.resting import come_to_rest
from tests.billing.machine.world import World
from tests.billing.quiet_books import end_plans_of_other_tests
from tests.faults.size import campaign_size

SEED = int(os.environ.get("ATELIER_MACHINE_SEED", "20261127"))
STEPS_A_RUN = 50


# A campaign's buyers share cards; what is held is held for Radar's word, and for a person to decide.
FEW_RULES = {
    f"fraud_{name}": 0
    for name in ("orders_per_hour_on_card", "orders_per_hour_on_network", "declined_cards", "people_per_card")
}
# What is kept back may be released at once, and is by a step.
WITH_A_RESERVE = {"reserve_basis_points": 1000, "reserve_until_sales": 100_000, "reserve_days": 0}


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """A line for each request to Stripe and each job would be hundreds of thousands."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(shop, settings, monkeypatch, quiet_log):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={**FEW_RULES, **WITH_A_RESERVE})
    # Every comparison reads Stripe's books anew from so long before the newest that it knows: two days are all of it.
    monkeypatch.setattr(reconciling, "_OVERLAP", timedelta(minutes=2))
    end_plans_of_other_tests()
    copy_movements()
    post_what_stripe_says()
    time.sleep(1.1)  # Stripe's moments are whole seconds
    world = World(now().replace(microsecond=0))
    yield world
    come_to_rest(world)


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
        f"events: {StripeEvent.objects.count()}\nentries: {Entry.objects.count()}\n"
        f"plan changes: {PlanChange.objects.filter(state='done').count()}\n"
        f"refunds asked for: {RefundRequest.objects.count()}\n"
        f"held or warned of: {Verdict.objects.exclude(outcome='allow').count()}\n"
        f"differences: {world.differences_found}\n"
        f"most seconds: {', '.join(f'{what} {seconds:.0f}' for what, seconds in world.seconds.most_common(12))}"
    )
    assert Sale.objects.count() > steps // 50


def test_some_steps_of_all_of_billing_agree_with_stripes_books(world):
    take(world, steps=200)


@pytest.mark.faults
def test_10000_steps_of_all_of_billing_agree_with_stripes_books(world):
    take(world, steps=campaign_size(short=50, full=10_000))
