"""Writes on orders."""

from marketplace.orders.services.checkout import start_checkout
from marketplace.orders.services.closing import cancel_order, close_order, expire_order, sweep_orders
from marketplace.orders.services.downloads import check_holder, download_url
from marketplace.orders.services.payment import note_declined_card, note_failed_payment, settle_payment
from marketplace.orders.services.refunds import note_refund, refund_order

__all__ = [
    "cancel_order",
    "check_holder",
    "close_order",
    "download_url",
    "expire_order",
    "note_declined_card",
    "note_failed_payment",
    "note_refund",
    "refund_order",
    "settle_payment",
    "start_checkout",
    "sweep_orders",
]
