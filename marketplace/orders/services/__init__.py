"""Writes on orders."""

from marketplace.orders.services.checkout import start_checkout
from marketplace.orders.services.closing import cancel_order, close_order, expire_order, sweep_orders
from marketplace.orders.services.downloads import check_holder, download_url
from marketplace.orders.services.payment import note_declined_card, note_failed_payment, settle_payment
from marketplace.orders.services.refund_requests import (
    ask_refund,
    decide_refund,
    hand_over_late_requests,
    left_to_refund,
    note_returned,
    object_to_refusal,
    paybacks_left_behind,
    reference_of,
    return_money,
    withdraw,
)
from marketplace.orders.services.refunds import note_refund, refund_order
from marketplace.orders.services.refunds_by_hand import note_refund_by_hand, note_refund_of_unsettled

__all__ = [
    "ask_refund",
    "cancel_order",
    "check_holder",
    "close_order",
    "decide_refund",
    "download_url",
    "expire_order",
    "hand_over_late_requests",
    "left_to_refund",
    "note_declined_card",
    "note_failed_payment",
    "note_refund",
    "note_refund_by_hand",
    "note_refund_of_unsettled",
    "note_returned",
    "object_to_refusal",
    "paybacks_left_behind",
    "reference_of",
    "refund_order",
    "return_money",
    "settle_payment",
    "start_checkout",
    "sweep_orders",
    "withdraw",
]
