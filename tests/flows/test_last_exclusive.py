"""Sixty-four processes buy the last exclusive licence at once: one sale, the others are told and not charged."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from billing.gateway.client import client as stripe_client
from billing.models import Sale
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.orders.models import Order
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import begun_order
from tests.faults.size import campaign_size
from tests.orders.conftest import run_jobs, shop, wait_for_event

BUYERS = 64
ROUNDS, ROUNDS_IN_FULL = 4, 200

__all__ = ["run_jobs", "shop", "wait_for_event"]
pytestmark = pytest.mark.usefixtures("shop")


def payments_of(orders):
    """What Stripe's own books say of these orders: (paid, given back in full)."""
    references = {str(order.pk) for order in orders}
    intents = [
        intent.id
        for intent in stripe_client().v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        if intent.to_dict()["metadata"].get("order") in references
    ]
    charges = [
        charge.to_dict()
        for intent in intents
        for charge in stripe_client().v1.charges.list({"payment_intent": intent}).auto_paging_iter()
    ]
    paid = [charge for charge in charges if charge["status"] == "succeeded"]
    return len(paid), len([charge for charge in paid if charge["refunded"]])


def test_sixty_four_processes_press_buy_at_once(wait_for_event, run_jobs):
    work = work_on_sale(terms=("exclusive",))
    buyers = [str(UserFactory().pk) for _n in range(BUYERS)]
    arguments = {"offer": str(offer_of(work, "exclusive").pk), "buyers": buyers}
    codes = at_once("tests.flows.last_exclusive:buy", arguments, processes=BUYERS, threads=1)
    # Those who came while she was paying were told that it is held; the licence cannot be sold before the webhook.
    assert Counter(codes) == {"ok": 1, "work_held": 63}
    wait_for_event("checkout.session.completed")
    run_jobs()
    work.refresh_from_db()
    assert work.sold_exclusively
    order = Order.objects.get()
    assert (order.state, order.total) == ("paid", Money(25000, "USD"))
    assert LicenceGrant.objects.get().holder == order.buyer
    assert Sale.objects.count() == 1
    assert not LicenceHold.objects.filter(released_at=None).exists()
    assert payments_of([order]) == (1, 0)


def test_sixteen_pages_that_are_all_open_and_paid_at_once_make_one_sale_and_fifteen_refunds(wait_for_event, run_jobs):
    """The worst case: pages that we lost sight of (a crash between Stripe's answer and our write), all paid at once."""
    work = work_on_sale(terms=("exclusive",))
    orders = []
    for _n in range(16):
        orders.append(begun_order(work, "exclusive"))
        Order.objects.filter(pk=orders[-1].pk).update(checkout_session_id="", state="expired")
        LicenceHold.objects.filter(work=work, released_at=None).update(released_at=orders[-1].created_at)
    codes = at_once(
        "tests.flows.last_exclusive:pay", {"addresses": [o.checkout_url for o in orders]}, processes=4, threads=4
    )
    assert codes == ["ok"] * 16
    wait_for_event("checkout.session.completed", count=16)
    for _round in range(3):
        run_jobs()
    states = Counter(Order.objects.values_list("state", "refusal"))
    assert states == {("paid", ""): 1, ("refunded", "sold_exclusively"): 15}
    assert LicenceGrant.objects.count() == 1
    assert Sale.objects.count() == 1
    assert payments_of(orders) == (16, 15)


def sell_in_rounds(rounds, wait_for_event, run_jobs) -> None:
    """All buyers on each of so many works, round after round: one sale of each, and one payment at Stripe."""
    works = [work_on_sale(terms=("exclusive",)) for _round in range(rounds)]
    buyers = [str(UserFactory().pk) for _n in range(BUYERS)]
    arguments = {"offers": [str(offer_of(work, "exclusive").pk) for work in works], "buyers": buyers}
    began = time.monotonic()
    codes = at_once("tests.flows.last_exclusive:buy_in_rounds", arguments, processes=BUYERS, threads=1, timeout_s=3600)
    assert codes == ["ok"] * BUYERS
    wait_for_event("checkout.session.completed", count=rounds)
    run_jobs()
    print(f"buyers: {BUYERS}\nrounds: {rounds}\nseconds: {time.monotonic() - began:.0f}")
    orders = list(Order.objects.all())
    assert Counter(order.state for order in orders) == {"paid": rounds}
    assert Sale.objects.count() == rounds
    assert set(LicenceGrant.objects.values_list("work_id", flat=True)) == {work.pk for work in works}
    assert LicenceGrant.objects.count() == rounds
    assert not LicenceHold.objects.filter(released_at=None).exists()
    assert payments_of(orders) == (rounds, 0)


def test_sixty_four_buyers_in_a_few_rounds_make_as_many_sales(wait_for_event, run_jobs):
    sell_in_rounds(ROUNDS, wait_for_event, run_jobs)


@pytest.mark.faults
def test_sixty_four_buyers_in_200_rounds_make_200_sales(wait_for_event, run_jobs):
    sell_in_rounds(campaign_size(short=ROUNDS, full=ROUNDS_IN_FULL), wait_for_event, run_jobs)
