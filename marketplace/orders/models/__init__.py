"""Orders with their lines, and requests to give money back."""

from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.refund_requests import RefundRequest

__all__ = ["Order", "OrderLine", "RefundRequest"]
