"""Time runs out, tabs are closed, processes die, money comes too late."""

from datetime import timedelta

import pytest
from django.core import mail

from billing import gateway
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.licensing.selectors import availability
from marketplace.orders.models import Order
from marketplace.orders.services import expire_order, refund_order, sweep_orders
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")


def let_the_time_pass(order):
    """Half an hour later, as far as this order and its hold are concerned."""
    past = now() - timedelta(seconds=1)
    Order.objects.filter(pk=order.pk).update(held_until=past)
    LicenceHold.objects.filter(holder_ref=order.reference).update(created_at=past - timedelta(minutes=30), until=past)


def test_a_closed_tab_ends_at_stripe_first_and_then_frees_the_licence(pay, run_jobs):
    work = work_on_sale()
    order = begun_order(work, "exclusive")
    page = order.checkout_url
    let_the_time_pass(order)
    assert sweep_orders() == 1
    run_jobs()
    order.refresh_from_db()
    assert order.state == "expired"
    assert gateway.retrieve_checkout(order.checkout_session_id).status == "expired"
    assert availability(work).is_open
    pay(order, address=page)
    assert not LicenceGrant.objects.exists()
    assert begun_order(work, "exclusive").state == "open"


def test_an_exclusive_hold_ends_the_ordinary_checkouts_of_others_and_tells_them(pay, run_jobs, client):
    work = work_on_sale()
    ordinary, elsewhere = begun_order(work, "personal"), begun_order(code="personal")
    page = ordinary.checkout_url
    holder = begun_order(work, "exclusive")
    run_jobs()
    for order in (ordinary, elsewhere, holder):
        order.refresh_from_db()
    assert (ordinary.state, ordinary.refusal) == ("expired", "held_exclusively")
    assert (elsewhere.state, holder.state) == ("open", "open")
    assert gateway.retrieve_checkout(ordinary.checkout_session_id).status == "expired"
    pay(ordinary, address=page)
    assert not LicenceGrant.objects.exists()
    client.force_login(ordinary.buyer)
    shown = client.get(ordinary.get_absolute_url()).text
    assert "begun to buy the work exclusively" in shown
    assert "Nothing was charged." in shown


def test_who_paid_before_the_exclusive_hold_closed_her_page_keeps_her_licence(pay, run_jobs):
    work = work_on_sale()
    ordinary = begun_order(work, "personal")
    pay(ordinary)
    begun_order(work, "exclusive")
    run_jobs()
    ordinary.refresh_from_db()
    assert (ordinary.state, ordinary.refusal) == ("paid", "")
    assert LicenceGrant.objects.get().holder == ordinary.buyer


def test_an_order_with_time_left_is_not_touched():
    order = begun_order(code="exclusive")
    expire_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == "open"
    assert sweep_orders() == 0


def test_the_next_buyer_need_not_wait_for_the_sweep(pay):
    work = work_on_sale()
    first = begun_order(work, "exclusive")
    let_the_time_pass(first)
    second = begun_order(work, "exclusive")
    first.refresh_from_db()
    assert (first.state, second.state) == ("expired", "open")
    assert gateway.retrieve_checkout(first.checkout_session_id).status == "expired"


def test_a_payment_whose_webhook_is_late_wins_over_the_expiry(pay, run_jobs):
    work = work_on_sale()
    order = begun_order(work, "exclusive")
    pay(order)
    let_the_time_pass(order)
    # No job has processed the webhook; the expiry asks Stripe and finds the payment.
    expire_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == "paid"
    run_jobs()
    assert LicenceGrant.objects.get().holder == order.buyer
    assert len(mail.outbox) == 2


def a_page_that_we_lost(work):
    """An order whose process died between Stripe's answer and our write: its page is open, we do not know it."""
    order = begun_order(work, "exclusive", buyer=UserFactory(email="late@example.org"))
    page = order.checkout_url
    Order.objects.filter(pk=order.pk).update(checkout_session_id="", checkout_url="")
    let_the_time_pass(order)
    expire_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == "expired"
    return order, page


def test_a_payment_that_comes_after_the_work_went_to_another_is_refunded(pay, wait_for_event, run_jobs):
    work = work_on_sale()
    late, page = a_page_that_we_lost(work)
    winner = begun_order(work, "exclusive")
    pay(winner)
    wait_for_event("checkout.session.completed")
    pay(late, address=page)
    wait_for_event("checkout.session.completed", count=2)
    run_jobs()  # the refund
    run_jobs()  # its letter
    late.refresh_from_db()
    winner.refresh_from_db()
    assert (winner.state, late.state, late.refusal) == ("paid", "refunded", "sold_exclusively")
    assert LicenceGrant.objects.get().holder == winner.buyer
    assert [letter.subject for letter in mail.outbox if letter.to == ["late@example.org"]] == [
        f"Your payment for “{work.texts.get().title}” is refunded"
    ]


def test_a_payment_that_comes_while_another_holds_the_work_is_refunded(pay, wait_for_event, run_jobs):
    work = work_on_sale()
    late, page = a_page_that_we_lost(work)
    holder = begun_order(work, "exclusive")
    pay(late, address=page)
    wait_for_event("checkout.session.completed")
    run_jobs()
    late.refresh_from_db()
    assert (late.state, late.refusal) == ("refunded", "held_by_another")
    pay(holder)
    wait_for_event("checkout.session.completed", count=2)
    holder.refresh_from_db()
    assert holder.state == "paid"


def test_a_late_payment_for_a_work_that_is_still_free_becomes_a_licence(pay, wait_for_event):
    work = work_on_sale()
    late, page = a_page_that_we_lost(work)
    pay(late, address=page)
    wait_for_event("checkout.session.completed")
    late.refresh_from_db()
    assert late.state == "paid"


def test_a_refund_that_was_done_and_not_written_down_is_not_done_twice(pay, wait_for_event, run_jobs):
    work = work_on_sale()
    late, page = a_page_that_we_lost(work)
    begun_order(work, "exclusive")
    pay(late, address=page)
    wait_for_event("checkout.session.completed")
    run_jobs()
    late.refresh_from_db()
    Order.objects.filter(pk=late.pk).update(state="refund_due", refund_id="")
    refund_order(order_id=late.pk)
    again = Order.objects.get(pk=late.pk)
    assert (again.state, again.refund_id) == ("refunded", late.refund_id)
    Order.objects.filter(pk=late.pk).update(state="refund_due")
    assert sweep_orders() == 1
