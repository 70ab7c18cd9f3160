"""The orders' pages for administrators; each file has one subject."""

from marketplace.orders.admin import evidence, orders

__all__ = ["evidence", "orders"]
