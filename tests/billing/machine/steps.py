"""What all kinds of steps share: the world, this run's people, and how Stripe is used past the shop."""

from __future__ import annotations

from typing import Any, ClassVar

import stripe
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from billing.gateway.client import client as stripe_client
from marketplace.accounts.models import User
from tests.billing.machine.world import World

any_number = st.integers(0, 10**6)


class Steps(RuleBasedStateMachine):
    """A step that finds nothing to do does nothing."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.people: list[User] = self.world.people()

    def person(self, number: int) -> User:
        return self.people[number % len(self.people)]

    def at_stripe(self, method: str, path: str, **params: Any) -> None:
        """Somebody acts at Stripe, not through the shop; whatever she is answered, it is done or it is not."""
        try:
            stripe_client().raw_request(method, path, **params)
        except (stripe.APIError, stripe.APIConnectionError, stripe.RateLimitError, stripe.InvalidRequestError):
            return
