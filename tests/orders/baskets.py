"""Baskets for tests, and orders paid without Stripe."""

from marketplace.core.money import Money
from marketplace.orders.basket import Basket, Wanted
from marketplace.orders.models import Order
from marketplace.orders.services.checkout.claiming import claim_order
from marketplace.orders.services.payment import settle_payment
from tests.factories.accounts import confirmed_user
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import CONSENT


def usd(amount_minor: int) -> Money:
    return Money(amount_minor, "USD")


def basket_of(*works, code="personal", **more) -> Basket:
    return Basket(tuple(Wanted(offer_of(work, code)) for work in works or (work_on_sale(),)), **more)


def claimed(basket: Basket, *, buyer=None, is_known=True) -> Order:
    """An open order that has no page at Stripe."""
    return claim_order(buyer=buyer or confirmed_user(), basket=basket, consent=CONSENT, is_known=is_known)


def paid(order: Order, amount: Money | None = None) -> Order:
    """What a payment of Stripe's makes of it."""
    return settle_payment(
        order_id=order.pk, session_id=f"cs_{order.pk}", payment_intent_id=f"pi_{order.pk}", paid=amount or order.total
    )
