"""A buyer asks for money back; the artist decides, then the platform; the money goes and the licence ends."""

from marketplace.orders.services.refund_requests.asking import (
    ask_refund,
    left_to_refund,
    left_to_refund_in,
    object_to_refusal,
    withdraw,
)
from marketplace.orders.services.refund_requests.deciding import decide_refund, hand_over_late_requests
from marketplace.orders.services.refund_requests.disputing import follow_dispute
from marketplace.orders.services.refund_requests.returning import (
    note_returned,
    paybacks_left_behind,
    reference_of,
    return_money,
)

__all__ = [
    "ask_refund",
    "decide_refund",
    "follow_dispute",
    "hand_over_late_requests",
    "left_to_refund",
    "left_to_refund_in",
    "note_returned",
    "object_to_refusal",
    "paybacks_left_behind",
    "reference_of",
    "return_money",
    "withdraw",
]
