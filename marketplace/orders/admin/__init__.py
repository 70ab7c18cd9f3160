"""The administrators' desk for orders."""

from marketplace.orders.admin import discounts, orders, selling

__all__ = ["discounts", "orders", "selling"]
