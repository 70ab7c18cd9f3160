"""Our own path has written what happened at Stripe and not committed yet; its webhook is there already: counted once.

(A refund that was counted twice because its webhook beat the commit: Gumroad's issue 6193.)
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from billing.checks import ledger_figures
from billing.gateway import retrieve_checkout, retrieve_dispute
from billing.gateway.client import client as stripe_client
from billing.models import CreditLot, Dispute, StripeEvent, Transaction
from billing.selectors import credits_available
from billing.services import buy_credits, note_dispute, reconcile
from billing.services.purchases import complete_purchase
from billing.services.reconciling import copy_movements, post_what_stripe_says
from billing.webhooks import process_event
from marketplace.core.clock import now
from marketplace.orders.models import RefundRequest
from marketplace.orders.services import ask_refund, decide_refund, return_money
from marketplace.orders.services.payment import settle_session
from tests.billing.conftest import run_jobs, shop, wait_for_event
from tests.billing.processes import at_once
from tests.demo.localstripe.server import card_form, visit, wait_until
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order
from tests.whole_seconds import wait_for_the_next_second

__all__ = ["run_jobs", "shop", "wait_for_event"]
PROCESSES = 4
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def process(n: int, *, event: str) -> None:
    """In a process of its own: the webhook's job."""
    process_event(event)


@pytest.fixture
def begun(shop):
    """Since when Stripe's books and the ledger are to say the same."""
    copy_movements()
    post_what_stripe_says()
    wait_for_the_next_second()
    return now().replace(microsecond=0)


class _GaveUp(Exception):
    """Our own path breaks off before its commit."""


def while_held_open(write, event_type: str, *, commits: bool) -> None:
    """Call ``write``, and before its transaction ends let the event's job run in processes until they wait for it."""
    with ThreadPoolExecutor(1) as pool:
        try:
            with transaction.atomic():
                write()
                event = wait_until(
                    lambda: StripeEvent.objects.filter(type=event_type).order_by("-received_at").first(),
                    timeout_s=60,
                    what=event_type,
                )
                arguments = {"event": event.pk}
                jobs = pool.submit(
                    at_once, "tests.flows.test_held_transaction:process", arguments, processes=PROCESSES, threads=1
                )
                wait_until(lambda: jobs.done() or waiting() == PROCESSES, timeout_s=60, what="waiting for the lock")
                assert not jobs.done(), jobs.result()
                if not commits:
                    raise _GaveUp
        except _GaveUp:
            assert not commits
        assert jobs.result() == ["ok"] * PROCESSES
    event.refresh_from_db()
    assert event.state == StripeEvent.State.PROCESSED


def waiting() -> int:
    with connection.cursor() as cursor:
        # Within one transaction PostgreSQL shows what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])


def assert_books_agree(begun) -> None:
    assert reconcile(since=begun, grace=timedelta(seconds=-5)).differences == 0
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


@pytest.fixture
def granted(begun, wait_for_event):
    """A request for all of an order's price that is granted; its job has not run."""
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    assert visit(order.checkout_url, card_form()).status == 303
    wait_for_event("checkout.session.completed")
    line = order.lines.select_related("work__artist__user").get()
    request = ask_refund(buyer=order.buyer, line_id=line.pk, reason="bought_twice")
    return decide_refund(decider=line.work.artist.user, request_id=request.pk, grants=True)


@pytest.mark.parametrize("commits", [True, False])
def test_a_refund_is_counted_once(begun, granted, run_jobs, commits):
    while_held_open(lambda: return_money(request_id=granted.pk), "refund.created", commits=commits)
    run_jobs()  # the job of the decision itself comes last
    granted.refresh_from_db()
    assert granted.payback == RefundRequest.Payback.RETURNED
    [counted] = Transaction.objects.filter(effect__startswith="refunded")
    assert counted.stripe_ref == granted.refund_id
    assert_books_agree(begun)


@pytest.mark.parametrize("commits", [True, False])
def test_a_payment_is_counted_once(begun, run_jobs, commits):
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    assert visit(order.checkout_url, card_form()).status == 303
    session = retrieve_checkout(order.checkout_session_id)
    while_held_open(lambda: settle_session(session), "checkout.session.completed", commits=commits)
    order.refresh_from_db()
    assert order.state == "paid"
    assert Transaction.objects.filter(reason="sale").count() == 1
    assert_books_agree(begun)


@pytest.mark.parametrize("commits", [True, False])
def test_a_purchase_of_credits_is_counted_once(begun, run_jobs, commits):
    user, page = UserFactory(), f"{django_settings.BASE_URL}/credits"
    started = buy_credits(user=user, pack_code="pack-500", success_url=page, cancel_url=page)
    assert visit(started.checkout_url, card_form()).status == 303
    session = retrieve_checkout(started.purchase.checkout_session_id)
    while_held_open(lambda: complete_purchase(session), "checkout.session.completed", commits=commits)
    assert CreditLot.objects.get().amount == credits_available(user) == started.purchase.credits
    assert Transaction.objects.filter(reason="revenue").count() == 1
    assert_books_agree(begun)


@pytest.mark.parametrize("commits", [True, False])
def test_a_dispute_is_counted_once(begun, wait_for_event, commits):
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    assert visit(order.checkout_url, card_form()).status == 303
    wait_for_event("checkout.session.completed")
    order.refresh_from_db()
    payment = stripe_client().v1.payment_intents.retrieve(order.payment_intent_id)
    dispute = stripe_client().raw_request("post", f"/v1/test_helpers/charges/{payment.latest_charge}/dispute").data
    found = retrieve_dispute(dispute["id"])
    while_held_open(lambda: note_dispute(found), "charge.dispute.created", commits=commits)
    assert Dispute.objects.get().outcome == Dispute.Outcome.OPEN
    assert Transaction.objects.filter(reason="disputed").count() == 1
    assert_books_agree(begun)
