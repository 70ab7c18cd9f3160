"""What all kinds of steps share: the world, this run's people, and how Stripe is used past the shop."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

import stripe
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from billing.gateway.client import client as stripe_client
from billing.models import CreditPurchase, PaidPeriod
from marketplace.accounts.models import User
from marketplace.orders.models import Order
from tests.billing.machine.world import World

any_number = st.integers(0, 10**6)


def step(**drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule whose every use is noted with its moment."""

    def noting(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def noted(self: Steps, *args: object, **arguments: object) -> None:
            self.world.note(f"{method.__name__} {list(args) or ''} {arguments or ''}")
            with self.world.timed(method.__name__):
                method(self, *args, **arguments)

        return rule(**drawn)(noted)

    return noting


class Steps(RuleBasedStateMachine):
    """A step that finds nothing to do does nothing."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.world.bring_people()
        self._paid_sessions: dict[str, str] = {}

    @property
    def people(self) -> list[User]:
        """This run's."""
        return self.world.people

    def person(self, number: int) -> User:
        return self.people[number % len(self.people)]

    def orders(self, **wanted: object) -> list[Order]:
        """This run's people's, the oldest first."""
        return list(Order.objects.filter(buyer__in=self.people, **wanted).order_by("created_at"))

    def payments(self) -> list[str]:
        """Of their orders and packs that Stripe knows as paid, heard of or not; and of the months of their plans."""
        sessions = [order.checkout_session_id for order in self.orders()]
        packs = CreditPurchase.objects.filter(user__in=self.people).order_by("created_at")
        sessions += [pack.checkout_session_id for pack in packs]
        found = []
        for session_id in filter(None, sessions):
            if session_id not in self._paid_sessions:
                session = stripe_client().v1.checkout.sessions.retrieve(session_id)
                if session.payment_status == "paid" and session.payment_intent:
                    self._paid_sessions[session_id] = str(session.payment_intent)
            if session_id in self._paid_sessions:
                found.append(self._paid_sessions[session_id])
        periods = PaidPeriod.objects.filter(subscription__user__in=self.people).exclude(payment_ref="")
        return found + list(periods.order_by("created_at").values_list("payment_ref", flat=True))

    def at_stripe(self, method: str, path: str, **params: Any) -> None:
        """Somebody acts at Stripe, not through the shop; whatever she is answered, it is done or it is not."""
        try:
            stripe_client().raw_request(method, path, **params)
        except (stripe.APIError, stripe.APIConnectionError, stripe.RateLimitError, stripe.InvalidRequestError):
            return
