"""Ways to pay whose money comes later, or never: nothing is delivered before it is there."""

import pytest

from billing.models import Sale
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.errors import OrderClosed
from marketplace.orders.models import DiscountUse
from marketplace.orders.services import cancel_order, open_order
from marketplace.orders.services.checkout.sessions import ways_to_pay
from tests.demo.localstripe.server import visit
from tests.factories.accounts import UserFactory, confirmed_user
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.orders import CONSENT, begun_order
from tests.orders.baskets import basket_of
from tests.orders.test_discounts import code, with_code

pytestmark = pytest.mark.usefixtures("shop")


def pay_later(order, answer, *, after_s=0, method="alipay"):
    """Choose a wallet on Stripe's page and say what becomes of the money."""
    wallet = visit(order.checkout_url, {"email": order.buyer.email, "method": method})
    assert wallet.location, wallet.text
    assert visit(wallet.location, {"answer": answer, "after_s": str(after_s)}).status == 303


def test_an_exclusive_licence_is_not_kept_for_money_that_may_come():
    assert ways_to_pay(begun_order()) == ["card", "link", "alipay", "wechat_pay"]
    assert ways_to_pay(begun_order(code="exclusive")) == ["card", "link"]


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_nothing_is_delivered_before_the_money_is_there(method, wait_for_event):
    order = open_order(buyer=UserFactory(), basket=basket_of(work_on_sale(), work_on_sale()), consent=CONSENT)
    pay_later(order, "pay_later", after_s=2, method=method)
    wait_for_event("checkout.session.completed")
    order.refresh_from_db()
    assert order.state in {"processing", "paid"}
    if order.state == "processing":
        assert not LicenceGrant.objects.exists()
        assert not Sale.objects.exists()
        with pytest.raises(OrderClosed):
            cancel_order(order=order)
    wait_for_event("checkout.session.async_payment_succeeded")
    order.refresh_from_db()
    assert (order.state, LicenceGrant.objects.count(), Sale.objects.count()) == ("paid", 2, 2)


def test_money_that_never_comes_ends_the_order_and_frees_the_code(wait_for_event):
    code(most_uses=1)
    order = open_order(buyer=confirmed_user(), basket=with_code(work_on_sale()), consent=CONSENT)
    pay_later(order, "fail_later")
    wait_for_event("checkout.session.async_payment_failed")
    order.refresh_from_db()
    assert order.state == "declined"
    assert not LicenceGrant.objects.exists()
    assert DiscountUse.objects.get().state == "given_back"


def test_money_that_comes_after_the_work_was_sold_exclusively_goes_back(wait_for_event):
    work = work_on_sale()
    order = begun_order(work)
    pay_later(order, "pay_later", after_s=3)
    wait_for_event("checkout.session.completed")
    licence_in(work, "exclusive")
    wait_for_event("checkout.session.async_payment_succeeded")
    order.refresh_from_db()
    assert order.state in {"refund_due", "refunded"}
    assert order.refusal == "sold_exclusively"
