"""The administrators' desk for orders."""

from marketplace.orders.admin import discounts, orders

__all__ = ["discounts", "orders"]
