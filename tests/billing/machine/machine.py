"""All steps together, with events handled now and then and a Stripe that is told to misbehave."""

from __future__ import annotations

import random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from billing.services import reconcile
from tests.billing.machine.credits import Credits
from tests.billing.machine.jobs import do_jobs
from tests.billing.machine.plans import Plans
from tests.billing.machine.refunds import Refunds
from tests.billing.machine.resting import come_to_rest
from tests.billing.machine.sales import CARDS, Sales
from tests.billing.machine.steps import any_number, step
from tests.demo.localstripe.server import tell

WEBHOOKS = {
    "shuffled": {"reorder_s": 0.5},
    "repeated": {"repeat": [1, 3], "together": True},
    "late": {"delay_s": [0, 1], "probability": 0.5},
    "lost": {"drop": True, "probability": 0.2},
}
ANSWERS = (
    "rate_limit",
    "error_before_work",
    "close_before_work",
    "error_after_work",
    "unavailable_after_work",
    "close_after_work",
)
# What the steps themselves look up is answered.
ASKED_BY_THE_SHOP = (("POST", "/v1/*"), ("GET", "/v1/disputes/*"), ("GET", "/v1/refunds/*"))
# All invariants read the whole ledger: seldom where it is long.
ALL_INVARIANTS_EVERY = 10


class Billing(Sales, Refunds, Credits, Plans):
    """One run: some steps with people of its own; then all comes to rest and the books are compared."""

    @initialize(cards=st.lists(st.sampled_from(sorted(CARDS)), min_size=3, max_size=5), pack=st.booleans())
    def begin_with_something(self, cards: list[str], pack: bool) -> None:
        """So that the steps after it find something to do."""
        for number, card in enumerate(cards):
            self.buy(number, number * 3, card)
        self.subscribe(0, "studio", "month", "good")
        if pack:
            self.buy_a_pack(1, "pack-100")
        self.give(2, 40, 30)
        self.world.handle(random.Random(len(cards)), 20)

    @step(seed=any_number, most=st.integers(1, 20))
    def handle_events(self, seed: int, most: int) -> None:
        self.world.handle(random.Random(seed), most)

    @step(seed=any_number, how=st.sets(st.sampled_from(sorted(WEBHOOKS))), answers=st.sets(st.sampled_from(ANSWERS)))
    def misbehave(self, seed: int, how: set[str], answers: set[str]) -> None:
        requests = [
            {"method": method, "path": path, "effect": effect, "probability": 0.03}
            for effect in sorted(answers)
            for method, path in ASKED_BY_THE_SHOP
        ]
        tell(
            self.world.base, {"seed": seed, "webhooks": [WEBHOOKS[name] for name in sorted(how)], "requests": requests}
        )

    @step()
    def do_what_is_due(self) -> None:
        do_jobs(self.world)

    @step()
    def compare_with_stripe(self) -> None:
        """As every night: what one side knows for less than an hour is no difference."""
        with self.world.unanswered():
            assert reconcile(since=self.world.begun).differences == 0

    @invariant()
    def every_new_transaction_is_balanced(self) -> None:
        self.world.steps += 1
        with self.world.timed("invariants"):
            assert self.world.unbalanced_since_last_time() == 0
            if self.world.steps % ALL_INVARIANTS_EVERY == 0:
                self.world.require(self.world.faults() + self.check_credits())

    def teardown(self) -> None:
        with self.world.timed("coming to rest"):
            come_to_rest(self.world)
        with self.world.timed("comparing at rest"):
            wrong = self.world.differences()
        wrong += [*self.check_sales(), *self.check_refunds(), *self.check_credits()]
        self.world.require([*wrong, *self.check_top_ups(), *self.check_plans()])
