"""Refunds asked for and decided, of a licence that was paid at the local Stripe."""

import pytest
from django.contrib.auth.models import Permission

from billing.gateway.client import client as stripe_client
from billing.selectors import artist_balance
from marketplace.core.money import Money
from marketplace.orders.models import OrderLine, RefundRequest
from marketplace.orders.services import (
    ask_refund,
)
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.fixture
def line(pay, wait_for_event) -> OrderLine:
    """A licence, bought and paid at the local Stripe."""
    begun = begun_order(work_on_sale(), "personal", buyer=UserFactory(email="mei@example.org"))
    pay(begun)
    wait_for_event("checkout.session.completed")
    return begun.lines.select_related("order__buyer", "work__artist__user", "grant").get()


def artist_of(line: OrderLine):
    return line.work.artist.user


def asked(line: OrderLine, **more) -> RefundRequest:
    return ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="not_as_described", **more)


def judge():
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_refundrequest"))
    return type(clerk).objects.get(pk=clerk.pk)


def refunds_at_stripe(line: OrderLine) -> list[int]:
    found = stripe_client().v1.refunds.list({"payment_intent": line.order.payment_intent_id}).data
    return [refund.amount for refund in found]


def pending(line: OrderLine) -> int:
    return artist_balance(line.work.artist).pending.amount_minor
