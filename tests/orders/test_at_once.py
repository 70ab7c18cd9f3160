"""The same buyer in two places at once: neither transaction waits for the other in a circle."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketplace.licensing.models import LicenceGrant
from marketplace.orders.errors import LicensedAlready
from marketplace.orders.models import Order
from marketplace.orders.services import close_order, closing, payment, settle_payment, start_checkout
from marketplace.orders.services.checkout import claiming
from tests.billing.processes import at_once
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import CONSENT, begun_order

pytestmark = pytest.mark.usefixtures("shop")

WAIT_S = 30


@pytest.fixture
def crossing(monkeypatch):
    """Both transactions hold their first lock before either asks for its second: Buy the rights, the other the order.

    Runs ``other`` in one thread and Buy in the next; answers what Buy answered or raised.
    """
    rights_taken, order_taken = threading.Event(), threading.Event()
    lock = claiming.lock_rights

    def by_buy(*, work_id):
        rights = lock(work_id=work_id)
        rights_taken.set()
        assert order_taken.wait(WAIT_S)
        return rights

    def by_other(original):
        def second_lock(**arguments):
            order_taken.set()
            assert rights_taken.wait(WAIT_S)
            return original(**arguments)

        return second_lock

    def run(order, other):
        monkeypatch.setattr(claiming, "lock_rights", by_buy)
        monkeypatch.setattr(payment, "lock_rights", by_other(payment.lock_rights))
        monkeypatch.setattr(closing, "release_hold", by_other(closing.release_hold))

        def buy():
            try:
                return start_checkout(buyer=order.buyer, offer=order.lines.get().offer, consent=CONSENT)
            except LicensedAlready as error:
                return error
            finally:
                connection.close()

        def end():
            try:
                other()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            ending, buying = pool.submit(end), pool.submit(buy)
            ending.result(WAIT_S)
            return buying.result(WAIT_S)

    return run


def _settle(order):
    return settle_payment(
        order_id=order.pk,
        session_id=order.checkout_session_id,
        payment_intent_id=f"pi_{order.pk.hex}",
        paid=order.total,
    )


@pytest.mark.parametrize("code", ["personal", "exclusive"])
def test_buy_again_while_the_webhook_settles(crossing, code):
    order = begun_order(code=code)
    assert crossing(order, lambda: _settle(order)) == order
    order.refresh_from_db()
    assert order.state == "paid"
    assert LicenceGrant.objects.count() == 1
    assert Order.objects.count() == 1


def test_buy_again_while_the_order_is_closed(crossing):
    order = begun_order(code="exclusive")
    assert crossing(order, lambda: close_order(order_id=order.pk, to="expired")) == order
    order.refresh_from_db()
    assert order.state == "expired"


def press_or_settle(n: int, *, order: str) -> None:
    """In a process of its own: the webhook, or the buyer who presses Buy again."""
    present = Order.objects.select_related("buyer").get(pk=order)
    if n % 2:
        _settle(present)
    else:
        start_checkout(buyer=present.buyer, offer=present.lines.get().offer, consent=CONSENT)


def test_processes_that_press_and_settle_at_once_make_one_licence():
    work = work_on_sale()
    order = begun_order(work, "personal")
    for _round in range(3):
        codes = at_once("tests.orders.test_at_once:press_or_settle", {"order": str(order.pk)}, processes=8, threads=1)
        # A deadlock would raise an error of the database's, which is no code of ours.
        assert set(codes) <= {"ok", "licensed_already"}
    order.refresh_from_db()
    assert (order.state, Order.objects.count()) == ("paid", 1)
    assert LicenceGrant.objects.get().offer == offer_of(work, "personal")
