"""Seven events of one purchase, in every order, each one to five times, from two processes: they reach one state.

The purchase, its refund and its dispute are made at the local Stripe; its events and what it answers are then those of
thousands of copies of the purchase (`replay`). ``make check`` tries some seventy orders, ``make faults`` all 5,040, and
the 720 of a dispute that is lost, which has six events.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from billing.checks import ledger_figures
from billing.models import StripeEvent
from marketplace.orders.services import closing
from tests.billing.processes import at_once
from tests.demo.localstripe.server import wait_until
from tests.faults.size import campaign_size
from tests.flows.orderings.copies import bodies_of, open_copies
from tests.flows.orderings.digests import Digest, digests_of
from tests.flows.orderings.replay import Replay
from tests.flows.orderings.story import Story, tell
from tests.orders.conftest import run_jobs, shop, wait_for_event

__all__ = ["run_jobs", "shop", "wait_for_event"]
pytestmark = pytest.mark.usefixtures("shop")
SEED = 7
WON = {
    "checkout.session.completed",
    "refund.created",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
}


def a_few(events: int, count: int) -> list[tuple[int, ...]]:
    """The order in which they happened, its reverse, each pair of neighbours changed, and ``count`` by chance."""
    happened = tuple(range(events))
    orders = [happened, happened[::-1]]
    for place in range(events - 1):
        swapped = list(happened)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        orders.append(tuple(swapped))
    chance = random.Random(SEED)
    return orders + [tuple(chance.sample(happened, events)) for _ in range(count)]


@pytest.fixture
def told(request, wait_for_event, run_jobs):
    """The purchase, and the state in which it is when the queue's worker has handled everything as it came."""
    story = tell(evidence=request.param)
    for kind in sorted({event["type"] for _stage, event in story.events}):
        wait_for_event(kind)

    def is_all_processed() -> bool:
        run_jobs()
        return not StripeEvent.objects.exclude(state=StripeEvent.State.PROCESSED).exists()

    wait_until(is_all_processed, timeout_s=90, what="the last event")
    return story, digests_of([story.order])[story.order.pk]


def in_every_order(
    story: Story,
    orders: Sequence[Sequence[int]],
    folder: Path,
    monkeypatch,
    and_then: Callable[[], None] = lambda: None,
) -> list[Digest]:
    """The states that copies of the purchase reach, one copy for each order, when ``and_then`` was done."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    copies = open_copies(story, len(orders))
    plan = folder / "plan.jsonl"
    with plan.open("w") as lines:
        for number, (copy, order) in enumerate(zip(copies, orders, strict=True)):
            task = {
                "copy": number,
                "order": list(order),
                "bodies": bodies_of(story, copy, number),
                "stages": [stage for stage, _event in story.events],
            }
            lines.write(json.dumps(task) + "\n")
    replay = Replay(story, [copy.pk for copy in copies], seed=SEED)
    monkeypatch.setenv("STRIPE_API_BASE", replay.address)
    began = time.monotonic()
    try:
        arguments = {"plan": str(plan), "replay": replay.address, "seed": SEED}
        codes = at_once("tests.flows.orderings.handing:hand_out", arguments, processes=2, threads=1, timeout_s=4 * 3600)
    finally:
        replay.stop()
    assert codes == ["ok", "ok"]
    assert replay.asked > len(orders)
    print(f"orders: {len(orders)}\nseconds: {time.monotonic() - began:.0f}")
    and_then()
    return list(digests_of(copies).values())


def end_disputed_licences() -> None:
    """The jobs that end them, of all that wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'orders.end_disputed_licence'")
        jobs = [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]
    for job in jobs:
        closing.end_disputed_licence(line_id=UUID(job["line_id"]), dispute_id=job["dispute_id"])


def assert_one_state(states: list[Digest], wanted: Digest) -> None:
    different = [state for state in states if state != wanted]
    assert not different, f"{len(different)} of {len(states)} end otherwise, e.g. {different[0]}, not {wanted}"
    assert not StripeEvent.objects.exclude(state=StripeEvent.State.PROCESSED).exists()
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def check_won(told, orders, folder, monkeypatch) -> None:
    story, wanted = told
    assert {event["type"] for _stage, event in story.events} == WON
    assert dict(wanted[-1]) == {
        "artist_pending": 450,  # nine tenths of the five dollars that are left of twelve
        "cash_at_stripe": -500,
        "platform_fees": 50,
    }
    assert wanted[0] == "paid"
    assert wanted[6] == ("won", "won", 1200)
    assert_one_state(in_every_order(story, orders, folder, monkeypatch), wanted)


@pytest.mark.parametrize("told", ["winning_evidence"], indirect=True)
def test_some_orders_of_the_seven_events_reach_one_state(told, tmp_path, monkeypatch):
    check_won(told, a_few(len(WON), 60), tmp_path, monkeypatch)


@pytest.mark.faults
@pytest.mark.parametrize("told", ["winning_evidence"], indirect=True)
def test_all_5040_orders_of_the_seven_events_reach_one_state(told, tmp_path, monkeypatch):
    orders = list(itertools.permutations(range(len(WON))))
    check_won(told, orders[:: campaign_size(short=len(orders) // 20, full=1)], tmp_path, monkeypatch)


def check_lost(told, orders, folder, monkeypatch) -> None:
    story, wanted = told
    assert {event["type"] for _stage, event in story.events} == WON - {"charge.dispute.funds_reinstated"}
    assert dict(wanted[-1]) == {
        "cash_at_stripe": 700,  # twelve came, seven went back, and then the bank took twelve
        "dispute_losses": -700,
    }
    assert wanted[3] == "disputed"
    assert_one_state(in_every_order(story, orders, folder, monkeypatch, end_disputed_licences), wanted)


@pytest.mark.parametrize("told", ["losing_evidence"], indirect=True)
def test_some_orders_of_a_lost_disputes_events_reach_one_state(told, tmp_path, monkeypatch):
    check_lost(told, a_few(len(WON) - 1, 20), tmp_path, monkeypatch)


@pytest.mark.faults
@pytest.mark.parametrize("told", ["losing_evidence"], indirect=True)
def test_all_720_orders_of_a_lost_disputes_events_reach_one_state(told, tmp_path, monkeypatch):
    orders = list(itertools.permutations(range(len(WON) - 1)))
    check_lost(told, orders[:: campaign_size(short=len(orders) // 20, full=1)], tmp_path, monkeypatch)
