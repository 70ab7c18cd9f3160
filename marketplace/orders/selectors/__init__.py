"""Reads on orders and carts."""

from marketplace.orders.selectors.carts import CartLine, lines_in
from marketplace.orders.selectors.orders import (
    REFERENCE_PREFIX,
    decided_by,
    gift_for,
    licence_held_by,
    may_ask_refund,
    open_order_for,
    order_id_in,
    order_of,
    orders_of,
    refund_requests_in,
    refund_requests_to,
    refund_requests_waiting,
)

__all__ = [
    "REFERENCE_PREFIX",
    "CartLine",
    "decided_by",
    "gift_for",
    "licence_held_by",
    "lines_in",
    "may_ask_refund",
    "open_order_for",
    "order_id_in",
    "order_of",
    "orders_of",
    "refund_requests_in",
    "refund_requests_to",
    "refund_requests_waiting",
]
